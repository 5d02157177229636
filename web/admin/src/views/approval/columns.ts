import type { ApprovalFieldsFragment } from '@/gql/graphql'
import type { Column } from '@/table/columns'

export const columns: Column<ApprovalFieldsFragment>[] = [
  { key: 'title', label: 'approval.what' },
  { key: 'state', label: 'words.state', width: 130 },
]
