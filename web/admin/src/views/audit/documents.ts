import { graphql } from '@/gql'

export const AuditLogDocument = graphql(/* GraphQL */ `
  query AuditLog($filter: AuditFilter, $first: Int!, $after: String) {
    auditLog(filter: $filter, first: $first, after: $after) {
      edges {
        node {
          id
          at
          actor
          act
          label
          labelEn
          subject
          detail
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

export const AuditActsDocument = graphql(/* GraphQL */ `
  query AuditActs {
    auditActs {
      act
      label
      labelEn
    }
  }
`)

export const AuditWorkbookDocument = graphql(/* GraphQL */ `
  mutation AuditWorkbook($filter: AuditFilter) {
    auditWorkbook(filter: $filter) {
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
