import type { SupplierFieldsFragment } from '@/gql/graphql'
import type { Column } from '@/table/columns'

export const columns: Column<SupplierFieldsFragment>[] = [
  { key: 'name', label: 'supplier.name', width: 230 },
  { key: 'state', label: 'words.state', width: 100 },
  { key: 'contract', label: 'supplier.contract', width: 190 },
  { key: 'cities', label: 'supplier.cities', width: 170, wide: true },
  { key: 'score', label: 'supplier.latestScore', width: 110, numeric: true },
  { key: 'schemes', label: 'supplier.schemes', width: 90, numeric: true, text: (row) => row.schemes.length, wide: true },
]

/** The contract that holds today; else the one that begins next. */
export function mainContract(row: SupplierFieldsFragment): SupplierFieldsFragment['contracts'][number] | undefined {
  return row.contracts.find((one) => one.state === 'RUNNING') ?? row.contracts.find((one) => one.state === 'UPCOMING')
}

export function citiesOf(row: SupplierFieldsFragment): string[] {
  return [...new Set(row.prices.filter((one) => one.inForce).map((one) => one.city?.name ?? one.cityCode))]
}
