import { graphql } from '@/gql'

export const VersionFields = graphql(/* GraphQL */ `
  fragment VersionFields on SchemeVersion {
    id
    effectiveFrom
    revision
    kinds
    tiers {
      kind
      tier
    }
    bases {
      kind
      rule
      amount
    }
    housingRate
    serviceFee
    note
    createdAt
    retiredAt
  }
`)

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
    inForce {
      effectiveFrom
      revision
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

export const SchemeDocument = graphql(/* GraphQL */ `
  query Scheme($id: ID!) {
    node(id: $id) {
      id
      ... on Scheme {
        ...SchemeFields
        inForce {
          ...VersionFields
        }
        versions {
          ...VersionFields
        }
      }
    }
  }
`)

/** The tiers that a city offers in a month, so that nobody has to know their names. */
export const SchemeTiersDocument = graphql(/* GraphQL */ `
  query SchemeTiers($id: ID!, $month: Month!, $category: InsuredCategory!) {
    node(id: $id) {
      id
      ... on City {
        policies(month: $month, category: $category) {
          id
          kind
          tier
        }
      }
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

export const SaveVersionDocument = graphql(/* GraphQL */ `
  mutation SaveSchemeVersion($input: SchemeVersionInput!, $key: String!) {
    saveSchemeVersion(input: $input, idempotencyKey: $key) {
      scheme {
        ...SchemeFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RetireVersionDocument = graphql(/* GraphQL */ `
  mutation RetireSchemeVersion($id: ID!, $reason: String!) {
    retireSchemeVersion(id: $id, reason: $reason) {
      scheme {
        ...SchemeFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
