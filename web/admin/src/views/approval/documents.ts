import { graphql } from '@/gql'

export const ApprovalFields = graphql(/* GraphQL */ `
  fragment ApprovalFields on Approval {
    id
    business
    subjectId
    title
    requestedBy
    requestedAt
    state
    decidedBy
    decidedAt
    comment
    mayDecide
  }
`)

export const ApprovalsDocument = graphql(/* GraphQL */ `
  query Approvals($state: ApprovalState, $first: Int!, $after: String) {
    approvals(state: $state, first: $first, after: $after) {
      edges {
        node {
          ...ApprovalFields
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

export const DecideApprovalDocument = graphql(/* GraphQL */ `
  mutation DecideApproval($id: ID!, $approve: Boolean!, $comment: String!, $key: String!) {
    decideApproval(id: $id, approve: $approve, comment: $comment, idempotencyKey: $key) {
      approval {
        ...ApprovalFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
