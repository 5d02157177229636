import type { FeedbackFieldsFragment } from '@/gql/graphql'
import type { Column } from '@/table/columns'

export const columns: Column<FeedbackFieldsFragment>[] = [
  { key: 'person', label: 'feedback.person', width: 140 },
  { key: 'due', label: 'feedback.due', width: 150 },
  { key: 'reason', label: 'feedback.reason', width: 250 },
  { key: 'batch', label: 'feedback.batch', width: 150, wide: true },
  { key: 'owner', label: 'feedback.owner', width: 80, wide: true },
  { key: 'acts', label: 'feedback.acts', width: 170 },
]
