import { describe, expect, it } from 'vitest'
import { treeOf } from './tree'

const ROWS = [
  { id: 'c', name: 'C', parent: { id: 'b' } },
  { id: 'b', name: 'B', parent: { id: 'a' } },
  { id: 'a', name: 'A', parent: null },
  { id: 'x', name: 'X', parent: { id: 'hidden' } },
]

describe('the tree of companies', () => {
  it('puts branches below their parents, and what has none in sight at the top', () => {
    expect(treeOf(ROWS, new Set()).map(({ row, depth }) => `${depth}${row.id}`)).toEqual(['0a', '1b', '2c', '0x'])
  })

  it('hides what is below a closed one', () => {
    expect(treeOf(ROWS, new Set(['a'])).map(({ row }) => row.id)).toEqual(['a', 'x'])
  })
})
