import type { LocationQuery, LocationQueryRaw } from 'vue-router'

export type Filters = Record<string, string>

export interface TableState<F extends Filters> {
  filters: F
  after: string
  page: number
}

function first(value: LocationQuery[string] | undefined): string | undefined {
  return (Array.isArray(value) ? value[0] : value) ?? undefined
}

/** What the address says about a list; anything it does not say is the default. */
export function readState<F extends Filters>(query: LocationQuery, defaults: F): TableState<F> {
  const filters = { ...defaults }
  for (const name of Object.keys(defaults)) {
    const value = first(query[name])
    if (value !== undefined) (filters as Filters)[name] = value
  }
  const after = first(query.after) ?? ''
  const page = Number(first(query.page) ?? '1')
  return { filters, after, page: after && Number.isInteger(page) && page > 1 ? page : 1 }
}

/** Phone and ID numbers never go into the address: addresses are kept in histories and logs. */
const PRIVATE = /^(1\d{10}|\d{15}|\d{17}[\dXx])$/

export function isPrivate(value: string): boolean {
  return PRIVATE.test(value)
}

/** The address for a state: defaults stay out, so that a plain list has a plain address; foreign keys stay in. */
export function writeState<F extends Filters>(
  query: LocationQuery,
  state: TableState<F>,
  defaults: F,
): LocationQueryRaw {
  const result: LocationQueryRaw = { ...query }
  for (const [name, fallback] of Object.entries(defaults)) {
    const value = state.filters[name] ?? ''
    if (value === fallback || isPrivate(value)) delete result[name]
    else result[name] = value
  }
  if (state.after) {
    result.after = state.after
    result.page = String(state.page)
  } else {
    delete result.after
    delete result.page
  }
  return result
}

export function sameQuery(one: LocationQueryRaw, other: LocationQueryRaw): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((name) => String(one[name] ?? '') === String(other[name] ?? ''))
}

export function sameFilters(one: Filters, other: Filters): boolean {
  return Object.keys(one).every((name) => one[name] === other[name])
}
