import { graphql } from '@/gql'

export const AccountFields = graphql(/* GraphQL */ `
  fragment AccountFields on StaffAccount {
    id
    username
    displayName
    active
    lockedUntil
    secondFactor
    phoneBound
    passwordDue
    machine
    createdAt
    lastSignIn
    sessionCount
    roles {
      id
      name
    }
    scope {
      id
      name
    }
  }
`)

export const AccountsDocument = graphql(/* GraphQL */ `
  query Accounts($search: String!, $roleId: ID, $active: Boolean, $locked: Boolean, $first: Int!, $after: String) {
    staffAccounts(search: $search, roleId: $roleId, active: $active, locked: $locked, first: $first, after: $after) {
      edges {
        node {
          ...AccountFields
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

export const AccountDocument = graphql(/* GraphQL */ `
  query Account($id: ID!) {
    staffAccount(id: $id) {
      ...AccountFields
      sessions {
        id
        createdAt
        lastSeenAt
        userAgent
        ip
        current
      }
    }
  }
`)

export const SignInFields = graphql(/* GraphQL */ `
  fragment SignInFields on SignInEntry {
    id
    at
    username
    outcome
    ip
    userAgent
  }
`)

export const AccountSignInsDocument = graphql(/* GraphQL */ `
  query AccountSignIns($id: ID!, $first: Int!, $after: String) {
    staffAccount(id: $id) {
      id
      signIns(first: $first, after: $after) {
        edges {
          node {
            ...SignInFields
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`)

export const MySignInsDocument = graphql(/* GraphQL */ `
  query MySignIns($first: Int!, $after: String) {
    mySignIns(first: $first, after: $after) {
      edges {
        node {
          ...SignInFields
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

export const RolesDocument = graphql(/* GraphQL */ `
  query Roles {
    roles {
      id
      code
      name
      permissions
      holders
      builtIn
      warnings {
        ...ProblemFields
      }
    }
  }
`)

export const PermissionTreeDocument = graphql(/* GraphQL */ `
  query PermissionTree {
    permissionTree {
      word
      label
      labelEn
      permissions {
        code
        label
        labelEn
      }
    }
  }
`)
