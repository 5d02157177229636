import { graphql } from '@/gql'

export const AddRosterEntryDocument = graphql(/* GraphQL */ `
  mutation AddRosterEntry($input: RosterEntryInput!) {
    addRosterEntry(input: $input) {
      entry {
        ...RosterEntryFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const EditRosterEntryDocument = graphql(/* GraphQL */ `
  mutation EditRosterEntry($id: ID!, $values: [RosterValueInput!]!) {
    editRosterEntry(id: $id, values: $values) {
      entry {
        ...RosterEntryFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RenewRosterEntryDocument = graphql(/* GraphQL */ `
  mutation RenewRosterEntry($id: ID!, $contractStart: Date!, $contractEnd: Date, $fileId: ID) {
    renewRosterEntry(id: $id, contractStart: $contractStart, contractEnd: $contractEnd, fileId: $fileId) {
      entry {
        ...RosterEntryFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const LeaveRosterDocument = graphql(/* GraphQL */ `
  mutation LeaveRoster($id: ID!, $day: Date!, $reason: String!) {
    leaveRoster(id: $id, day: $day, reason: $reason) {
      entry {
        ...RosterEntryFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const MoveRosterEntryDocument = graphql(/* GraphQL */ `
  mutation MoveRosterEntry($id: ID!, $kind: RosterCategory!, $values: [RosterValueInput!]!, $reason: String!) {
    moveRosterEntry(id: $id, kind: $kind, values: $values, reason: $reason) {
      entry {
        ...RosterEntryFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const AttachRosterDocumentDocument = graphql(/* GraphQL */ `
  mutation AttachRosterDocument($kind: RosterDocumentKind!, $fileId: ID!, $entryId: ID, $projectId: ID, $expiresDay: Date) {
    attachRosterDocument(kind: $kind, fileId: $fileId, entryId: $entryId, projectId: $projectId, expiresDay: $expiresDay) {
      id
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RetireRosterDocumentDocument = graphql(/* GraphQL */ `
  mutation RetireRosterDocument($id: ID!) {
    retireRosterDocument(id: $id) {
      id
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ImportRosterDocument = graphql(/* GraphQL */ `
  mutation ImportRoster($kind: RosterCategory!, $fileId: ID!, $companyId: ID, $dryRun: Boolean!) {
    importRoster(kind: $kind, fileId: $fileId, companyId: $companyId, dryRun: $dryRun) {
      rows
      added
      unknownHeaders
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ExportRosterDocument = graphql(/* GraphQL */ `
  mutation ExportRoster($filter: RosterFilterInput!) {
    exportRoster(filter: $filter) {
      file {
        id
        name
        url
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RevealRosterEntryDocument = graphql(/* GraphQL */ `
  mutation RevealRosterEntry($id: ID!, $field: RosterRevealField!, $reason: String!) {
    revealRosterEntry(id: $id, field: $field, reason: $reason) {
      value
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const SetHeadcountDocument = graphql(/* GraphQL */ `
  mutation SetRosterHeadcount($companyId: ID!, $month: Month!, $employees: Int!) {
    setRosterHeadcount(companyId: $companyId, month: $month, employees: $employees) {
      company {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const AddProjectDocument = graphql(/* GraphQL */ `
  mutation AddRosterProject($companyId: ID!, $input: RosterProjectInput!) {
    addRosterProject(companyId: $companyId, input: $input) {
      project {
        ...RosterProjectFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const EditProjectDocument = graphql(/* GraphQL */ `
  mutation EditRosterProject($id: ID!, $input: RosterProjectInput!) {
    editRosterProject(id: $id, input: $input) {
      project {
        ...RosterProjectFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const EndProjectDocument = graphql(/* GraphQL */ `
  mutation EndRosterProject($id: ID!) {
    endRosterProject(id: $id) {
      project {
        ...RosterProjectFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
