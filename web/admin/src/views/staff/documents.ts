import { graphql } from '@/gql'

export const MySessionsDocument = graphql(/* GraphQL */ `
  query MySessions {
    mySessions {
      id
      createdAt
      lastSeenAt
      userAgent
      ip
      current
    }
  }
`)

export const RevokeSessionDocument = graphql(/* GraphQL */ `
  mutation RevokeSession($id: ID!) {
    revokeSession(id: $id) {
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ChangePasswordDocument = graphql(/* GraphQL */ `
  mutation ChangePassword($current: String!, $new: String!) {
    changePassword(current: $current, new: $new) {
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const CaptchaDocument = graphql(/* GraphQL */ `
  query Captcha {
    captcha {
      id
      image
    }
  }
`)

export const BeginSecondFactorDocument = graphql(/* GraphQL */ `
  mutation BeginSecondFactor {
    beginSecondFactor {
      secret
      uri
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ConfirmSecondFactorDocument = graphql(/* GraphQL */ `
  mutation ConfirmSecondFactor($code: String!) {
    confirmSecondFactor(code: $code) {
      codes
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const DropSecondFactorDocument = graphql(/* GraphQL */ `
  mutation DropSecondFactor($password: String!, $code: String!) {
    dropSecondFactor(password: $password, code: $code) {
      done
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const BeginPhoneDocument = graphql(/* GraphQL */ `
  mutation BeginPhone($password: String!, $phone: String!) {
    beginPhone(password: $password, phone: $phone) {
      done
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ConfirmPhoneDocument = graphql(/* GraphQL */ `
  mutation ConfirmPhone($code: String!) {
    confirmPhone(code: $code) {
      done
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const DropPhoneDocument = graphql(/* GraphQL */ `
  mutation DropPhone($password: String!) {
    dropPhone(password: $password) {
      done
      problems {
        ...ProblemFields
      }
    }
  }
`)
