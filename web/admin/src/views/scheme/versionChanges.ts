import { money, percent } from '@/format/money'
import type { BaseRule, InsuranceKind, VersionFieldsFragment } from '@/gql/graphql'

type Version = Pick<VersionFieldsFragment, 'kinds' | 'tiers' | 'bases' | 'housingRate' | 'serviceFee'>

/** One difference between two versions; `kind` says of which insurance, rules are named by the page. */
export type VersionChange =
  | { what: 'added'; kind: InsuranceKind }
  | { what: 'removed'; kind: InsuranceKind }
  | { what: 'tier'; kind: InsuranceKind; before: string; after: string }
  | { what: 'base'; kind: InsuranceKind; before: Base; after: Base }
  | { what: 'housingRate'; before: string; after: string }
  | { what: 'serviceFee'; before: string; after: string }

export interface Base {
  rule: BaseRule
  amount: string | null
}

function baseOf(version: Version, kind: InsuranceKind): Base {
  const found = version.bases.find((one) => one.kind === kind)
  return { rule: found?.rule ?? 'DECLARED', amount: found?.amount ?? null }
}

function tierOf(version: Version, kind: InsuranceKind): string {
  return version.tiers.find((one) => one.kind === kind)?.tier ?? ''
}

export function versionChanges(before: Version, after: Version): VersionChange[] {
  const changes: VersionChange[] = []
  const [had, has] = [new Set(before.kinds), new Set(after.kinds)]
  for (const kind of has) if (!had.has(kind)) changes.push({ what: 'added', kind })
  for (const kind of had) if (!has.has(kind)) changes.push({ what: 'removed', kind })
  for (const kind of has) {
    const [tierBefore, tierAfter] = [tierOf(before, kind), tierOf(after, kind)]
    if (had.has(kind) && tierBefore !== tierAfter) changes.push({ what: 'tier', kind, before: tierBefore, after: tierAfter })
    const [baseBefore, baseAfter] = [baseOf(before, kind), baseOf(after, kind)]
    if (baseBefore.rule !== baseAfter.rule || baseBefore.amount !== baseAfter.amount) {
      changes.push({ what: 'base', kind, before: baseBefore, after: baseAfter })
    }
  }
  if ((before.housingRate ?? '') !== (after.housingRate ?? '')) {
    changes.push({ what: 'housingRate', before: percent(before.housingRate), after: percent(after.housingRate) })
  }
  if (before.serviceFee !== after.serviceFee) {
    changes.push({ what: 'serviceFee', before: money(before.serviceFee), after: money(after.serviceFee) })
  }
  return changes
}
