import { graphql } from '@/gql'

export const ApprovalFields = graphql(/* GraphQL */ `
  fragment ApprovalFields on Approval {
    id
    business
    businessName
    subjectId
    title
    amount
    requestedBy
    requestedAt
    state
    decidedBy
    decidedAt
    comment
    mayDecide
    whyNot {
      ...ProblemFields
    }
    currentStep
    dueAt
    overdue
    flowName
    flowVersion
    steps {
      number
      name
      mode
      approvers {
        kind
        label
      }
      hours
      days
      state
    }
    votes {
      stepNumber
      staff
      onBehalfOf
      approve
      comment
      at
    }
  }
`)

export const ApprovalsDocument = graphql(/* GraphQL */ `
  query Approvals($state: ApprovalState, $view: ApprovalView!, $business: String, $first: Int!, $after: String) {
    approvals(state: $state, view: $view, business: $business, first: $first, after: $after) {
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
