import { graphql } from '@/gql'

export const StaffFields = graphql(/* GraphQL */ `
  fragment StaffFields on Staff {
    id
    username
    displayName
    roles
    permissions
    secondFactor
    recoveryLeft
    phone
    smsOffered
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
  mutation SignIn(
    $username: String!
    $password: String!
    $captcha: CaptchaInput
    $code: String! = ""
    $newPassword: String! = ""
    $via: CodeWay
    $sendCode: Boolean! = false
  ) {
    signIn(
      username: $username
      password: $password
      captcha: $captcha
      code: $code
      newPassword: $newPassword
      via: $via
      sendCode: $sendCode
    ) {
      staff {
        ...StaffFields
      }
      step
      ways
      phone
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
