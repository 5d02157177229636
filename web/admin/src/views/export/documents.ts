import { graphql } from '@/gql'

export const ExportFields = graphql(/* GraphQL */ `
  fragment ExportFields on Export {
    id
    label
    labelEn
    state
    total
    doneRows
    createdAt
    problems {
      ...ProblemFields
    }
    file {
      id
      name
      size
    }
  }
`)

export const ExportsDocument = graphql(/* GraphQL */ `
  query Exports($first: Int!) {
    exports(first: $first) {
      edges {
        node {
          ...ExportFields
        }
      }
    }
  }
`)

export const ExportUpdatesDocument = graphql(/* GraphQL */ `
  subscription ExportUpdates($id: ID!) {
    exportUpdates(id: $id) {
      ...ExportFields
    }
  }
`)

export const StartExportDocument = graphql(/* GraphQL */ `
  mutation StartExport($list: String!, $filter: String!, $key: String!) {
    startExport(list: $list, filter: $filter, idempotencyKey: $key) {
      export {
        ...ExportFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const CancelExportDocument = graphql(/* GraphQL */ `
  mutation CancelExport($id: ID!) {
    cancelExport(id: $id) {
      export {
        ...ExportFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
