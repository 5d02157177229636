import { expect, it } from 'vitest'
import { arrange } from './useLayout'

const columns = ['a', 'b', 'c', 'd'].map((key) => ({ key }))

it.each([
  [[], 'abcd'],
  [['d', 'c', 'b', 'a'], 'dcba'],
  [['c', 'a', 'gone'], 'cbad'],
])('puts columns in the order %j: %s', (order, expected) => {
  expect(
    arrange(columns, order)
      .map((column) => column.key)
      .join(''),
  ).toBe(expected)
})
