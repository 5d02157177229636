import { graphql } from '@/gql'

export const CreateStaffDocument = graphql(/* GraphQL */ `
  mutation CreateStaff($username: String!, $displayName: String!, $rights: StaffRightsInput!) {
    createStaff(username: $username, displayName: $displayName, rights: $rights) {
      account {
        id
      }
      password
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const UpdateStaffDocument = graphql(/* GraphQL */ `
  mutation UpdateStaff($id: ID!, $displayName: String!, $rights: StaffRightsInput!) {
    updateStaff(id: $id, displayName: $displayName, rights: $rights) {
      account {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const DeactivateStaffDocument = graphql(/* GraphQL */ `
  mutation DeactivateStaff($id: ID!, $reason: String!) {
    deactivateStaff(id: $id, reason: $reason) {
      account {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ReactivateStaffDocument = graphql(/* GraphQL */ `
  mutation ReactivateStaff($id: ID!) {
    reactivateStaff(id: $id) {
      account {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ResetStaffPasswordDocument = graphql(/* GraphQL */ `
  mutation ResetStaffPassword($id: ID!, $reason: String!) {
    resetStaffPassword(id: $id, reason: $reason) {
      account {
        id
      }
      password
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ForceSignOutDocument = graphql(/* GraphQL */ `
  mutation ForceSignOut($id: ID!) {
    forceSignOut(id: $id) {
      account {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ResetSecondFactorDocument = graphql(/* GraphQL */ `
  mutation ResetSecondFactor($staffId: ID!, $reason: String!) {
    resetSecondFactor(staffId: $staffId, reason: $reason) {
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const UnlockStaffDocument = graphql(/* GraphQL */ `
  mutation UnlockStaff($staffId: ID!) {
    unlockStaff(staffId: $staffId) {
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const CreateRoleDocument = graphql(/* GraphQL */ `
  mutation CreateRole($name: String!, $permissions: [String!]!) {
    createRole(name: $name, permissions: $permissions) {
      role {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RenameRoleDocument = graphql(/* GraphQL */ `
  mutation RenameRole($id: ID!, $name: String!) {
    renameRole(id: $id, name: $name) {
      role {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const SetRolePermissionsDocument = graphql(/* GraphQL */ `
  mutation SetRolePermissions($id: ID!, $permissions: [String!]!) {
    setRolePermissions(id: $id, permissions: $permissions) {
      role {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const DeleteRoleDocument = graphql(/* GraphQL */ `
  mutation DeleteRole($id: ID!) {
    deleteRole(id: $id) {
      problems {
        ...ProblemFields
      }
    }
  }
`)
