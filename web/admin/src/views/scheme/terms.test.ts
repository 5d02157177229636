import { describe, expect, it } from 'vitest'
import { emptyTerms, termsInput, termsOf } from './terms'
import { versionChanges } from './versionChanges'

const version = {
  id: '1',
  effectiveFrom: '2026-01',
  revision: 1,
  kinds: ['PENSION' as const, 'HOUSING_FUND' as const],
  tiers: [],
  bases: [{ kind: 'PENSION' as const, rule: 'FIXED' as const, amount: '5000.00' }],
  housingRate: '0.07',
  serviceFee: '35.00',
  note: 'first',
  createdAt: null,
  retiredAt: null,
}

describe('terms of a scheme', () => {
  it('come back as they were, without the note of the version before', () => {
    expect(termsInput(termsOf(version))).toEqual({
      kinds: ['PENSION', 'HOUSING_FUND'],
      tiers: [],
      bases: [{ kind: 'PENSION', rule: 'FIXED', amount: '5000.00' }],
      housingRate: '0.07',
      serviceFee: '35.00',
      note: '',
    })
  })

  it('leave out what belongs to a kind that is not chosen', () => {
    const values = { ...emptyTerms(), tiers: { LARGE_MEDICAL: 'A' }, bases: { MATERNITY: { rule: 'CAP' as const, amount: '' } } }
    expect(termsInput({ ...values, housingRate: '7' })).toMatchObject({ tiers: [], bases: [], housingRate: null })
  })
})

describe('changes between versions', () => {
  it('name each kind, rule, rate and fee that differs', () => {
    const next = { ...version, kinds: ['PENSION' as const, 'MEDICAL' as const], bases: [], housingRate: null, serviceFee: '40.00' }
    expect(versionChanges(version, next).map((one) => one.what)).toEqual(['added', 'removed', 'base', 'housingRate', 'serviceFee'])
  })

  it('are none between equal versions', () => {
    expect(versionChanges(version, { ...version })).toEqual([])
  })
})
