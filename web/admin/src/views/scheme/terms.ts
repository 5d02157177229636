import { percent, rateFromPercent } from '@/format/money'
import type { BaseRule, InsuranceKind, SchemeTermsInput, VersionFieldsFragment } from '@/gql/graphql'

/** What a version says, as it is being written: the rate as a percentage, tiers and bases by kind. */
export interface TermsValues {
  kinds: InsuranceKind[]
  tiers: Partial<Record<InsuranceKind, string>>
  bases: Partial<Record<InsuranceKind, { rule: BaseRule; amount: string }>>
  housingRate: string
  serviceFee: string
  note: string
}

type Version = Pick<VersionFieldsFragment, 'kinds' | 'tiers' | 'bases' | 'housingRate' | 'serviceFee'>

export function emptyTerms(): TermsValues {
  return { kinds: ['PENSION', 'MEDICAL', 'UNEMPLOYMENT', 'WORK_INJURY'], tiers: {}, bases: {}, housingRate: '', serviceFee: '', note: '' }
}

/** The terms of a version to go on from; its note was about itself, so it is not taken along. */
export function termsOf(version: Version): TermsValues {
  return {
    kinds: [...version.kinds],
    tiers: Object.fromEntries(version.tiers.map((one) => [one.kind, one.tier])),
    bases: Object.fromEntries(version.bases.map((one) => [one.kind, { rule: one.rule, amount: one.amount ?? '' }])),
    housingRate: version.housingRate ? percent(version.housingRate).slice(0, -1) : '',
    serviceFee: version.serviceFee,
    note: '',
  }
}

/** Only what belongs to a chosen kind goes out: a tier of a kind that was unticked is not meant any more. */
export function termsInput(values: TermsValues): SchemeTermsInput {
  const chosen = new Set(values.kinds)
  const housing = chosen.has('HOUSING_FUND') || chosen.has('SUPPLEMENTARY_HOUSING_FUND')
  return {
    kinds: [...values.kinds],
    tiers: entries(values.tiers).flatMap(([kind, tier]) => (chosen.has(kind) && tier ? [{ kind, tier }] : [])),
    bases: entries(values.bases).flatMap(([kind, base]) =>
      chosen.has(kind) && base && base.rule !== 'DECLARED'
        ? [{ kind, rule: base.rule, amount: base.rule === 'FIXED' ? base.amount || null : null }]
        : [],
    ),
    housingRate: housing && values.housingRate ? rateFromPercent(values.housingRate) : null,
    serviceFee: values.serviceFee || null,
    note: values.note.trim(),
  }
}

function entries<Value>(record: Partial<Record<InsuranceKind, Value>>): [InsuranceKind, Value | undefined][] {
  return Object.entries(record) as [InsuranceKind, Value | undefined][]
}
