// A real gateway over both subgraphs: entities are put together, and our permission and scope hold behind it too.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ApolloGateway, IntrospectAndCompose, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { MONTH, PAY_DAY, startPayroll } from './payroll.mjs'
import { ask, startShebao } from './shebao.mjs'

class Forwarding extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization) request.http.headers.set('authorization', context.authorization)
  }
}

async function startGateway(subgraphs) {
  const server = new ApolloServer({
    gateway: new ApolloGateway({
      supergraphSdl: new IntrospectAndCompose({ subgraphs }),
      buildService: ({ url }) => new Forwarding({ url }),
      logger: { debug() {}, info() {}, warn() {}, error: console.error },
    }),
  })
  const context = async ({ req }) => ({ authorization: req.headers.authorization })
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' }, context })
  return { ask: (query, more) => ask(url, query, more), stop: () => server.stop() }
}

const nodes = (connection) => connection.edges.map((edge) => edge.node)
const codes = (answer) => (answer.errors ?? []).map((error) => error.extensions?.code)

describe('gateway', () => {
  const running = []
  const tokens = {}
  let shebao, gateway, known
  before(async () => {
    running.push((shebao = await startShebao()))
    for (const name of ['admin', 'fenzhi']) tokens[name] = await shebao.signIn(name)
    const { data, errors } = await shebao.ask(
      `{ companies { edges { node { id name } } } enrollments(first: 3) { edges { node { id person { id } } } }
         bills { edges { node { id } } } cities { id } }`,
      { token: tokens.admin },
    )
    assert.equal(errors, undefined)
    known = {
      Company: nodes(data.companies).find((company) => company.name === '晨光科技有限公司').id,
      Enrollment: nodes(data.enrollments)[0].id,
      Person: nodes(data.enrollments)[0].person.id,
      Bill: nodes(data.bills)[0].id,
      City: data.cities[0].id,
    }
    const people = nodes(data.enrollments).map((enrollment) => enrollment.person.id)
    const payroll = await startPayroll({ people, bills: [known.Bill] })
    running.push(payroll)
    gateway = await startGateway([
      { name: 'shebao', url: shebao.url },
      { name: 'payroll', url: payroll.url },
    ])
    running.push(gateway)
  })
  after(async () => {
    for (const each of running.reverse()) await each.stop()
  })

  test('from our root field to a field of the other subgraph', async () => {
    const { data, errors } = await gateway.ask('{ companies(first: 10) { edges { node { name payrollDay } } } }', { token: tokens.admin })
    assert.equal(errors, undefined)
    const companies = nodes(data.companies)
    assert.ok(companies.length > 1)
    assert.ok(companies.every((company) => company.name && company.payrollDay === PAY_DAY))
  })

  test("from the other subgraph's root field to our fields, and back", async () => {
    const query = `{
      payslips { month person { name idNumberMasked lastPayslipMonth } }
      billsToPay { month total company { name payrollDay } }
    }`
    const { data, errors } = await gateway.ask(query, { token: tokens.admin })
    assert.equal(errors, undefined)
    assert.equal(data.payslips.length, 3)
    for (const { person } of data.payslips) {
      assert.ok(person.name)
      assert.match(person.idNumberMasked, /^.\*+.$/)
      assert.equal(person.lastPayslipMonth, MONTH)
    }
    const [bill] = data.billsToPay
    assert.match(bill.total, /^\d+\.\d\d$/)
    assert.equal(bill.company.payrollDay, PAY_DAY)
  })

  const FIELDS = {
    Company: 'name enrolledCount',
    Person: 'name idNumberMasked',
    Enrollment: 'startMonth declaredBase',
    Bill: 'month total',
    City: 'code name',
  }
  const ENTITIES = `query ($of: [_Any!]!) { _entities(representations: $of) { __typename
    ${Object.entries(FIELDS).map(([kind, fields]) => `... on ${kind} { id ${fields} }`).join('\n')} } }`
  const representations = () => Object.entries(known).map(([__typename, id]) => ({ __typename, id }))

  test('every entity resolves by its key, in the order asked for', async () => {
    const { data, errors } = await shebao.ask(ENTITIES, { variables: { of: representations() }, token: tokens.admin })
    assert.equal(errors, undefined)
    assert.deepEqual(data._entities.map(({ __typename, id }) => ({ __typename, id })), representations())
    for (const entity of data._entities) {
      for (const field of FIELDS[entity.__typename].split(' ')) {
        assert.notEqual(entity[field], null, `${entity.__typename}.${field}`)
      }
    }
  })

  test('an id of one type does not open another', async () => {
    const of = [{ __typename: 'Person', id: known.Company }]
    const { data } = await shebao.ask(ENTITIES, { variables: { of }, token: tokens.admin })
    assert.deepEqual(data._entities, [null])
  })

  test('without a token there is an error and no data', async () => {
    const companies = await gateway.ask('{ companies { edges { node { name payrollDay } } } }')
    assert.ok(companies.errors.length > 0)
    assert.deepEqual([...new Set(codes(companies))], ['UNAUTHENTICATED'])
    assert.equal(companies.data ?? null, null)

    const payslips = await gateway.ask('{ payslips { person { name idNumberMasked } } billsToPay { total } }')
    assert.ok(codes(payslips).includes('UNAUTHENTICATED'))
    assert.ok(payslips.data.payslips.every(({ person }) => person === null))
    assert.deepEqual(payslips.data.billsToPay, [null])

    const direct = await shebao.ask(ENTITIES, { variables: { of: representations() } })
    assert.deepEqual([...new Set(codes(direct))], ['UNAUTHENTICATED'])
    assert.ok((direct.data?._entities ?? []).every((entity) => entity === null))
  })

  test("somebody else's branch gets null for foreign entities", async () => {
    const token = tokens.fenzhi
    const own = await gateway.ask('{ companies { edges { node { name payrollDay } } } }', { token })
    assert.deepEqual(nodes(own.data.companies), [{ name: '远航物流（上海）有限公司', payrollDay: PAY_DAY }])

    const foreign = await gateway.ask('{ payslips { person { name idNumberMasked } } billsToPay { total } }', { token })
    assert.ok(foreign.data.payslips.every(({ person }) => person === null))
    assert.deepEqual(foreign.data.billsToPay, [null])

    const { data, errors } = await shebao.ask(ENTITIES, { variables: { of: representations() }, token })
    assert.equal(errors, undefined)
    // Cities and their policies are the same for everybody.
    assert.deepEqual(data._entities.map((entity) => entity?.__typename ?? null), [null, null, null, null, 'City'])
  })
})
