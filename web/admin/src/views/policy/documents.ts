import { graphql } from '@/gql'

export const CitiesDocument = graphql(/* GraphQL */ `
  query Cities {
    cities {
      id
      code
      name
    }
  }
`)

export const CityPoliciesDocument = graphql(/* GraphQL */ `
  query CityPolicies($month: Month!, $category: InsuredCategory) {
    cities {
      id
      code
      name
      policies(month: $month, category: $category) {
        ...PolicyFields
      }
    }
  }
`)

export const PolicyFields = graphql(/* GraphQL */ `
  fragment PolicyFields on Policy {
    id
    cityCode
    category
    kind
    tier
    effectiveFrom
    effectiveTo
    baseMin
    baseMax
    employerRateMin
    employerRateMax
    employeeRateMin
    employeeRateMax
    employerFixed
    employeeFixed
    employerRounding
    employeeRounding
    confidence
    source
    note
  }
`)
