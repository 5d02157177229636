import { graphql } from '@/gql'

/** Looking into an upload before the check, and correcting what the check found. */
export const SheetPreviewDocument = graphql(/* GraphQL */ `
  query SheetPreview($fileId: ID!, $kind: BatchKind!, $companyId: ID!, $sheetName: String) {
    sheetPreview(fileId: $fileId, kind: $kind, companyId: $companyId, sheetName: $sheetName) {
      sheets {
        name
        rows
        hidden
        headerRow
      }
      chosenSheet
      columns {
        mapping {
          header
          field
          fieldLabel
          score
          source
        }
        samples
      }
      fields {
        name
        label
        labelEn
        required
        sensitive
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

/** The newest batches of a company, among which one is found by its number. */
export const BatchByNumberDocument = graphql(/* GraphQL */ `
  query BatchByNumber($kind: BatchKind, $companyId: ID!) {
    batches(kind: $kind, companyId: $companyId, first: 100) {
      edges {
        node {
          id
          number
        }
      }
    }
  }
`)

export const AnnualBaseTemplateDocument = graphql(/* GraphQL */ `
  mutation AnnualBaseTemplate($companyId: ID!) {
    annualBaseTemplate(companyId: $companyId) {
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

export const RemapDocument = graphql(/* GraphQL */ `
  mutation Remap($batchId: ID!, $columns: [ColumnChoice!]!, $sheetName: String, $discard: Boolean!, $key: String!) {
    remap(
      batchId: $batchId
      columns: $columns
      sheetName: $sheetName
      discardCorrections: $discard
      idempotencyKey: $key
    ) {
      batch {
        ...BatchFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const BatchValuesDocument = graphql(/* GraphQL */ `
  query BatchValues($batchId: ID!) {
    batchValues(batchId: $batchId) {
      values {
        field
        label
        labelEn
        value
        rows
        guesses {
          meaning
          label
          score
        }
      }
      choices {
        field
        options {
          meaning
          label
        }
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const MapValuesDocument = graphql(/* GraphQL */ `
  mutation MapValues($batchId: ID!, $values: [ValueMeaning!]!, $key: String!) {
    mapValues(batchId: $batchId, values: $values, idempotencyKey: $key) {
      batch {
        ...BatchFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const CorrectRowDocument = graphql(/* GraphQL */ `
  mutation CorrectRow($batchId: ID!, $rowNo: Int!, $cells: [CellCorrection!]!, $key: String!) {
    correctRow(batchId: $batchId, rowNo: $rowNo, cells: $cells, idempotencyKey: $key) {
      row {
        ...BatchRowFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const FixRowsDocument = graphql(/* GraphQL */ `
  mutation FixRows($batchId: ID!, $fix: RowFix!, $header: String, $code: String, $value: String, $key: String!) {
    fixRows(batchId: $batchId, fix: $fix, header: $header, code: $code, value: $value, idempotencyKey: $key) {
      batch {
        ...BatchFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const JoinBatchDocument = graphql(/* GraphQL */ `
  mutation JoinBatch($batchId: ID!, $fileId: ID!, $key: String!) {
    joinBatch(batchId: $batchId, fileId: $fileId, idempotencyKey: $key) {
      batch {
        ...BatchFull
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
