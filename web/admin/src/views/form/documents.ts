import { graphql } from '@/gql'

export const FormLinkFields = graphql(/* GraphQL */ `
  fragment FormLinkFields on FormLink {
    id
    form
    formLabel
    formLabelEn
    name
    state
    expiresAt
    openedAt
    answeredAt
    createdBy
    createdAt
    company {
      id
      name
    }
  }
`)

export const FormLinksDocument = graphql(/* GraphQL */ `
  query FormLinks(
    $form: FormName
    $state: FormLinkState
    $companyId: ID
    $batchId: ID
    $search: String!
    $first: Int!
    $after: String
  ) {
    formLinks(
      form: $form
      state: $state
      companyId: $companyId
      batchId: $batchId
      search: $search
      first: $first
      after: $after
    ) {
      edges {
        node {
          ...FormLinkFields
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

export const FormBatchesDocument = graphql(/* GraphQL */ `
  query FormBatches($kind: BatchKind!) {
    batches(kind: $kind, first: 50) {
      edges {
        node {
          id
          number
          month
          company {
            id
            name
          }
        }
      }
    }
  }
`)

export const FormAnswersDocument = graphql(/* GraphQL */ `
  query FormAnswers($id: ID!) {
    formAnswers(linkId: $id) {
      month
      createdAt
      entries {
        question
        label
        labelEn
        sensitive
        texts
        textsEn
      }
      differences {
        question
        onFile
        answered
      }
    }
  }
`)

export const LeavingStatisticsDocument = graphql(/* GraphQL */ `
  query LeavingStatistics($fromMonth: Month!, $toMonth: Month!, $companyId: ID) {
    leavingStatistics(fromMonth: $fromMonth, toMonth: $toMonth, companyId: $companyId) {
      answers
      reasons {
        key
        label
        labelEn
        people
      }
      byMonth {
        ...LeavingGroup
      }
      byCompany {
        ...LeavingGroup
      }
      byKind {
        ...LeavingGroup
      }
      ratings {
        topic
        label
        labelEn
        mean
        answers
      }
    }
  }
`)

export const LeavingGroup = graphql(/* GraphQL */ `
  fragment LeavingGroup on LeavingBreakdown {
    key
    label
    labelEn
    people
    reasons {
      key
      label
      labelEn
      people
    }
  }
`)
