import type { RosterColumnsQuery, RosterEntryFieldsFragment, RosterValueInput } from '@/gql/graphql'
import { labelOf } from '@/locales/labelOf'
import type { Column } from '@/table/columns'

export type RosterColumn = RosterColumnsQuery['rosterColumns'][number]
export type Entry = RosterEntryFieldsFragment

/** `id_number` is a column of the server and `idNumber` a field of a form, where its problems find it. */
export function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** What an entry holds in a column, as the server says it; choices as their word in the server's first language. */
export function rawOf(entry: Entry, column: RosterColumn): string {
  const own: Record<string, string | null | undefined> = {
    company: entry.companyName,
    name: entry.name,
    id_number: entry.numberMasked,
    phone: entry.phoneMasked,
    post: entry.post,
    post_kind: entry.postKind?.toLowerCase(),
    city: entry.cityName,
    project: entry.projectName,
    from_day: entry.fromDay,
    contract_start: entry.contractStart,
    contract_end: entry.contractEnd,
  }
  if (column.name in own) return own[column.name] ?? ''
  return entry.values.find((one) => one.name === column.name)?.value ?? ''
}

function choiceOf(column: RosterColumn, text: string) {
  return column.choices.find((one) => one.value === text || one.label === text)
}

/** As people read it. */
export function shownIn(entry: Entry, column: RosterColumn, locale: string): string {
  const text = rawOf(entry, column)
  const choice = choiceOf(column, text)
  return choice ? labelOf(choice, locale) : text
}

/** The columns that a form asks for; the company is chosen apart. */
export function asked(columns: readonly RosterColumn[]): RosterColumn[] {
  return columns.filter((column) => column.form !== 'COMPANY')
}

/** What a form begins with. A masked number stays out of it: left empty it is kept. */
export function startOf(columns: readonly RosterColumn[], entry: Entry | null): Record<string, string> {
  return Object.fromEntries(
    asked(columns).map((column) => {
      const text = entry && !column.sensitive ? rawOf(entry, column) : ''
      return [camel(column.name), choiceOf(column, text)?.value ?? text]
    }),
  )
}

/** Only what differs is sent, so that nothing is overwritten that nobody has touched. */
export function changes(
  columns: readonly RosterColumn[],
  values: Record<string, unknown>,
  before: Record<string, string>,
): RosterValueInput[] {
  return asked(columns)
    .map((column) => ({ name: column.name, now: String(values[camel(column.name)] ?? '').trim() }))
    .filter(({ name, now }) => now !== (before[camel(name)] ?? ''))
    .map(({ name, now }) => ({ name, value: now || null }))
}

const LEADING = ['name', 'company', 'project', 'post', 'contract', 'findings', 'state']
/** Drawn together with another column: numbers below the name, both days of the contract in one cell. */
const JOINED = ['name', 'id_number', 'contract_start', 'contract_end']
const NARROW = ['company', 'project', 'post']

/** The server's columns as a list shows them: what a clerk looks for first, the rest where somebody chooses it. */
export function listColumns(columns: readonly RosterColumn[], locale: string): Column<Entry>[] {
  const own: Column<Entry>[] = columns
    .filter((column) => !JOINED.includes(column.name))
    .map((column) => ({
      key: column.name,
      heading: labelOf(column, locale),
      width: column.form === 'DAY' || column.form === 'MONTH' ? 110 : 150,
      numeric: column.form === 'MONEY',
      optional: !NARROW.includes(column.name),
      wide: true,
      text: (entry) => shownIn(entry, column, locale) || null,
    }))
  const all: Column<Entry>[] = [
    { key: 'name', label: 'enrollment.name', width: 170 },
    { key: 'contract', label: 'roster.contract', width: 170, wide: true },
    { key: 'findings', label: 'roster.findings', width: 210 },
    { key: 'state', label: 'words.state', width: 100, wide: true },
    ...own,
  ]
  const place = (key: string): number => (LEADING.includes(key) ? LEADING.indexOf(key) : LEADING.length)
  return all.sort((one, other) => place(one.key) - place(other.key))
}
