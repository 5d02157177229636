import { describe, expect, it } from 'vitest'
import { conditionWords } from './conditions'

const say = (key: string, values?: Record<string, unknown>): string => [key, ...Object.values(values ?? {})].join(' ')
const city = (code: string): string => `city ${code}`
const none = { minAmount: null, maxAmount: null, cityCode: null, company: null }

describe('conditions in words', () => {
  it('say that a flow without conditions always holds', () => {
    expect(conditionWords(none, say, city)).toEqual(['flow.always'])
  })

  it('name amounts, city and company in this order', () => {
    const flow = { minAmount: '10000.00', maxAmount: null, cityCode: '310100', company: { id: '1', name: 'A' } }
    expect(conditionWords(flow, say, city)).toEqual(['flow.atLeast 10,000.00', 'city 310100', 'flow.andBelow A'])
  })

  it('say a band and an upper limit', () => {
    expect(conditionWords({ ...none, minAmount: '1', maxAmount: '2' }, say, city)).toEqual(['flow.between 1.00 2.00'])
    expect(conditionWords({ ...none, maxAmount: '2' }, say, city)).toEqual(['flow.below 2.00'])
  })
})
