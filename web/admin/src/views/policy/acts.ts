import { graphql } from '@/gql'

export const ConfirmPoliciesDocument = graphql(/* GraphQL */ `
  mutation ConfirmPolicies($ids: [ID!]!, $source: String!, $key: String!) {
    confirmPolicies(ids: $ids, source: $source, idempotencyKey: $key) {
      policies {
        ...PolicyRow
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ExportPoliciesDocument = graphql(/* GraphQL */ `
  mutation ExportPolicies($cityCode: String!, $format: PolicyFormat!) {
    exportPolicies(cityCode: $cityCode, format: $format) {
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

export const ImportPoliciesDocument = graphql(/* GraphQL */ `
  mutation ImportPolicies($fileId: ID!, $key: String!) {
    importPolicies(fileId: $fileId, dryRun: false, idempotencyKey: $key) {
      added
      replaced
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const PreviewPoliciesDocument = graphql(/* GraphQL */ `
  query PreviewPolicies($fileId: ID!) {
    previewPolicies(fileId: $fileId) {
      month
      people
      kinds {
        cityCode
        kind
        people
        employerBefore
        employerAfter
        employeeBefore
        employeeAfter
      }
      closedMonths {
        month
        people
        employer
        employee
      }
      changes {
        act
        line
        title
        differences {
          ...DifferenceFields
        }
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const SetCityRuleDocument = graphql(/* GraphQL */ `
  mutation SetCityRule($input: CityRuleInput!) {
    setCityRule(input: $input) {
      rules {
        ...RuleFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
