import { describe, expect, it } from 'vitest'
import { exact, isMonth, relative, shiftMonth, thisMonth } from './time'

const NOW = new Date('2026-11-22T08:00:00Z')

describe('months', () => {
  it('turns the month at midnight in Shanghai, not in London', () => {
    expect(thisMonth(new Date('2026-11-30T15:59:59Z'))).toBe('2026-11')
    expect(thisMonth(new Date('2026-11-30T16:00:00Z'))).toBe('2026-12')
  })

  it('steps over the year', () => {
    expect(shiftMonth('2026-12', 1)).toBe('2027-01')
    expect(shiftMonth('2026-01', -1)).toBe('2025-12')
    expect(shiftMonth('2026-11', -23)).toBe('2024-12')
  })

  it('knows a month when it sees one', () => {
    expect(isMonth('2026-11')).toBe(true)
    expect(isMonth('2026-13')).toBe(false)
    expect(isMonth('2026-1')).toBe(false)
  })
})

describe('moments', () => {
  it('gives the exact time in Shanghai', () => {
    expect(exact('2026-11-22T16:30:05Z')).toBe('2026-11-23 00:30:05')
  })

  it.each([
    ['2026-11-22T07:59:30Z', null],
    ['2026-11-22T07:57:00Z', '3分钟前'],
    ['2026-11-22T05:00:00Z', '3小时前'],
    ['2026-11-10T05:00:00Z', '2026-11-10'],
  ])('says %s as %s', (at, words) => expect(relative(at, NOW, 'zh-CN')).toBe(words))
})
