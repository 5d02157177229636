import { graphql } from '@/gql'

export const WaitingDocument = graphql(/* GraphQL */ `
  query Waiting($batches: Boolean!, $approvals: Boolean!) {
    approvals(state: PENDING, first: 20) @include(if: $approvals) {
      edges {
        node {
          ...ApprovalFields
        }
      }
      totalCount
    }
    checked: batches(state: CHECKED, first: 5) @include(if: $batches) {
      edges {
        node {
          ...BatchSummary
        }
      }
      totalCount
    }
    approved: batches(state: APPROVED, first: 5) @include(if: $batches) {
      edges {
        node {
          ...BatchSummary
        }
      }
      totalCount
    }
    submitted: batches(state: SUBMITTED, first: 5) @include(if: $batches) {
      edges {
        node {
          ...BatchSummary
        }
      }
      totalCount
    }
  }
`)

export const MonthBillsDocument = graphql(/* GraphQL */ `
  query MonthBills($month: Month!) {
    bills(month: $month, first: 100) {
      edges {
        node {
          ...BillSummary
        }
      }
      pageInfo {
        hasNextPage
      }
      totalCount
    }
  }
`)

export const RegisterCountDocument = graphql(/* GraphQL */ `
  query RegisterCount {
    effective: enrollments(state: EFFECTIVE, first: 1) {
      totalCount
    }
    submitted: enrollments(state: SUBMITTED, first: 1) {
      totalCount
    }
  }
`)
