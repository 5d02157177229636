// Our schema and a second subgraph become one supergraph, by two independent composers.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { composeServices as composeByApollo } from '@apollo/composition'
import { composeServices as composeByTheGuild, compositionHasErrors } from '@theguild/federation-composition'
import { buildSchema, parse } from 'graphql'
import { PAYROLL_SDL } from './payroll.mjs'
import { startShebao } from './shebao.mjs'

const COMPOSERS = {
  '@apollo/composition'(services) {
    const { errors, supergraphSdl, hints } = composeByApollo(services)
    return { errors: errors ?? [], supergraphSdl, hints: hints ?? [] }
  },
  '@theguild/federation-composition'(services) {
    const composed = composeByTheGuild(services)
    return compositionHasErrors(composed) ? { errors: composed.errors } : { errors: [], supergraphSdl: composed.supergraphSdl }
  },
}

describe('composition', () => {
  let shebao
  const sdl = {}
  before(async () => {
    shebao = await startShebao()
    sdl['the running server'] = (await shebao.ask('{ _service { sdl } }')).data._service.sdl
    sdl['schema.graphql'] = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8')
  })
  after(() => shebao?.stop())

  for (const source of ['the running server', 'schema.graphql']) {
    for (const [name, compose] of Object.entries(COMPOSERS)) {
      test(`${source} with ${name}`, () => {
        const { errors, supergraphSdl } = compose([
          { name: 'shebao', url: 'http://shebao.invalid/graphql', typeDefs: parse(sdl[source]) },
          { name: 'payroll', url: 'http://payroll.invalid/', typeDefs: parse(PAYROLL_SDL) },
        ])
        assert.deepEqual(errors.map((error) => error.message), [])
        const types = buildSchema(supergraphSdl, { assumeValidSDL: true }).getTypeMap()
        assert.ok(types.Company.getFields().name, 'our field of Company')
        assert.ok(types.Company.getFields().payrollDay, "payroll's field of Company")
        assert.ok(types.Person.getFields().idNumberMasked && types.Person.getFields().lastPayslipMonth)
        assert.ok(types.Query.getFields().companies && types.Query.getFields().payslips)
      })
    }
  }

  test('the running server and schema.graphql make the same supergraph', () => {
    const [running, committed] = Object.values(sdl).map(
      (text) => composeByApollo([{ name: 'shebao', url: 'http://shebao.invalid/graphql', typeDefs: parse(text) }]).supergraphSdl,
    )
    assert.ok(running)
    assert.equal(running, committed)
  })
})
