import { graphql } from '@/gql'

export const ContractFields = graphql(/* GraphQL */ `
  fragment ContractFields on Contract {
    id
    number
    fromDay
    toDay
    fee
    note
    endedAt
    renewsId
    renewedById
    state
    daysLeft
    file {
      id
      name
      size
    }
  }
`)

export const ContactFields = graphql(/* GraphQL */ `
  fragment ContactFields on Contact {
    id
    name
    duty
    phoneMasked
    email
  }
`)
