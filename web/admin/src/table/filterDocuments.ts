import { graphql } from '@/gql'

export const SavedFilterFields = graphql(/* GraphQL */ `
  fragment SavedFilterFields on SavedFilter {
    id
    name
    query
    shared
    own
    owner
    opensList
  }
`)

export const SavedFiltersDocument = graphql(/* GraphQL */ `
  query SavedFilters($list: String!) {
    savedFilters(list: $list) {
      ...SavedFilterFields
    }
  }
`)

export const SaveFilterDocument = graphql(/* GraphQL */ `
  mutation SaveFilter($input: SavedFilterInput!) {
    saveFilter(input: $input) {
      filters {
        ...SavedFilterFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const DeleteFilterDocument = graphql(/* GraphQL */ `
  mutation DeleteFilter($id: ID!) {
    deleteFilter(id: $id) {
      filters {
        ...SavedFilterFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const OpenListWithDocument = graphql(/* GraphQL */ `
  mutation OpenListWith($list: String!, $id: ID) {
    openListWith(list: $list, id: $id) {
      filters {
        ...SavedFilterFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
