import { graphql } from '@/gql'

export const UpdateCompanyDocument = graphql(/* GraphQL */ `
  mutation UpdateCompany($id: ID!, $input: CompanyUpdateInput!) {
    updateCompany(id: $id, input: $input) {
      company {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const MoveCompanyDocument = graphql(/* GraphQL */ `
  mutation MoveCompany($id: ID!, $parentId: ID) {
    moveCompany(id: $id, parentId: $parentId) {
      company {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const AddCompanyContractDocument = graphql(/* GraphQL */ `
  mutation AddCompanyContract($companyId: ID!, $input: ContractInput!) {
    addCompanyContract(companyId: $companyId, input: $input) {
      company {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RenewCompanyContractDocument = graphql(/* GraphQL */ `
  mutation RenewCompanyContract($id: ID!, $input: ContractInput!) {
    renewCompanyContract(id: $id, input: $input) {
      company {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const EndCompanyContractDocument = graphql(/* GraphQL */ `
  mutation EndCompanyContract($id: ID!, $reason: String!) {
    endCompanyContract(id: $id, reason: $reason) {
      company {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const SaveCompanyContactDocument = graphql(/* GraphQL */ `
  mutation SaveCompanyContact($companyId: ID!, $input: ContactInput!, $id: ID) {
    saveCompanyContact(companyId: $companyId, input: $input, id: $id) {
      company {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RetireCompanyContactDocument = graphql(/* GraphQL */ `
  mutation RetireCompanyContact($id: ID!) {
    retireCompanyContact(id: $id) {
      company {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RevealCompanyContactDocument = graphql(/* GraphQL */ `
  mutation RevealCompanyContact($id: ID!, $reason: String!) {
    revealCompanyContact(id: $id, reason: $reason) {
      value
      problems {
        ...ProblemFields
      }
    }
  }
`)
