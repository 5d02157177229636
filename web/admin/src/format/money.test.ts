import { describe, expect, it } from 'vitest'
import { fen, isNegative, money, percent, rateFromPercent, sum, yuan } from './money'

describe('money', () => {
  it.each([
    ['0.00', '0.00'],
    ['1234.5', '1,234.50'],
    ['-1234567.89', '-1,234,567.89'],
    ['999', '999.00'],
    ['-0.05', '-0.05'],
  ])('shows %s as %s', (value, shown) => expect(money(value)).toBe(shown))

  it('shows an absent amount as a dash, since it is not zero', () => {
    expect(money(null)).toBe('—')
    expect(money(undefined)).toBe('—')
  })

  it('adds in whole fen, where floats would not give 0.30', () => {
    expect(sum(['0.10', '0.20'])).toBe('0.30')
    expect(sum(['90071992547409.91', '0.01'])).toBe('90071992547409.92')
    expect(sum(['1.00', '-1.01', null])).toBe('-0.01')
    expect(sum([])).toBe('0.00')
  })

  it('goes to fen and back', () => {
    expect(fen('-12.3')).toBe(-1230n)
    expect(yuan(-1230n)).toBe('-12.30')
    expect(() => fen('12.345')).toThrow(RangeError)
    expect(() => fen('twelve')).toThrow(RangeError)
  })

  it('knows what is negative', () => {
    expect(isNegative('-0.01')).toBe(true)
    expect(isNegative('-16,831.80')).toBe(true)
    expect(isNegative('-0.00')).toBe(false)
    expect(isNegative(null)).toBe(false)
  })
})

describe('rates', () => {
  it.each([
    ['0.16', '16%'],
    ['0.0045', '0.45%'],
    ['0.002', '0.2%'],
    ['1', '100%'],
    ['0', '0%'],
    ['0.120000', '12%'],
  ])('shows %s as %s', (rate, shown) => expect(percent(rate)).toBe(shown))

  it.each([
    ['12', '0.12'],
    ['5', '0.05'],
    ['0.5', '0.005'],
    ['7.25', '0.0725'],
    ['100', '1.00'],
  ])('takes %s percent as %s', (typed, rate) => expect(rateFromPercent(typed)).toBe(rate))
})
