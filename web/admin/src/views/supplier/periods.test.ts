import { describe, expect, it } from 'vitest'
import { quarters, weightedTotal } from './periods'

describe('periods and totals', () => {
  it('go back over the turn of the year', () => {
    expect(quarters('2026-02', 3)).toEqual(['2026-Q1', '2025-Q4', '2025-Q3'])
    expect(quarters('2026-12', 1)).toEqual(['2026-Q4'])
  })

  it('weigh the points, and say nothing while one is missing', () => {
    const criteria = [
      { key: 'a', weight: 30 },
      { key: 'b', weight: 70 },
    ]
    expect(weightedTotal(criteria, { a: 95, b: 88 })).toBe('90.10')
    expect(weightedTotal(criteria, { a: 95, b: null })).toBeNull()
    expect(weightedTotal([], {})).toBeNull()
  })
})
