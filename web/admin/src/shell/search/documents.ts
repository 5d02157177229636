import { graphql } from '@/gql'

export const SearchDocument = graphql(/* GraphQL */ `
  query Search($text: String!, $people: Boolean!, $companies: Boolean!) {
    people(search: $text, first: 6) @include(if: $people) {
      edges {
        node {
          id
          name
          idNumberMasked
          enrollments {
            id
            state
            company {
              id
              name
            }
          }
        }
      }
    }
    companies(search: $text, first: 6) @include(if: $companies) {
      edges {
        node {
          id
          name
          creditCode
        }
      }
    }
  }
`)

export const RecentBatchesDocument = graphql(/* GraphQL */ `
  query RecentBatches {
    batches(first: 100) {
      edges {
        node {
          id
          number
          kind
          state
          company {
            id
            name
          }
        }
      }
    }
  }
`)
