import { graphql } from '@/gql'

export const SchemeFields = graphql(/* GraphQL */ `
  fragment SchemeFields on Scheme {
    id
    name
    city {
      id
      code
      name
    }
    category
    kinds
    housingRate
    serviceFee
    company {
      id
      name
    }
  }
`)

export const SchemesDocument = graphql(/* GraphQL */ `
  query Schemes($companyId: ID) {
    schemes(companyId: $companyId) {
      ...SchemeFields
    }
  }
`)

export const CreateSchemeDocument = graphql(/* GraphQL */ `
  mutation CreateScheme($input: SchemeInput!) {
    createScheme(input: $input) {
      scheme {
        ...SchemeFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
