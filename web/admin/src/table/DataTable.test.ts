import { provideClient } from '@urql/vue'
import { flushPromises, mount } from '@vue/test-utils'
import { Client, type Operation, type OperationResult } from '@urql/core'
import { createPinia, setActivePinia } from 'pinia'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { delay, map, pipe } from 'wonka'
import { i18n } from '@/locales'
import { usePreferences } from '@/stores/preferences'
import type { Column } from './columns'
import DataTable from './DataTable.vue'
import { useTable } from './useTable'

interface Thing {
  id: string
  name: string
}
const MANY = 10_000
const ROWS: Thing[] = Array.from({ length: MANY }, (_, index) => ({ id: String(index), name: `name ${index}` }))
const columns: Column<Thing>[] = [
  { key: 'id', heading: 'Id', text: (row) => row.id },
  { key: 'name', heading: 'Name', text: (row) => row.name },
  { key: 'twice', heading: 'Twice', text: (row) => row.name + row.name },
]

function answering(): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [
      () => (operations$) =>
        pipe(
          operations$,
          delay(0),
          map((operation: Operation): OperationResult => {
            const { first, after } = operation.variables as { first: number; after: string | null }
            const from = Number(after ?? 0)
            const list = {
              edges: ROWS.slice(from, from + first).map((node) => ({ node })),
              pageInfo: { hasNextPage: from + first < MANY, endCursor: String(from + first) },
              totalCount: MANY,
            }
            return { operation, data: { list }, stale: false, hasNext: false }
          }),
        ),
    ],
  })
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20))
  // By class, which costs nothing; a selector over all the cells takes longer than what is measured here.
  await vi.waitUntil(() => !document.getElementsByClassName('bar')[0]?.classList.contains('on'))
  await flushPromises()
}

async function show(picked: Thing[][] = []) {
  const pinia = createPinia()
  setActivePinia(pinia)
  usePreferences().pageSize = 100
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: {} }] })
  await router.push('/things')
  let opened = ''
  const Inner = defineComponent(() => {
    const table = useTable({
      document: 'query Things { list }' as never,
      filters: { kind: '' },
      variables: ({ kind }, page) => ({ kind, ...page }),
      connection: (data: { list: never }) => data.list as never,
    })
    return () =>
      h(DataTable as never, {
        table,
        columns,
        name: 'thing',
        empty: 'none',
        selectable: true,
        clickable: true,
        onOpen: (row: Thing) => (opened = row.id),
        onSelect: (rows: Thing[]) => picked.push(rows),
      })
  })
  const Outer = defineComponent(() => {
    provideClient(answering())
    return () => h(Inner)
  })
  const view = mount(Outer, { attachTo: document.body, global: { plugins: [router, pinia, i18n] } })
  await settle()
  return { view, opened: () => opened, heads: () => view.findAll('th').map((head) => head.text()) }
}

describe('a list of ten thousand rows', { timeout: 30_000 }, () => {
  beforeEach(() => localStorage.clear())

  it('draws one page, and stays that small on every page', async () => {
    const { view } = await show()
    expect(view.findAll('[data-test=thing-row]')).toHaveLength(100)
    const cells = view.findAll('td').length
    for (let page = 0; page < 5; page += 1) {
      const begun = performance.now()
      await view.get('[data-test=table-next]').trigger('click')
      await settle()
      expect(performance.now() - begun).toBeLessThan(3_000)
    }
    expect(view.findAll('[data-test=thing-row]')).toHaveLength(100)
    expect(view.findAll('td')).toHaveLength(cells)
    expect(view.find('[data-test=thing-row]').text()).toContain('name 500')
    view.unmount()
  })

  it('keeps what is ticked from page to page, and drops it on Esc', async () => {
    const picked: Thing[][] = []
    const { view } = await show(picked)
    await view.findAll('[data-test=thing-select]')[1]!.setValue(true)
    await view.get('[data-test=table-next]').trigger('click')
    await settle()
    await view.findAll('[data-test=thing-select]')[0]!.setValue(true)
    expect(picked.at(-1)?.map((row) => row.id)).toEqual(['1', '100'])
    await view.get('.scroller').trigger('keydown', { key: 'Escape' })
    expect(view.find('[data-test=selection-bar]').exists()).toBe(false)
    view.unmount()
  })

  it('moves by arrows, ticks by Space, opens by Enter', async () => {
    const { view, opened } = await show()
    await view.get('.scroller').trigger('keydown', { key: 'ArrowDown' })
    expect(document.activeElement?.textContent).toContain('name 0')
    const rows = view.findAll('[data-row]')
    await rows[0]!.trigger('keydown', { key: 'ArrowDown' })
    expect(document.activeElement).toBe(rows[1]!.element)
    await rows[1]!.trigger('keydown', { key: ' ' })
    expect(view.get('[data-test=selection-bar]').text()).toContain('1')
    await rows[1]!.trigger('keydown', { key: 'Enter' })
    expect(opened()).toBe('1')
    view.unmount()
  })

  it('remembers for each list which columns are shown and in which order', async () => {
    localStorage.setItem('shebao.list..thing', JSON.stringify({ order: ['twice', 'name'], shown: { name: false } }))
    const { view, heads } = await show()
    expect(heads().filter(Boolean)).toEqual(['Id', 'Twice'])
    view.unmount()
  })
})
