import { graphql } from '@/gql'

export const FeedbackFields = graphql(/* GraphQL */ `
  fragment FeedbackFields on Feedback {
    id
    batchNumber
    rowNo
    personNameMasked
    channel
    state
    asked
    reason
    owner
    ownerId
    dueDay
    daysLeft
    holidaysKnown
    resolution
    resolvedAt
    createdAt
    batch {
      id
      number
      kind
    }
    retryBatch {
      id
      number
    }
    company {
      id
      name
    }
  }
`)

export const FeedbacksDocument = graphql(/* GraphQL */ `
  query Feedbacks($state: FeedbackState, $mine: Boolean!, $overdue: Boolean!, $companyId: ID, $first: Int!, $after: String) {
    feedbacks(state: $state, mine: $mine, overdue: $overdue, companyId: $companyId, first: $first, after: $after) {
      edges {
        node {
          ...FeedbackFields
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

/** The row a channel wants corrected, with what its columns mean. */
export const FeedbackRowDocument = graphql(/* GraphQL */ `
  query FeedbackRow($batchId: ID!, $state: RowState, $after: String) {
    batch(id: $batchId) {
      id
      kind
      columns {
        header
        field
        fieldLabel
      }
      rows(state: $state, first: 100, after: $after) {
        edges {
          node {
            ...BatchRowFields
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`)

export const CorrectFeedbackDocument = graphql(/* GraphQL */ `
  mutation CorrectFeedback($id: ID!, $cells: [CorrectedCell!]!, $key: String!) {
    correctFeedback(id: $id, cells: $cells, idempotencyKey: $key) {
      feedback {
        ...FeedbackFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RepeatFeedbackDocument = graphql(/* GraphQL */ `
  mutation RepeatFeedback($ids: [ID!]!, $key: String!) {
    repeatFeedback(ids: $ids, idempotencyKey: $key) {
      batch {
        id
        number
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const CloseFeedbackDocument = graphql(/* GraphQL */ `
  mutation CloseFeedback($id: ID!, $resolution: String!) {
    closeFeedback(id: $id, resolution: $resolution) {
      feedback {
        ...FeedbackFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const AssignFeedbackDocument = graphql(/* GraphQL */ `
  mutation AssignFeedback($ids: [ID!]!, $staffId: ID!) {
    assignFeedback(ids: $ids, staffId: $staffId) {
      feedback {
        ...FeedbackFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
