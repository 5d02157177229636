import { describe, expect, it } from 'vitest'
import { factText } from './factText'

const t = (key: string): string => key

describe('a fact of a policy', () => {
  it('is written as what it is', () => {
    expect(factText('baseMax', '36348.00', t)).toBe('36,348.00')
    expect(factText('employerRateMin', '0.0045', t)).toBe('0.45%')
    expect(factText('employeeFixed', '3.00', t)).toBe('3.00')
    expect(factText('employerRounding', 'fen_half_up', t)).toBe('policy.rounding.FEN_HALF_UP')
    expect(factText('confidence', 'medium', t)).toBe('state.confidence.MEDIUM')
    expect(factText('effectiveFrom', '2026-07', t)).toBe('2026-07')
  })

  it('that is not known is a dash and no zero', () => {
    expect(factText('baseMax', null, t)).toBe('—')
    expect(factText('note', '', t)).toBe('—')
  })
})
