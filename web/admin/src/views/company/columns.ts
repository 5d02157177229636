import type { CompanyFieldsFragment } from '@/gql/graphql'
import { count, percent } from '@/format/money'
import type { Column } from '@/table/columns'

export const columns: Column<CompanyFieldsFragment>[] = [
  { key: 'name', label: 'company.name', width: 280 },
  { key: 'creditCode', label: 'company.creditCode', width: 190, wide: true },
  { key: 'city', label: 'words.city', width: 90, text: (row) => row.city?.name, wide: true },
  { key: 'injuryClass', label: 'company.injuryClass', width: 110, wide: true },
  { key: 'housingRate', label: 'company.housingRate', width: 110, numeric: true, text: (row) => percent(row.housingRate), wide: true },
  { key: 'enrolled', label: 'company.enrolled', width: 100, numeric: true, text: (row) => count(row.enrolledCount) },
]
