// A second, small subgraph of somebody else: it knows our companies, people and bills by their ids alone.
import { createServer } from 'node:http'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { createHandler } from 'graphql-http/lib/use/http'
import { parse } from 'graphql'

export const PAYROLL_SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])

  type Query {
    payslips: [Payslip!]!
    billsToPay: [Bill]!
    payrollPage: PageInfo!
  }

  type Payslip {
    month: String!
    person: Person
  }

  type Company @key(fields: "id") {
    id: ID!
    payrollDay: Int!
  }

  type Person @key(fields: "id") {
    id: ID!
    lastPayslipMonth: String
  }

  type Bill @key(fields: "id", resolvable: false) {
    id: ID!
  }

  # Relay's page information exists in both; that is why ours is shareable.
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
`

export const MONTH = '2026-10'
export const PAY_DAY = 15

/** Starts the subgraph with the ids that it is to point at. */
export async function startPayroll({ people, bills }) {
  const schema = buildSubgraphSchema({
    typeDefs: parse(PAYROLL_SDL),
    resolvers: {
      Query: {
        payslips: () => people.map((id) => ({ month: MONTH, person: { id } })),
        billsToPay: () => bills.map((id) => ({ id })),
        payrollPage: () => ({ hasNextPage: false, hasPreviousPage: false }),
      },
      Company: { payrollDay: () => PAY_DAY },
      Person: { lastPayslipMonth: ({ id }) => (people.includes(id) ? MONTH : null) },
    },
  })
  const server = createServer(createHandler({ schema }))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections() }),
  }
}
