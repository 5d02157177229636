import { graphql } from '@/gql'

export const CreateFormLinksDocument = graphql(/* GraphQL */ `
  mutation CreateFormLinks($input: FormLinksInput!) {
    createFormLinks(input: $input) {
      links {
        path
        link {
          id
          name
        }
      }
      skipped
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ResendFormLinkDocument = graphql(/* GraphQL */ `
  mutation ResendFormLink($id: ID!) {
    resendFormLink(id: $id) {
      link {
        ...FormLinkFields
      }
      path
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const CancelFormLinkDocument = graphql(/* GraphQL */ `
  mutation CancelFormLink($id: ID!, $reason: String!) {
    cancelFormLink(id: $id, reason: $reason) {
      link {
        ...FormLinkFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RevealFormAnswerDocument = graphql(/* GraphQL */ `
  mutation RevealFormAnswer($linkId: ID!, $question: String!, $reason: String!) {
    revealFormAnswer(linkId: $linkId, question: $question, reason: $reason) {
      value
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const OpenFormDocument = graphql(/* GraphQL */ `
  mutation OpenForm($token: String!) {
    openForm(token: $token) {
      form {
        form
        title
        titleEn
        companyName
        expiresAt
        prefill {
          question
          valueMasked
        }
        questions {
          ...QuestionFields
        }
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const QuestionFields = graphql(/* GraphQL */ `
  fragment QuestionFields on FormQuestion {
    name
    label
    labelEn
    answer
    required
    choices {
      value
      label
      labelEn
    }
    askedIfQuestion
    askedIfValue
    among
    longest
    note
    noteEn
  }
`)

export const AnswerFormDocument = graphql(/* GraphQL */ `
  mutation AnswerForm($token: String!, $answers: [FormAnswerInput!]!) {
    answerForm(token: $token, answers: $answers) {
      done
      problems {
        ...ProblemFields
      }
    }
  }
`)
