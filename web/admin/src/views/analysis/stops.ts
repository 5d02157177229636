import type { StopAnalysisQuery, StopDimension } from '@/gql/graphql'
import { labelOf } from '@/locales/labelOf'

export type Stop = StopAnalysisQuery['stopAnalysis'][number]

/** The group of one dimension that a count belongs to, and what it is called; a company out of sight has no name. */
export function groupOf(one: Stop, by: StopDimension, locale: string, nobody: string): { key: string; label: string } {
  switch (by) {
    case 'MONTH':
      return { key: one.month ?? '', label: one.month ?? nobody }
    case 'COMPANY':
      return { key: one.companyId ?? '', label: one.companyName ?? nobody }
    case 'CITY':
      return { key: one.cityCode ?? '', label: one.city?.name ?? one.cityCode ?? nobody }
    case 'REASON':
      return {
        key: one.reason ?? '',
        label: labelOf({ label: one.reasonLabel ?? nobody, labelEn: one.reasonLabelEn ?? '' }, locale),
      }
  }
}

export interface Cross {
  rows: { key: string; label: string; people: number; cells: number[] }[]
  columns: { key: string; label: string; people: number }[]
  total: number
}

/** Groups of a dimension against reasons, most people first; months stay in their order. */
export function crossed(stops: readonly Stop[], by: StopDimension, locale: string, nobody: string): Cross {
  const add = (map: Map<string, { key: string; label: string; people: number }>, group: { key: string; label: string }, people: number): void => {
    const kept = map.get(group.key) ?? { ...group, people: 0 }
    kept.people += people
    map.set(group.key, kept)
  }
  const rows: Map<string, { key: string; label: string; people: number }> = new Map()
  const columns: typeof rows = new Map()
  const cells = new Map<string, number>()
  for (const one of stops) {
    const row = groupOf(one, by, locale, nobody)
    const column = groupOf(one, 'REASON', locale, nobody)
    add(rows, row, one.people)
    add(columns, column, one.people)
    const place = `${row.key}\n${column.key}`
    cells.set(place, (cells.get(place) ?? 0) + one.people)
  }
  const most = (a: { people: number }, b: { people: number }): number => b.people - a.people
  const heads = [...columns.values()].sort(most)
  const lines = [...rows.values()].sort(by === 'MONTH' ? (a, b) => b.key.localeCompare(a.key) : most)
  return {
    rows: lines.map((line) => ({ ...line, cells: heads.map((head) => cells.get(`${line.key}\n${head.key}`) ?? 0) })),
    columns: heads,
    total: heads.reduce((all, head) => all + head.people, 0),
  }
}
