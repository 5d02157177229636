import { graphql } from '@/gql'

export const AddTalentDocument = graphql(/* GraphQL */ `
  mutation AddTalent($companyId: ID!, $input: TalentInput!) {
    addTalent(companyId: $companyId, input: $input) {
      talent {
        ...TalentFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const InviteFromRosterDocument = graphql(/* GraphQL */ `
  mutation InviteFromRoster($entryId: ID!, $input: TalentInput) {
    inviteFromRoster(entryId: $entryId, input: $input) {
      talent {
        ...TalentFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const InviteLeaverDocument = graphql(/* GraphQL */ `
  mutation InviteLeaver($enrollmentId: ID!, $input: TalentInput) {
    inviteLeaver(enrollmentId: $enrollmentId, input: $input) {
      talent {
        ...TalentFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const EditTalentDocument = graphql(/* GraphQL */ `
  mutation EditTalent($id: ID!, $input: TalentInput!) {
    editTalent(id: $id, input: $input) {
      talent {
        ...TalentFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RecordTalentConsentDocument = graphql(/* GraphQL */ `
  mutation RecordTalentConsent($id: ID!, $day: Date!, $fileId: ID) {
    recordTalentConsent(id: $id, day: $day, fileId: $fileId) {
      talent {
        ...TalentFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const WithdrawTalentConsentDocument = graphql(/* GraphQL */ `
  mutation WithdrawTalentConsent($id: ID!, $reason: String!) {
    withdrawTalentConsent(id: $id, reason: $reason) {
      talent {
        ...TalentFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const EraseTalentDocument = graphql(/* GraphQL */ `
  mutation EraseTalent($id: ID!, $reason: String!) {
    eraseTalent(id: $id, reason: $reason) {
      talent {
        ...TalentFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RevealTalentDocument = graphql(/* GraphQL */ `
  mutation RevealTalent($id: ID!, $reason: String!) {
    revealTalent(id: $id, reason: $reason) {
      value
      problems {
        ...ProblemFields
      }
    }
  }
`)
