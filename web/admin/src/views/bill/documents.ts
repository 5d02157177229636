import { graphql } from '@/gql'

export const BillSummary = graphql(/* GraphQL */ `
  fragment BillSummary on Bill {
    id
    company {
      id
      name
    }
    month
    state
    people
    lineCount
    employerTotal
    employeeTotal
    feeTotal
    total
    draftedAt
    computing
    partsDone
    partsTotal
  }
`)

export const BillFull = graphql(/* GraphQL */ `
  fragment BillFull on Bill {
    ...BillSummary
    byKind {
      kind
      employer
      employee
      total
      people
      lineType
    }
    problems {
      ...ProblemFields
    }
    availableActs
    timeline {
      id
      at
      actor
      label
      labelEn
      detail
    }
    confirmedAt
    closedAt
  }
`)

export const BillUpdatesDocument = graphql(/* GraphQL */ `
  subscription BillUpdates($id: ID!) {
    billUpdates(billId: $id) {
      billId
      state
      computing
      partsDone
      partsTotal
      people
      lineCount
      total
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const BillsDocument = graphql(/* GraphQL */ `
  query Bills($month: Month, $companyId: ID, $state: BillState, $first: Int!, $after: String) {
    bills(month: $month, companyId: $companyId, state: $state, first: $first, after: $after) {
      edges {
        node {
          ...BillSummary
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`)

export const BillDocument = graphql(/* GraphQL */ `
  query Bill($id: ID!) {
    bill(id: $id) {
      ...BillFull
    }
  }
`)

export const BillLinesDocument = graphql(/* GraphQL */ `
  query BillLines($id: ID!, $search: String!, $kind: InsuranceKind, $first: Int!, $after: String) {
    bill(id: $id) {
      id
      lines(search: $search, kind: $kind, first: $first, after: $after) {
        edges {
          node {
            id
            person {
              id
              name
              idNumberMasked
            }
            city {
              id
              name
            }
            kind
            lineType
            belongsMonth
            declaredBase
            base
            employer
            employee
            amount
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  }
`)

export const BillLineDocument = graphql(/* GraphQL */ `
  query BillLine($id: ID!) {
    node(id: $id) {
      id
      ... on BillLine {
        explanation {
          text
          source
          confidence
          steps {
            label
            labelEn
            formula
            result
          }
          policy {
            ...PolicyFields
          }
        }
      }
    }
  }
`)

export const DraftMonthDocument = graphql(/* GraphQL */ `
  mutation DraftMonth($month: Month!, $companyId: ID) {
    draftMonth(month: $month, companyId: $companyId) {
      bills {
        ...BillSummary
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ConfirmBillDocument = graphql(/* GraphQL */ `
  mutation ConfirmBill($id: ID!, $key: String!) {
    confirmBill(id: $id, idempotencyKey: $key) {
      bill {
        ...BillFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const CloseBillDocument = graphql(/* GraphQL */ `
  mutation CloseBill($id: ID!, $key: String!) {
    closeBill(id: $id, idempotencyKey: $key) {
      bill {
        ...BillFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const BillWorkbookDocument = graphql(/* GraphQL */ `
  mutation BillWorkbook($id: ID!) {
    billWorkbook(id: $id) {
      file {
        id
        name
        url
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const PayrollWorkbookDocument = graphql(/* GraphQL */ `
  mutation PayrollWorkbook($id: ID!) {
    payrollWorkbook(billId: $id) {
      file {
        id
        name
        url
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const DetailWorkbookDocument = graphql(/* GraphQL */ `
  mutation DetailWorkbook($id: ID!) {
    detailWorkbook(billId: $id) {
      file {
        id
        name
        url
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const StatementDocument = graphql(/* GraphQL */ `
  query PersonStatement($personId: ID!, $month: Month!) {
    personStatement(personId: $personId, month: $month) {
      month
      employerTotal
      employeeTotal
      lines {
        id
        kind
        lineType
        belongsMonth
        base
        employer
        employee
        amount
        city {
          id
          name
        }
      }
    }
  }
`)
