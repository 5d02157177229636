import { graphql } from '@/gql'

export const StaffFields = graphql(/* GraphQL */ `
  fragment StaffFields on Staff {
    id
    username
    displayName
    roles
    permissions
    scope {
      id
      name
    }
  }
`)

export const MeDocument = graphql(/* GraphQL */ `
  query Me {
    me {
      ...StaffFields
    }
  }
`)

export const SignInDocument = graphql(/* GraphQL */ `
  mutation SignIn($username: String!, $password: String!) {
    signIn(username: $username, password: $password) {
      staff {
        ...StaffFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const SignOutDocument = graphql(/* GraphQL */ `
  mutation SignOut {
    signOut {
      problems {
        ...ProblemFields
      }
    }
  }
`)
