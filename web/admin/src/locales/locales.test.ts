import { describe, expect, it } from 'vitest'
import { english as englishTexts } from './english'
import { chinese as chineseTexts } from './index'

function flat(texts: object, path = ''): Record<string, string> {
  return Object.entries(texts).reduce<Record<string, string>>((all, [key, text]) => {
    const here = path ? `${path}.${key}` : key
    return typeof text === 'string' ? { ...all, [here]: text } : { ...all, ...flat(text as object, here) }
  }, {})
}

function slots(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort()
}

const chinese = flat(chineseTexts)
const english = flat(englishTexts)
const sources = import.meta.glob<string>(['../**/*.vue', '../**/*.ts', '!../gql/**', '!../**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

describe('texts', () => {
  it('are complete in both languages', () => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort())
  })

  it('take the same values in both languages', () => {
    for (const [key, text] of Object.entries(chinese)) expect(slots(english[key] ?? ''), key).toEqual(slots(text))
  })

  it('exist for every key that the code names', () => {
    const named = Object.values(sources).flatMap((source) =>
      [...source.matchAll(/(?:\$t|\bt)\('([a-zA-Z]+(?:\.\w+)+)'/g)].map((match) => match[1] ?? ''),
    )
    expect(named.length).toBeGreaterThan(200)
    expect(named.filter((key) => !(key in chinese))).toEqual([])
  })

  it('keep Chinese out of the templates and scripts', () => {
    const written = Object.entries(sources)
      .filter(([path]) => !path.startsWith('./'))
      .flatMap(([path, source]) => {
        const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|<!--[\s\S]*?-->/gm, '')
        return [...code.matchAll(/[\u4e00-\u9fff]+/g)].map((match) => `${path}: ${match[0]}`)
      })
    // The language toggle names each language in itself.
    expect(written.filter((one) => !/: (中|中文)$/.test(one))).toEqual([])
  })
})
