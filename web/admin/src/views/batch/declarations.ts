import { graphql } from '@/gql'

/** What went to the channels, and what they answered. */
export const DeclarationFields = graphql(/* GraphQL */ `
  fragment DeclarationFields on Declaration {
    id
    channel
    channelLabel
    channelLabelEn
    round
    handedIn
    rowCount
    number
    handedOn
    createdAt
    missing {
      header
      people
    }
    city {
      code
      name
    }
    file {
      id
      name
      size
    }
  }
`)

export const DeclarationsDocument = graphql(/* GraphQL */ `
  query Declarations($batchId: ID!) {
    declarations(batchId: $batchId) {
      ...DeclarationFields
    }
  }
`)

export const HandInDeclarationDocument = graphql(/* GraphQL */ `
  mutation HandInDeclaration($id: ID!, $number: String!, $day: Date!) {
    handInDeclaration(id: $id, number: $number, day: $day) {
      declaration {
        ...DeclarationFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RecordChannelResultDocument = graphql(/* GraphQL */ `
  mutation RecordChannelResult($batchId: ID!, $input: ChannelResultInput!) {
    recordChannelResult(batchId: $batchId, input: $input) {
      batch {
        ...BatchFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ReadResultDocument = graphql(/* GraphQL */ `
  mutation ReadResult($fileId: ID!, $batchId: ID!, $channel: Channel!) {
    readResult(fileId: $fileId, batchId: $batchId, channel: $channel) {
      reading {
        columns {
          header
          samples
          field
        }
        words {
          word
          verdict
        }
        remembered
        rows
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const ImportResultDocument = graphql(/* GraphQL */ `
  mutation ImportResult($input: ImportResultInput!) {
    importResult(input: $input) {
      batch {
        ...BatchFull
      }
      accepted
      failed
      correction
      unanswered
      skipped {
        ...ProblemFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
