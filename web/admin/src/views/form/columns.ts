import type { FormLinkFieldsFragment } from '@/gql/graphql'
import type { Column } from '@/table/columns'

export const columns: Column<FormLinkFieldsFragment>[] = [
  { key: 'name', label: 'questionnaire.person', width: 130 },
  { key: 'state', label: 'words.state', width: 96 },
  { key: 'form', label: 'questionnaire.form', width: 130, wide: true },
  { key: 'company', label: 'words.company', width: 190, text: (row) => row.company?.name, wide: true },
  { key: 'times', label: 'questionnaire.times', width: 150, wide: true },
  { key: 'createdBy', label: 'questionnaire.createdBy', width: 100, text: (row) => row.createdBy, wide: true, optional: true },
  { key: 'createdAt', label: 'questionnaire.createdAt', width: 110, wide: true },
  { key: 'acts', label: 'questionnaire.acts', width: 190 },
]
