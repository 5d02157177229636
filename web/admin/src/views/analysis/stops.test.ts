import { describe, expect, it } from 'vitest'
import { crossed, type Stop } from './stops'

function stop(month: string, reason: string, people: number): Stop {
  return { month, reason, people, reasonLabel: reason, reasonLabelEn: reason, companyId: null, companyName: null, cityCode: null, city: null }
}

describe('months against reasons', () => {
  const table = crossed([stop('2026-10', 'a', 2), stop('2026-11', 'b', 5), stop('2026-11', 'a', 1)], 'MONTH', 'en', '?')

  it('puts the newest month and the most frequent reason first', () => {
    expect(table.rows.map((row) => row.key)).toEqual(['2026-11', '2026-10'])
    expect(table.columns.map((column) => column.key)).toEqual(['b', 'a'])
  })

  it('adds up both ways to the same total', () => {
    expect(table.rows.map((row) => row.cells)).toEqual([[5, 1], [0, 2]])
    expect(table.rows.reduce((all, row) => all + row.people, 0)).toBe(table.total)
  })
})
