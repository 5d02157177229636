import { describe, expect, it } from 'vitest'
import { dayAfter, daysUntil, expiryTone } from './expiry'

describe('days left', () => {
  it('count calendar days across months and years', () => {
    expect(daysUntil('2027-01-01', '2026-12-31')).toBe(1)
    expect(daysUntil('2026-11-20', '2026-11-22')).toBe(-2)
    expect(dayAfter('2028-02-28')).toBe('2028-02-29')
  })

  it('turn amber within two months and red when they are over', () => {
    expect(expiryTone(null)).toBe('')
    expect(expiryTone(61)).toBe('')
    expect(expiryTone(0)).toBe('wait')
    expect(expiryTone(-1)).toBe('bad')
  })
})
