import { describe, expect, it } from 'vitest'
import { kindsOf, ranked, unequal, type CityCost } from './cityCosts'

function city(name: string, total: string, kinds: string[], omitted: string[] = []): CityCost {
  const cost = { total, lines: kinds.map((kind) => ({ kind })), omitted: omitted.map((kind) => ({ kind })) }
  return { cityCode: name, city: name, cost } as unknown as CityCost
}

describe('cities side by side', () => {
  it('are ranked by their totals', () => {
    const found = ranked([city('a', '900.00', ['PENSION']), city('b', '1000.00', ['PENSION']), city('c', '89.50', ['PENSION'])])
    expect([found?.cheapest.city, found?.dearest.city]).toEqual(['c', 'b'])
  })

  it('have no cheapest when all cost the same', () => {
    expect(ranked([city('a', '1.00', []), city('b', '1.00', [])])).toBeNull()
  })

  it('say when one left out what another computed', () => {
    const cities = [city('a', '1.00', ['PENSION', 'MEDICAL']), city('b', '1.00', ['PENSION'], ['MEDICAL'])]
    expect(unequal(cities)).toBe(true)
    expect(kindsOf(cities)).toEqual(['PENSION', 'MEDICAL'])
  })
})
