import { describe, expect, it } from 'vitest'
import { amount, creditCode, percentage, required } from './rules'

describe('rules', () => {
  it('asks for a value', () => {
    for (const empty of ['', '  ', null, undefined, []]) expect(required(empty)).toBe('form.required')
    for (const value of ['x', 0, ['a'], { id: '1' }]) expect(required(value)).toBeNull()
  })

  it('knows amounts, percentages and credit codes', () => {
    expect(amount('35.00')).toBeNull()
    expect(amount('35.001')).toBe('form.amount')
    expect(percentage('12')).toBeNull()
    expect(percentage('120')).toBe('form.percentage')
    expect(creditCode('91330106MA2ABCDE0X')).toBeNull()
    expect(creditCode('91330106MA2ABCDEIX')).toBe('form.creditCode')
    expect(creditCode('')).toBeNull()
  })
})
