import { graphql } from '@/gql'

export const HomeDocument = graphql(/* GraphQL */ `
  query Home {
    home {
      at
      waiting {
        key
        label
        labelEn
        count
        link
      }
      batches {
        key
        label
        labelEn
        count
        link
      }
      enrolledByCity {
        key
        label
        labelEn
        count
        link
      }
      enrolledByCompany {
        key
        label
        labelEn
        count
        link
      }
      moves {
        month
        joined
        left
      }
      deadlines {
        cityCode
        city
        people
        day
        link
      }
      unknownDeadlines
      openBills {
        state
        bills
        total
      }
    }
  }
`)
