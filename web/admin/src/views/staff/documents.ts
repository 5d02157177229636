import { graphql } from '@/gql'

export const MySessionsDocument = graphql(/* GraphQL */ `
  query MySessions {
    mySessions {
      id
      createdAt
      lastSeenAt
      userAgent
      ip
      current
    }
  }
`)

export const RevokeSessionDocument = graphql(/* GraphQL */ `
  mutation RevokeSession($id: ID!) {
    revokeSession(id: $id) {
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ChangePasswordDocument = graphql(/* GraphQL */ `
  mutation ChangePassword($current: String!, $new: String!) {
    changePassword(current: $current, new: $new) {
      problems {
        ...ProblemFields
      }
    }
  }
`)
