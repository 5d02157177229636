import { graphql } from '@/gql'

export const HousingAccountFields = graphql(/* GraphQL */ `
  fragment HousingAccountFields on HousingAccount {
    id
    personName
    numberMasked
    state
    sinceMonth
    company {
      id
      name
    }
    city {
      code
      name
    }
  }
`)

export const HousingAccountsDocument = graphql(/* GraphQL */ `
  query HousingAccounts($search: String!, $companyId: ID, $state: HousingAccountState, $first: Int!, $after: String) {
    housingAccounts(search: $search, companyId: $companyId, state: $state, first: $first, after: $after) {
      edges {
        node {
          ...HousingAccountFields
          history {
            act
            month
            detail
            recordedBy
            createdAt
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

export const SetHousingNumberDocument = graphql(/* GraphQL */ `
  mutation SetHousingNumber($id: ID!, $number: String!) {
    setHousingAccountNumber(id: $id, number: $number) {
      account {
        ...HousingAccountFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const SealHousingDocument = graphql(/* GraphQL */ `
  mutation SealHousing($id: ID!, $month: Month!, $reason: String!) {
    sealHousingAccount(id: $id, month: $month, reason: $reason) {
      account {
        ...HousingAccountFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const UnsealHousingDocument = graphql(/* GraphQL */ `
  mutation UnsealHousing($id: ID!, $month: Month!, $reason: String!) {
    unsealHousingAccount(id: $id, month: $month, reason: $reason) {
      account {
        ...HousingAccountFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RevealHousingDocument = graphql(/* GraphQL */ `
  mutation RevealHousing($id: ID!, $reason: String!) {
    revealHousingAccount(id: $id, reason: $reason) {
      value
      problems {
        ...ProblemFields
      }
    }
  }
`)
