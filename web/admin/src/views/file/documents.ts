import { graphql } from '@/gql'

export const FileDocument = graphql(/* GraphQL */ `
  query File($id: ID!) {
    node(id: $id) {
      id
      ... on StoredFile {
        name
        url
      }
    }
  }
`)
