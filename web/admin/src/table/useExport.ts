import { ElMessage } from 'element-plus'
import { getCurrentInstance, h, ref, render, type Slots } from 'vue'
import { useI18n } from 'vue-i18n'
import { count } from '@/format/money'
import { cellText, plainCell } from './cellText'
import type { Column } from './columns'
import { saveSheet } from './saveSheet'
import type { Connection, Page } from './useTable'

export const MOST_ROWS = 5_000
const PAGE = 100

interface Source<Row> {
  columns: () => Column<Row>[]
  heading: (column: Column<Row>) => string
  slots: Slots
  fetchPage: (page: Page) => Promise<Connection<Row>>
  /** Has the server write what is too long for a browser; false when it will not. */
  background?: () => Promise<boolean>
}

/**
 * The list as it is filtered and shown now, as a file. A cell says there what it says on the page, so that what is
 * masked here stays masked there.
 */
export function useExport<Row extends { id: string }>(source: Source<Row>) {
  const { t } = useI18n()
  const context = getCurrentInstance()?.appContext ?? null
  const progress = ref<{ done: number; total: number } | null>(null)
  const broken = ref(false)
  let stopped = false

  /** Draws the rows out of sight and reads them; a page at a time, so that the browser never stands still. */
  function read(rows: readonly Row[], columns: Column<Row>[]): string[][] {
    const cells = (row: Row) =>
      columns.map((column) =>
        h('td', source.slots[`cell-${column.key}`]?.({ row }) ?? String(column.text?.(row) ?? '\u2014')),
      )
    // A component at the root, because only a component hands the texts and the router of the page on to its cells.
    const sheet = h(() => h('table', h('tbody', rows.map((row) => h('tr', cells(row))))))
    sheet.appContext = context
    const place = document.createElement('div')
    render(sheet, place)
    const lines = [...place.querySelectorAll('tbody')[0]!.children].map((line) =>
      [...line.children].map((cell) => plainCell(cellText(cell))),
    )
    render(null, place)
    return lines
  }

  function save(lines: string[][], columns: Column<Row>[], name: string): void {
    saveSheet([columns.map(source.heading), ...lines], name)
  }

  async function run(name: string): Promise<void> {
    const columns = source.columns()
    const lines: string[][] = []
    stopped = false
    broken.value = false
    progress.value = { done: 0, total: 0 }
    try {
      let after: string | null = null
      let total = 0
      let more = true
      while (more && !stopped && lines.length < MOST_ROWS) {
        const page: Connection<Row> = await source.fetchPage({ first: PAGE, after })
        if (!lines.length && page.totalCount > MOST_ROWS && (await source.background?.())) {
          ElMessage.success(t('export.started', { n: count(page.totalCount) }))
          return
        }
        lines.push(...read(page.edges.map((edge) => edge.node), columns))
        total = Math.max(total, page.totalCount, lines.length)
        more = page.pageInfo.hasNextPage
        after = page.pageInfo.endCursor ?? null
        progress.value = { done: lines.length, total: Math.min(total, MOST_ROWS) }
      }
      if (stopped) return
      const kept = lines.slice(0, MOST_ROWS)
      save(kept, columns, name)
      const numbers = { n: count(kept.length), total: count(total) }
      if (more) ElMessage.warning(t('table.exportedPart', numbers))
      else ElMessage.success(t('table.exported', numbers))
    } catch {
      broken.value = true
    } finally {
      progress.value = null
    }
  }

  function some(rows: readonly Row[], name: string): void {
    const columns = source.columns()
    save(read(rows, columns), columns, name)
    ElMessage.success(t('table.exported', { n: count(rows.length), total: count(rows.length) }))
  }

  function stop(): void {
    stopped = true
  }

  return { progress, broken, run, some, stop }
}
