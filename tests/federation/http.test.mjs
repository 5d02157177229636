// GraphQL over HTTP as its specification has it, by the audits of graphql-http.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { serverAudits } from 'graphql-http'
import { startShebao } from './shebao.mjs'

describe('GraphQL over HTTP', () => {
  let shebao, origin
  // The audits are made before the server runs: their address is a placeholder that is put right at each request.
  const fetchFn = (url, options) => fetch(String(url).replace('http://shebao.invalid', origin), options)
  const audits = serverAudits({ url: 'http://shebao.invalid/graphql', fetchFn })
  before(async () => {
    shebao = await startShebao()
    origin = shebao.origin
  })
  after(() => shebao?.stop())

  // Queries come by POST alone: a GET could be sent by another site's page. The specification leaves that free (MAY).
  const asked = audits.filter(({ name }) => !/^MAY .*GET/.test(name))
  for (const audit of asked) {
    test(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn()
      assert.equal(result.status, 'ok', result.reason)
    })
  }
})
