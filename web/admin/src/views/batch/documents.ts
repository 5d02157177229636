import { graphql } from '@/gql'

export const BatchSummary = graphql(/* GraphQL */ `
  fragment BatchSummary on Batch {
    id
    number
    kind
    company {
      id
      name
    }
    month
    state
    createdBy
    createdAt
    totalRows
    checkedRows
    okRows
    failedRows
    warningRows
    acceptedRows
    rejectedRows
  }
`)

export const BatchFull = graphql(/* GraphQL */ `
  fragment BatchFull on Batch {
    ...BatchSummary
    sheetName
    sourceFile {
      id
      name
      size
    }
    declarationFile {
      id
      name
      size
    }
    columns {
      header
      field
      fieldLabel
      score
      source
    }
    problemCounts {
      code
      label
      labelEn
      count
    }
    fileProblems {
      ...ProblemFields
    }
    approval {
      ...ApprovalFields
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
  }
`)

export const BatchesDocument = graphql(/* GraphQL */ `
  query Batches($kind: BatchKind, $state: BatchState, $companyId: ID, $first: Int!, $after: String) {
    batches(kind: $kind, state: $state, companyId: $companyId, first: $first, after: $after) {
      edges {
        node {
          ...BatchSummary
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

export const BatchDocument = graphql(/* GraphQL */ `
  query Batch($id: ID!) {
    batch(id: $id) {
      ...BatchFull
    }
  }
`)

export const BatchRowFields = graphql(/* GraphQL */ `
  fragment BatchRowFields on BatchRow {
    id
    rowNo
    state
    personName
    cells {
      column
      value
      original
    }
    problems {
      ...ProblemFields
    }
    resultReason
    correctedAt
  }
`)

export const BatchRowsDocument = graphql(/* GraphQL */ `
  query BatchRows($id: ID!, $state: RowState, $code: String, $first: Int!, $after: String) {
    batch(id: $id) {
      id
      rows(state: $state, code: $code, first: $first, after: $after) {
        edges {
          node {
            ...BatchRowFields
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

export const BatchProgressDocument = graphql(/* GraphQL */ `
  subscription BatchProgress($id: ID!) {
    batchProgress(id: $id) {
      batchId
      state
      totalRows
      checkedRows
      okRows
      failedRows
    }
  }
`)
