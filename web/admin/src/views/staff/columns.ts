import type { AccountFieldsFragment } from '@/gql/graphql'
import type { Column } from '@/table/columns'

export const columns: Column<AccountFieldsFragment>[] = [
  { key: 'name', label: 'staff.displayName', width: 160 },
  { key: 'state', label: 'words.state', width: 110 },
  { key: 'roles', label: 'staff.roles', width: 170, wide: true },
  { key: 'scope', label: 'staff.scope', width: 190, wide: true },
  { key: 'secondFactor', label: 'staff.secondFactor', width: 100, wide: true },
  { key: 'lastSignIn', label: 'staff.lastSignIn', width: 110 },
  { key: 'sessions', label: 'staff.sessionCount', width: 70, numeric: true, text: (row) => row.sessionCount, wide: true },
]
