import { graphql } from '@/gql'

export const CompanyFields = graphql(/* GraphQL */ `
  fragment CompanyFields on Company {
    id
    name
    creditCode
    city {
      id
      code
      name
    }
    injuryClass
    housingRate
    parent {
      id
      name
    }
    enrolledCount
  }
`)

export const CompaniesDocument = graphql(/* GraphQL */ `
  query Companies($search: String!, $first: Int!, $after: String) {
    companies(search: $search, first: $first, after: $after) {
      edges {
        node {
          ...CompanyFields
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

export const CompanyOptionsDocument = graphql(/* GraphQL */ `
  query CompanyOptions($search: String!) {
    companies(search: $search, first: 50) {
      edges {
        node {
          id
          name
          city {
            id
            code
          }
        }
      }
      totalCount
    }
  }
`)

export const CompanyNameDocument = graphql(/* GraphQL */ `
  query CompanyName($id: ID!) {
    node(id: $id) {
      id
      ... on Company {
        name
      }
    }
  }
`)

export const CreateCompanyDocument = graphql(/* GraphQL */ `
  mutation CreateCompany($input: CompanyInput!) {
    createCompany(input: $input) {
      company {
        ...CompanyFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const CompanyDocument = graphql(/* GraphQL */ `
  query Company($id: ID!) {
    company(id: $id) {
      ...CompanyFields
      counts {
        enrolled
        openBatches
        openBills
      }
      branches {
        ...CompanyFields
      }
      contracts {
        ...ContractFields
      }
      contacts {
        ...ContactFields
      }
    }
  }
`)
