import { beforeEach, expect, it } from 'vitest'
import { mayBeKept, useRecent } from './recent'

beforeEach(() => localStorage.clear())

it.each(['11010519491231002X', '13800138000', '138 0013 8000', '110105'])('never writes down %s', (text) => {
  expect(mayBeKept(text)).toBe(false)
  useRecent('1').add(text)
  expect(localStorage.length).toBe(0)
})

it('keeps the last eight words of one person, each once, newest first', () => {
  const recent = useRecent('1')
  for (const word of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'b']) recent.add(word)
  expect(recent.words.value).toEqual(['b', 'i', 'h', 'g', 'f', 'e', 'd', 'c'])
  expect(useRecent('1').words.value).toHaveLength(8)
  expect(useRecent('2').words.value).toEqual([])
})
