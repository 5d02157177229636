import { graphql } from '@/gql'

export const CreateSupplierDocument = graphql(/* GraphQL */ `
  mutation CreateSupplier($input: SupplierInput!) {
    createSupplier(input: $input) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const UpdateSupplierDocument = graphql(/* GraphQL */ `
  mutation UpdateSupplier($id: ID!, $input: SupplierInput!) {
    updateSupplier(id: $id, input: $input) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const DeactivateSupplierDocument = graphql(/* GraphQL */ `
  mutation DeactivateSupplier($id: ID!, $reason: String!) {
    deactivateSupplier(id: $id, reason: $reason) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ReactivateSupplierDocument = graphql(/* GraphQL */ `
  mutation ReactivateSupplier($id: ID!) {
    reactivateSupplier(id: $id) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const SetSupplierPriceDocument = graphql(/* GraphQL */ `
  mutation SetSupplierPrice($input: SupplierPriceInput!) {
    setSupplierPrice(input: $input) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RetireSupplierPriceDocument = graphql(/* GraphQL */ `
  mutation RetireSupplierPrice($id: ID!, $reason: String!) {
    retireSupplierPrice(id: $id, reason: $reason) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ScoreSupplierDocument = graphql(/* GraphQL */ `
  mutation ScoreSupplier($input: SupplierScoreInput!) {
    scoreSupplier(input: $input) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const AddSupplierDocumentDocument = graphql(/* GraphQL */ `
  mutation AddSupplierDocument($supplierId: ID!, $fileId: ID!, $kind: String!, $expiresDay: Date) {
    addSupplierDocument(supplierId: $supplierId, fileId: $fileId, kind: $kind, expiresDay: $expiresDay) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RetireSupplierDocumentDocument = graphql(/* GraphQL */ `
  mutation RetireSupplierDocument($id: ID!, $reason: String!) {
    retireSupplierDocument(id: $id, reason: $reason) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const AddSupplierContractDocument = graphql(/* GraphQL */ `
  mutation AddSupplierContract($supplierId: ID!, $input: ContractInput!) {
    addSupplierContract(supplierId: $supplierId, input: $input) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RenewSupplierContractDocument = graphql(/* GraphQL */ `
  mutation RenewSupplierContract($id: ID!, $input: ContractInput!) {
    renewSupplierContract(id: $id, input: $input) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const EndSupplierContractDocument = graphql(/* GraphQL */ `
  mutation EndSupplierContract($id: ID!, $reason: String!) {
    endSupplierContract(id: $id, reason: $reason) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const SaveSupplierContactDocument = graphql(/* GraphQL */ `
  mutation SaveSupplierContact($supplierId: ID!, $input: ContactInput!, $id: ID) {
    saveSupplierContact(supplierId: $supplierId, input: $input, id: $id) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RetireSupplierContactDocument = graphql(/* GraphQL */ `
  mutation RetireSupplierContact($id: ID!) {
    retireSupplierContact(id: $id) {
      supplier {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RevealSupplierContactDocument = graphql(/* GraphQL */ `
  mutation RevealSupplierContact($id: ID!, $reason: String!) {
    revealSupplierContact(id: $id, reason: $reason) {
      value
      problems {
        ...ProblemFields
      }
    }
  }
`)
