import { graphql } from '@/gql'

export const EntryFields = graphql(/* GraphQL */ `
  fragment EntryFields on BlacklistEntry {
    id
    subject
    name
    numberMasked
    birth
    effect
    reason
    fromDay
    toDay
    state
    createdBy
    createdAt
    releasedBy
    releasedAt
    releaseReason
    hitCount
    company {
      id
      name
    }
    evidence {
      id
      name
      size
    }
  }
`)

export const BlacklistDocument = graphql(/* GraphQL */ `
  query Blacklist($search: String!, $subject: BlacklistSubject, $state: BlacklistState, $first: Int!, $after: String) {
    blacklistEntries(search: $search, subject: $subject, state: $state, first: $first, after: $after) {
      edges {
        node {
          ...EntryFields
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

export const BlacklistHitsDocument = graphql(/* GraphQL */ `
  query BlacklistHits($id: ID!, $after: String) {
    blacklistHits(entryId: $id, first: 100, after: $after) {
      edges {
        node {
          id
          place
          batchNumber
          rowNo
          createdAt
          company {
            id
            name
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

export const AddEntryDocument = graphql(/* GraphQL */ `
  mutation AddBlacklistEntry($input: BlacklistEntryInput!) {
    addBlacklistEntry(input: $input) {
      entry {
        ...EntryFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ImportBlacklistDocument = graphql(/* GraphQL */ `
  mutation ImportBlacklist($fileId: ID!, $companyId: ID) {
    importBlacklist(fileId: $fileId, companyId: $companyId) {
      added
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ExtendEntryDocument = graphql(/* GraphQL */ `
  mutation ExtendBlacklistEntry($id: ID!, $reason: String!, $toDay: Date) {
    extendBlacklistEntry(id: $id, reason: $reason, toDay: $toDay) {
      entry {
        ...EntryFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ReleaseEntryDocument = graphql(/* GraphQL */ `
  mutation ReleaseBlacklistEntry($id: ID!, $reason: String!) {
    releaseBlacklistEntry(id: $id, reason: $reason) {
      entry {
        ...EntryFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
