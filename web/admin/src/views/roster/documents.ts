import { graphql } from '@/gql'

export const RosterEntryFields = graphql(/* GraphQL */ `
  fragment RosterEntryFields on RosterEntry {
    id
    kind
    companyName
    name
    numberMasked
    phoneMasked
    post
    postKind
    cityName
    fromDay
    contractStart
    contractEnd
    projectId
    projectName
    state
    leftDay
    leftReason
    values {
      name
      value
    }
    findings {
      ...ProblemFields
    }
  }
`)

export const RosterDocumentFields = graphql(/* GraphQL */ `
  fragment RosterDocumentFields on RosterDocument {
    id
    kind
    place
    expiresDay
    retired
    createdAt
    file {
      id
      name
      size
    }
  }
`)

export const RosterProjectFields = graphql(/* GraphQL */ `
  fragment RosterProjectFields on RosterProject {
    id
    companyName
    name
    contractNumber
    contractor
    fromDay
    toDay
    note
    ended
    people
  }
`)

export const RosterColumnsDocument = graphql(/* GraphQL */ `
  query RosterColumns($kind: RosterCategory!) {
    rosterColumns(kind: $kind) {
      name
      label
      labelEn
      form
      required
      sensitive
      choices {
        value
        label
        labelEn
      }
    }
  }
`)

export const RosterEntriesDocument = graphql(/* GraphQL */ `
  query RosterEntries($filter: RosterFilterInput!, $first: Int!, $after: String) {
    rosterEntries(filter: $filter, first: $first, after: $after) {
      edges {
        node {
          ...RosterEntryFields
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

/** The company and the person come only for those who may see them, hence apart from the row. */
export const RosterEntryDocument = graphql(/* GraphQL */ `
  query RosterEntry($id: ID!) {
    rosterEntry(id: $id) {
      entry {
        ...RosterEntryFields
        company {
          id
        }
      }
      contractFile {
        id
        name
        size
      }
      documents {
        ...RosterDocumentFields
      }
      history {
        act
        actLabel
        detail
        by
        createdAt
      }
    }
  }
`)

export const RosterBoardDocument = graphql(/* GraphQL */ `
  query RosterBoard($companyId: ID) {
    rosterBoard(companyId: $companyId) {
      kinds {
        kind
        label
        labelEn
        active
        left
      }
      findings {
        kind
        code
        label
        labelEn
        severity
        entries
      }
    }
  }
`)

export const DispatchSharesDocument = graphql(/* GraphQL */ `
  query DispatchShares($after: String) {
    dispatchShares(first: 100, after: $after) {
      edges {
        node {
          companyName
          dispatched
          employees
          month
          share
          limit
          over
          room
          source
          company {
            id
          }
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

export const RosterProjectsDocument = graphql(/* GraphQL */ `
  query RosterProjects($companyId: ID, $search: String!, $running: Boolean, $first: Int!, $after: String) {
    rosterProjects(companyId: $companyId, search: $search, running: $running, first: $first, after: $after) {
      edges {
        node {
          ...RosterProjectFields
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

export const RosterProjectDocument = graphql(/* GraphQL */ `
  query RosterProject($id: ID!) {
    rosterProject(id: $id) {
      project {
        ...RosterProjectFields
      }
      documents {
        ...RosterDocumentFields
      }
    }
  }
`)
