import type { EnrollmentRowFragment } from '@/gql/graphql'
import type { Column } from '@/table/columns'

export const columns: Column<EnrollmentRowFragment>[] = [
  { key: 'person', label: 'enrollment.person', width: 160 },
  { key: 'state', label: 'words.state', width: 90 },
  { key: 'company', label: 'words.company', width: 165, text: (row) => row.company?.name, wide: true },
  { key: 'city', label: 'enrollment.cityScheme', width: 130, wide: true },
  { key: 'kinds', label: 'enrollment.kinds', width: 245, wide: true },
  { key: 'base', label: 'enrollment.base', width: 100, numeric: true, wide: true },
  { key: 'since', label: 'enrollment.months', width: 130 },
]
