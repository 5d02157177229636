import { fen } from '@/format/money'
import type { CompareCitiesQuery, InsuranceKind } from '@/gql/graphql'
import { KINDS } from '@/views/policy/kinds'

export type CityCost = CompareCitiesQuery['compareCities']['cities'][number]

/** Cities can be ranked only when each could compute the same kinds. */
export function ranked(cities: readonly CityCost[]): { cheapest: CityCost; dearest: CityCost } | null {
  const sorted = [...cities].sort((one, other) => Number(fen(one.cost.total) - fen(other.cost.total)))
  const [cheapest, dearest] = [sorted[0], sorted[sorted.length - 1]]
  return cheapest && dearest && cheapest.cost.total !== dearest.cost.total ? { cheapest, dearest } : null
}

export function kindsOf(cities: readonly CityCost[]): InsuranceKind[] {
  const found = new Set(cities.flatMap((city) => city.cost.lines.map((line) => line.kind)))
  for (const city of cities) for (const one of city.cost.omitted) found.add(one.kind)
  return KINDS.filter((kind) => found.has(kind))
}

/** Some city left out a kind that another computed: the totals are not of the same things. */
export function unequal(cities: readonly CityCost[]): boolean {
  const computed = cities.map((city) => city.cost.lines.map((line) => line.kind).sort().join())
  return new Set(computed).size > 1
}
