import { describe, expect, it } from 'vitest'
import { readState, sameFilters, sameQuery, writeState } from './urlState'

const DEFAULTS = { search: '', state: 'PENDING' }

describe('a list in the address', () => {
  it('reads what the address says and takes the rest from the defaults', () => {
    expect(readState({ search: '王', tab: 'x' }, DEFAULTS)).toEqual({
      filters: { search: '王', state: 'PENDING' },
      after: '',
      page: 1,
    })
  })

  it('keeps an empty value apart from a default', () => {
    expect(readState({ state: '' }, DEFAULTS).filters.state).toBe('')
  })

  it('believes a page number only together with its cursor', () => {
    expect(readState({ page: '3' }, DEFAULTS).page).toBe(1)
    expect(readState({ page: '3', after: 'abc' }, DEFAULTS).page).toBe(3)
    expect(readState({ page: 'x', after: 'abc' }, DEFAULTS).page).toBe(1)
  })

  it('writes only what differs, and leaves what belongs to others', () => {
    const state = { filters: { search: '王', state: 'PENDING' }, after: 'abc', page: 2 }
    expect(writeState({ tab: 'x', state: 'DONE' }, state, DEFAULTS)).toEqual({
      tab: 'x',
      search: '王',
      after: 'abc',
      page: '2',
    })
  })

  it('forgets the cursor on the first page', () => {
    const state = { filters: DEFAULTS, after: '', page: 1 }
    expect(writeState({ after: 'abc', page: '2' }, state, DEFAULTS)).toEqual({})
  })

  it.each(['11010519491231002X', '13800138000', '110105491231002'])('keeps %s out of the address', (search) => {
    const state = { filters: { ...DEFAULTS, search }, after: '', page: 1 }
    expect(writeState({}, state, DEFAULTS)).toEqual({})
  })

  it('compares', () => {
    expect(sameFilters(DEFAULTS, { ...DEFAULTS })).toBe(true)
    expect(sameFilters(DEFAULTS, { ...DEFAULTS, search: 'a' })).toBe(false)
    expect(sameQuery({ page: 2 }, { page: '2' })).toBe(true)
    expect(sameQuery({ page: '2' }, {})).toBe(false)
  })
})
