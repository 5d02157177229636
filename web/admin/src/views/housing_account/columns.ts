import type { HousingAccountsQuery } from '@/gql/graphql'
import type { Column } from '@/table/columns'

export type Account = HousingAccountsQuery['housingAccounts']['edges'][number]['node']

export const columns: Column<Account>[] = [
  { key: 'personName', label: 'housing_account.person', width: 130 },
  { key: 'number', label: 'housing_account.number', width: 170 },
  { key: 'state', label: 'words.state', width: 120 },
  { key: 'sinceMonth', label: 'housing_account.since', width: 100, text: (row) => row.sinceMonth, wide: true },
  { key: 'city', label: 'words.city', width: 100, text: (row) => row.city?.name, wide: true },
  { key: 'company', label: 'words.company', width: 240, text: (row) => row.company?.name, wide: true },
]
