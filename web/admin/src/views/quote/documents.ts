import { graphql } from '@/gql'

export const QuoteDocument = graphql(/* GraphQL */ `
  query Quote($input: QuoteInput!) {
    quote(input: $input) {
      quote {
        lines {
          kind
          base
          employer
          employee
          explain
          source
          confidence
        }
        omitted {
          kind
          reason
          reasonEn
          remedy
        }
        employerTotal
        employeeTotal
        total
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
