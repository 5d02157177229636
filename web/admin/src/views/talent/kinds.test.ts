import { describe, expect, it } from 'vitest'
import { joined, split } from './kinds'

describe('tags in the address', () => {
  it('come back as they went', () => {
    expect(split(joined(['welder', ' night shift ']))).toEqual(['welder', 'night shift'])
    expect(split(joined([]))).toEqual([])
  })

  it('never break apart at a sign of their own', () => {
    expect(split(joined(['a|b', 'c']))).toEqual(['a b', 'c'])
  })
})
