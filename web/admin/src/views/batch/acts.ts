import { graphql } from '@/gql'

export const CreateBatchDocument = graphql(/* GraphQL */ `
  mutation CreateBatch($input: CreateBatchInput!) {
    createBatch(input: $input) {
      batch {
        ...BatchSummary
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ConfirmBatchDocument = graphql(/* GraphQL */ `
  mutation ConfirmBatch($id: ID!, $key: String!) {
    confirmBatch(id: $id, idempotencyKey: $key) {
      batch {
        ...BatchFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const UndoBatchDocument = graphql(/* GraphQL */ `
  mutation UndoBatch($id: ID!, $reason: String!, $key: String!) {
    undoBatch(id: $id, reason: $reason, idempotencyKey: $key) {
      batch {
        ...BatchFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
export const WithdrawBatchDocument = graphql(/* GraphQL */ `
  mutation WithdrawBatch($id: ID!, $reason: String!) {
    withdrawBatch(id: $id, reason: $reason) {
      batch {
        ...BatchFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const SubmitBatchDocument = graphql(/* GraphQL */ `
  mutation SubmitBatch($id: ID!, $key: String!) {
    submitBatch(id: $id, idempotencyKey: $key) {
      batch {
        ...BatchFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RecordBatchResultDocument = graphql(/* GraphQL */ `
  mutation RecordBatchResult($id: ID!, $input: BatchResultInput!) {
    recordBatchResult(id: $id, input: $input) {
      batch {
        ...BatchFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ErrorWorkbookDocument = graphql(/* GraphQL */ `
  mutation ErrorWorkbook($id: ID!) {
    errorWorkbook(batchId: $id) {
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

export const BatchTemplateDocument = graphql(/* GraphQL */ `
  mutation BatchTemplate($kind: BatchKind!) {
    batchTemplate(kind: $kind) {
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
