import type { TalentFieldsFragment } from '@/gql/graphql'
import type { Column } from '@/table/columns'

export const columns: Column<TalentFieldsFragment>[] = [
  { key: 'name', label: 'enrollment.name', width: 120 },
  { key: 'state', label: 'words.state', width: 100 },
  { key: 'post', label: 'talent.post', width: 120, text: (row) => row.post || null },
  { key: 'tags', label: 'talent.tags', width: 210, wide: true },
  { key: 'cityName', label: 'words.city', width: 90, wide: true, text: (row) => row.cityName },
  { key: 'available', label: 'talent.available', width: 110, wide: true },
  { key: 'years', label: 'talent.years', width: 86, numeric: true, wide: true, text: (row) => row.years },
  { key: 'education', label: 'talent.education', width: 100, wide: true },
  { key: 'phone', label: 'enrollment.field.PHONE', width: 130, wide: true, optional: true },
  { key: 'source', label: 'talent.source', width: 110, wide: true, optional: true },
  { key: 'companyName', label: 'words.company', width: 180, wide: true, optional: true, text: (row) => row.companyName },
]
