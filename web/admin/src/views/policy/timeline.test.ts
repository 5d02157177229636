import { describe, expect, it } from 'vitest'
import { place } from './timeline'

describe('a version on the time line', () => {
  it('takes its share of the months, both ends included', () => {
    expect(place('2026-01', '2026-06', '2026-01', '2026-12')).toEqual({ left: 0, width: 50 })
    expect(place('2026-07', null, '2026-01', '2026-12')).toEqual({ left: 50, width: 50 })
  })

  it('is cut where the line ends, and not drawn outside of it', () => {
    expect(place('2020-01', '2026-03', '2026-01', '2026-12')).toEqual({ left: 0, width: 25 })
    expect(place('2020-01', '2025-12', '2026-01', '2026-12')).toBeNull()
  })
})
