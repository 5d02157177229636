import { provideClient } from '@urql/vue'
import { flushPromises, mount } from '@vue/test-utils'
import { Client, type Operation, type OperationResult } from '@urql/core'
import { createPinia } from 'pinia'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { expect, it, vi } from 'vitest'
import { delay, map, pipe } from 'wonka'
import { useTable } from './useTable'

const ROWS = Array.from({ length: 120 }, (_, index) => ({ id: String(index) }))

/** A server of 120 rows with numbers for cursors. */
function answering(asked: Record<string, unknown>[]): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [
      () => (operations$) =>
        pipe(
          operations$,
          delay(0),
          map((operation: Operation): OperationResult => {
            const variables = operation.variables as { first: number; after: string | null }
            asked.push({ ...variables })
            const from = Number(variables.after ?? 0)
            const to = from + variables.first
            const list = {
              edges: ROWS.slice(from, to).map((node) => ({ node })),
              pageInfo: { hasNextPage: to < ROWS.length, endCursor: String(to) },
              totalCount: ROWS.length,
            }
            return { operation, data: { list }, stale: false, hasNext: false }
          }),
        ),
    ],
  })
}

it('pages forth and back, and a new filter begins at the first page', async () => {
  const asked: Record<string, unknown>[] = []
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: {} }] })
  await router.push('/things?kind=A')
  let table!: ReturnType<typeof useTable<{ list: never }, { first: number }, { id: string }, { kind: string }>>
  const Inner = defineComponent(() => {
    table = useTable({
      document: 'query Things { list }' as never,
      filters: { kind: '' },
      variables: ({ kind }, page) => ({ kind, ...page }),
      connection: (data: { list: never }) => data.list,
    })
    return () => h('div')
  })
  const Outer = defineComponent(() => {
    provideClient(answering(asked))
    return () => h(Inner)
  })
  mount(Outer, { global: { plugins: [router, createPinia()] } })
  const settle = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    await vi.waitUntil(() => !table.loading.value && !table.refreshing.value)
    await flushPromises()
  }

  expect(table.loading.value).toBe(true)
  await settle()
  expect(asked.at(-1)).toEqual({ kind: 'A', first: 50, after: null })
  expect(table.rows.value).toHaveLength(50)
  expect(table.total.value).toBe(120)

  table.next()
  await settle()
  table.next()
  await settle()
  expect(table.rows.value.map((row) => row.id).at(0)).toBe('100')
  expect(table.hasNext.value).toBe(false)
  expect(router.currentRoute.value.query).toEqual({ kind: 'A', after: '100', page: '3' })

  table.previous()
  await settle()
  expect(table.page.value).toBe(2)
  expect(asked.at(-1)).toMatchObject({ after: '50' })

  table.setFilter('kind', 'B')
  await settle()
  expect(asked.at(-1)).toEqual({ kind: 'B', first: 50, after: null })
  expect(router.currentRoute.value.query).toEqual({ kind: 'B' })
})
