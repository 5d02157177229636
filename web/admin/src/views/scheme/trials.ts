import { graphql } from '@/gql'

export const SchemeCostFields = graphql(/* GraphQL */ `
  fragment SchemeCostFields on SchemeCost {
    base
    lines {
      kind
      declaredBase
      base
      employerRate
      employeeRate
      employer
      employee
      policyId
      confidence
      explain
      notices {
        ...ProblemFields
      }
    }
    omitted {
      kind
      reason
      reasonEn
      remedy
    }
    employerTotal
    employeeTotal
    serviceFee
    total
    problems {
      ...ProblemFields
    }
  }
`)

export const SimulateSchemeDocument = graphql(/* GraphQL */ `
  query SimulateScheme($input: SchemeTrialInput!) {
    simulateScheme(input: $input) {
      costs {
        ...SchemeCostFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const SimulateRosterDocument = graphql(/* GraphQL */ `
  query SimulateRoster(
    $schemeId: ID!
    $month: Month!
    $companyId: ID!
    $versionId: ID
    $terms: SchemeTermsInput
    $onlyOnScheme: Boolean!
  ) {
    simulateRoster(
      schemeId: $schemeId
      month: $month
      companyId: $companyId
      versionId: $versionId
      terms: $terms
      onlyOnScheme: $onlyOnScheme
    ) {
      cost {
        people
        kinds {
          kind
          before {
            people
            employer
            employee
          }
          after {
            people
            employer
            employee
          }
          delta {
            people
            employer
            employee
          }
        }
        before {
          people
          employer
          employee
        }
        after {
          people
          employer
          employee
        }
        delta {
          people
          employer
          employee
        }
        feeBefore
        feeAfter
        feeDelta
        missingBefore {
          ...ProblemFields
        }
        missingAfter {
          ...ProblemFields
        }
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ExecutionDocument = graphql(/* GraphQL */ `
  query SchemeExecution($id: ID!, $from: Month!, $to: Month!) {
    schemeExecution(schemeId: $id, fromMonth: $from, toMonth: $to) {
      months {
        month
        people
        employer
        employee
        fee
        closed
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const SchemePeopleDocument = graphql(/* GraphQL */ `
  query SchemePeople($id: ID!, $first: Int!, $after: String) {
    schemePeople(schemeId: $id, first: $first, after: $after) {
      edges {
        node {
          startMonth
          lastMonth
          state
          declaredBase
          serviceFee
          version {
            effectiveFrom
            revision
          }
          person {
            id
            name
            idNumberMasked
          }
          company {
            id
            name
          }
          enrollment {
            id
          }
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

export const CompareCitiesDocument = graphql(/* GraphQL */ `
  query CompareCities(
    $codes: [String!]!
    $base: Yuan!
    $month: Month!
    $category: InsuredCategory!
    $housingRate: Rate
    $injuryClass: Int
  ) {
    compareCities(
      cityCodes: $codes
      base: $base
      month: $month
      category: $category
      housingRate: $housingRate
      injuryClass: $injuryClass
    ) {
      cities {
        cityCode
        city
        cost {
          ...SchemeCostFields
        }
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
