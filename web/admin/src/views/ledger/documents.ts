import { graphql } from '@/gql'

export const LedgerBalancesDocument = graphql(/* GraphQL */ `
  query LedgerBalances {
    ledgerBalances {
      account
      label
      labelEn
      company {
        id
        name
      }
      debit
      credit
      balance
    }
  }
`)
