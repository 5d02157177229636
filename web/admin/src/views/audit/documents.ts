import { graphql } from '@/gql'

export const AuditLogDocument = graphql(/* GraphQL */ `
  query AuditLog($first: Int!, $after: String) {
    auditLog(first: $first, after: $after) {
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
