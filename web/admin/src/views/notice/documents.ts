import { graphql } from '@/gql'

export const NoticesDocument = graphql(/* GraphQL */ `
  query Notices($first: Int!, $after: String) {
    notices(first: $first, after: $after) {
      edges {
        node {
          id
          title
          body
          link
          createdAt
          readAt
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

export const UnreadNoticesDocument = graphql(/* GraphQL */ `
  subscription UnreadNotices {
    unreadNotices
  }
`)

export const UnreadCountDocument = graphql(/* GraphQL */ `
  query UnreadCount {
    notices(unreadOnly: true, first: 1) {
      totalCount
    }
  }
`)

export const MarkNoticesReadDocument = graphql(/* GraphQL */ `
  mutation MarkNoticesRead($ids: [ID!]!) {
    markNoticesRead(ids: $ids) {
      unread
      problems {
        ...ProblemFields
      }
    }
  }
`)
