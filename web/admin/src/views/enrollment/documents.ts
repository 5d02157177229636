import { graphql } from '@/gql'

export const EnrollmentRow = graphql(/* GraphQL */ `
  fragment EnrollmentRow on Enrollment {
    id
    person {
      id
      name
      idNumberMasked
      phoneMasked
    }
    company {
      id
      name
    }
    city {
      id
      name
    }
    scheme {
      id
      name
    }
    category
    state
    declaredBase
    startMonth
    lastMonth
    stopReason
    items {
      kind
      tier
      state
      declaredBase
      housingRate
      startMonth
      lastMonth
    }
  }
`)

export const EnrollmentsDocument = graphql(/* GraphQL */ `
  query Enrollments(
    $search: String!
    $companyId: ID
    $cityCode: String
    $state: EnrollmentState
    $first: Int!
    $after: String
  ) {
    enrollments(
      search: $search
      companyId: $companyId
      cityCode: $cityCode
      state: $state
      first: $first
      after: $after
    ) {
      edges {
        node {
          ...EnrollmentRow
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

export const EnrollmentBefore = graphql(/* GraphQL */ `
  fragment EnrollmentBefore on Enrollment {
    id
    state
    startMonth
    lastMonth
    company {
      id
      name
    }
    city {
      id
      name
    }
    scheme {
      id
      name
    }
  }
`)

export const EnrollmentDocument = graphql(/* GraphQL */ `
  query Enrollment($id: ID!) {
    node(id: $id) {
      id
      ... on Enrollment {
        ...EnrollmentRow
        createdAt
        currentBase
        currentHousingBase
        currentHousingRate
        baseHistory {
          scope
          fromMonth
          base
          housingRate
          createdAt
          batch {
            id
            number
            kind
          }
        }
        continues {
          ...EnrollmentBefore
        }
        batch {
          id
          number
        }
        person {
          id
          name
          idKind
          idNumberMasked
          phoneMasked
          bankCardMasked
          birth
          sex
          particularsHistory {
            field
            old
            new
            changedBy
            changedAt
            batch {
              id
              number
            }
          }
          enrollments {
            id
            company {
              id
              name
            }
            city {
              id
              name
            }
            state
            startMonth
            lastMonth
          }
        }
      }
    }
  }
`)

export const RevealPersonDocument = graphql(/* GraphQL */ `
  mutation RevealPerson($id: ID!, $field: RevealField!, $reason: String!) {
    revealPerson(id: $id, field: $field, reason: $reason) {
      value
      problems {
        ...ProblemFields
      }
    }
  }
`)
