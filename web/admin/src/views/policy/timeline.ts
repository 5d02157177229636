import type { PolicyFieldsFragment } from '@/gql/graphql'
import { KINDS } from './kinds'

export interface Track {
  key: string
  kind: PolicyFieldsFragment['kind']
  tier: string
  versions: PolicyFieldsFragment[]
}

/** Versions of each kind and tier, oldest first, in the order in which everybody says the kinds. */
export function tracks(policies: readonly PolicyFieldsFragment[]): Track[] {
  const found = new Map<string, Track>()
  for (const policy of policies) {
    const key = `${policy.kind} ${policy.tier}`
    const track = found.get(key) ?? { key, kind: policy.kind, tier: policy.tier, versions: [] }
    track.versions.push(policy)
    found.set(key, track)
  }
  const all = [...found.values()]
  all.forEach((track) => track.versions.sort((one, other) => one.effectiveFrom.localeCompare(other.effectiveFrom)))
  return all.sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || one.tier.localeCompare(other.tier, 'zh'))
}

const index = (month: string): number => {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return year * 12 + number - 1
}

/** Where a version stands between two months, both included, in per cent; null when it lies outside of them. */
export function place(from: string, to: string | null | undefined, first: string, last: string): { left: number; width: number } | null {
  const all = index(last) - index(first) + 1
  const start = Math.max(index(from), index(first))
  const end = Math.min(to ? index(to) : index(last), index(last))
  return end < start ? null : { left: ((start - index(first)) / all) * 100, width: ((end - start + 1) / all) * 100 }
}
