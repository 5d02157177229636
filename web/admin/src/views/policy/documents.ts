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
      unconfirmedCount(month: $month)
      policies(month: $month, category: $category) {
        ...PolicyRow
      }
    }
  }
`)

export const PolicyRow = graphql(/* GraphQL */ `
  fragment PolicyRow on Policy {
    ...PolicyFields
    confirmed
    confirmedBy
    confirmedAt
    confirmedSource
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

export const CompareCityDocument = graphql(/* GraphQL */ `
  query CompareCity($id: ID!, $from: Month!, $to: Month!) {
    node(id: $id) {
      id
      ... on City {
        compare(from: $from, to: $to) {
          category
          kind
          tier
          inBefore
          inAfter
          differences {
            ...DifferenceFields
          }
        }
      }
    }
  }
`)

export const DifferenceFields = graphql(/* GraphQL */ `
  fragment DifferenceFields on PolicyDifference {
    field
    label
    labelEn
    before
    after
  }
`)

export const CityVersionsDocument = graphql(/* GraphQL */ `
  query CityVersions($id: ID!, $category: InsuredCategory) {
    node(id: $id) {
      id
      ... on City {
        policies(category: $category) {
          ...PolicyFields
        }
      }
    }
  }
`)

export const CityRulesDocument = graphql(/* GraphQL */ `
  query CityRules($id: ID!) {
    node(id: $id) {
      id
      ... on City {
        rules {
          ...RuleFields
        }
      }
    }
  }
`)

export const RuleFields = graphql(/* GraphQL */ `
  fragment RuleFields on CityRule {
    topic
    topicLabel
    topicLabelEn
    channel
    nationwide
    text
    number
    effectiveFrom
    source
    confidence
    known
  }
`)
