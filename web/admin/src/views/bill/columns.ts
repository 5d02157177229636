import type { BillLinesQuery, BillSummaryFragment } from '@/gql/graphql'
import { count } from '@/format/money'
import type { Column } from '@/table/columns'

export type BillLineRow = NonNullable<BillLinesQuery['bill']>['lines']['edges'][number]['node']

export const columns: Column<BillSummaryFragment>[] = [
  { key: 'company', label: 'words.company', width: 260 },
  { key: 'state', label: 'words.state', width: 110 },
  { key: 'people', label: 'bill.people', width: 80, numeric: true, wide: true, text: (row) => count(row.people) },
  { key: 'employer', label: 'bill.employer', width: 130, numeric: true, wide: true },
  { key: 'employee', label: 'bill.employee', width: 130, numeric: true, wide: true },
  { key: 'fee', label: 'bill.fee', width: 110, numeric: true, wide: true },
  { key: 'total', label: 'bill.total', width: 140, numeric: true },
]

export const lineColumns: Column<BillLineRow>[] = [
  { key: 'person', label: 'bill.person', width: 160 },
  { key: 'city', label: 'words.city', width: 70, text: (row) => row.city?.name, wide: true },
  { key: 'kind', label: 'bill.kind', width: 100 },
  { key: 'belongsMonth', label: 'bill.belongsMonth', width: 90, text: (row) => row.belongsMonth, wide: true },
  { key: 'declaredBase', label: 'bill.declaredBase', width: 100, numeric: true, wide: true },
  { key: 'base', label: 'bill.base', width: 100, numeric: true, wide: true },
  { key: 'employer', label: 'bill.employer', width: 100, numeric: true, wide: true },
  { key: 'employee', label: 'bill.employee', width: 100, numeric: true, wide: true },
  { key: 'amount', label: 'bill.amount', width: 110, numeric: true },
]
