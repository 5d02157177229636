import { describe, expect, it } from 'vitest'
import { outcomeTone, standing } from './standing'

describe('accounts', () => {
  it('stand as the strongest reason says', () => {
    expect(standing({ active: true, lockedUntil: null, machine: false })).toBe('ACTIVE')
    expect(standing({ active: true, lockedUntil: '2026-11-22T10:00:00Z', machine: false })).toBe('LOCKED')
    expect(standing({ active: false, lockedUntil: '2026-11-22T10:00:00Z', machine: false })).toBe('INACTIVE')
    expect(standing({ active: true, lockedUntil: null, machine: true })).toBe('MACHINE')
  })

  it('tell an unfinished sign-in from a refused one', () => {
    expect(outcomeTone('ok')).toBe('OK')
    expect(outcomeTone('code')).toBe('PENDING')
    expect(outcomeTone('wrong_password')).toBe('REFUSED')
  })
})
