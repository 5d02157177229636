import { readFileSync } from 'node:fs'
import { fileURLToPath, URL } from 'node:url'
import { print, stripIgnoredCharacters, type DocumentNode } from 'graphql'
import type { Plugin } from 'vite'

const GENERATED = fileURLToPath(new URL('./src/gql/graphql.ts', import.meta.url))
const LINE = /^export const (\w+?)(?:Fragment)?(?:Doc|Document) = (\{.*\}) as unknown as DocumentNode/gm
const CALL = /graphql\(\s*\/\* GraphQL \*\/\s*`([^`]*)`,?\s*\)/g
const NAME = /(?:query|mutation|subscription|fragment)\s+(\w+)/

function generated(): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, name = '', json = ''] of readFileSync(GENERATED, 'utf8').matchAll(LINE)) {
    found.set(name, stripIgnoredCharacters(print(JSON.parse(json) as DocumentNode)))
  }
  return found
}

/**
 * In a release each GraphQL document stands as a short text with the page that uses it. Left alone, the generated map
 * of all documents would be fetched before the sign-in page.
 */
export function documentsInPlace(): Plugin {
  let texts = new Map<string, string>()
  return {
    name: 'documents-in-place',
    apply: 'build',
    buildStart() {
      texts = generated()
    },
    transform(code, id) {
      if (!id.endsWith('.ts') || id.includes('/gql/') || !code.includes('/* GraphQL */')) return null
      const next = code.replace(CALL, (_, text: string) => {
        const name = NAME.exec(text)?.[1] ?? ''
        const document = texts.get(name)
        if (!document) throw new Error(`${id}: no generated document ${name}`)
        return JSON.stringify(document)
      })
      return { code: next, map: null }
    },
  }
}
