import type { EntryFieldsFragment } from '@/gql/graphql'
import type { Column } from '@/table/columns'

export const columns: Column<EntryFieldsFragment>[] = [
  { key: 'name', label: 'blacklist.who', width: 190 },
  { key: 'state', label: 'words.state', width: 110 },
  { key: 'effect', label: 'blacklist.effect', width: 90, wide: true },
  { key: 'reason', label: 'blacklist.reason', width: 220, wide: true },
  { key: 'days', label: 'blacklist.days', width: 150, wide: true },
  { key: 'scope', label: 'blacklist.scope', width: 150, wide: true },
  { key: 'hits', label: 'blacklist.hits', width: 90, numeric: true },
  { key: 'acts', heading: '', width: 150, wide: true },
]
