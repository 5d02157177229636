import type { BatchSummaryFragment } from '@/gql/graphql'
import type { Column } from '@/table/columns'

export const columns: Column<BatchSummaryFragment>[] = [
  { key: 'number', label: 'batch.number', width: 170 },
  { key: 'company', label: 'words.company', width: 240, text: (row) => row.company?.name },
  { key: 'month', label: 'words.month', width: 90, text: (row) => row.month, wide: true },
  { key: 'state', label: 'words.state', width: 110 },
  { key: 'rows', label: 'batch.rows', width: 240, wide: true },
  { key: 'createdBy', label: 'batch.createdBy', width: 100, text: (row) => row.createdBy, wide: true },
  { key: 'createdAt', label: 'batch.createdAt', width: 110, wide: true },
]
