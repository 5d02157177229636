import { computed, type Ref } from 'vue'
import { useSession } from '@/stores/session'
import { kept } from '@/stores/kept'
import type { Column } from './columns'

interface Layout {
  order?: string[]
  /** Only what differs from the columns' own default. */
  shown?: Record<string, boolean>
  dense?: boolean
}

/** Columns in the order somebody has put them; columns that came later stand where they were defined. */
export function arrange<Item extends { key: string }>(columns: readonly Item[], order: readonly string[]): Item[] {
  const result = columns.filter((column) => order.includes(column.key))
  result.sort((one, other) => order.indexOf(one.key) - order.indexOf(other.key))
  columns.forEach((column, index) => {
    if (!order.includes(column.key)) result.splice(index, 0, column)
  })
  return result
}

/** Which columns somebody wants to see of a list, in which order and how close; the first column always leads. */
export function useLayout<Row>(name: string, columns: Ref<Column<Row>[]>) {
  const session = useSession()
  const layout = kept<Layout>(`shebao.list.${session.staff?.id ?? ''}.${name}`, {})

  const ordered = computed<Column<Row>[]>(() => {
    const [first, ...rest] = columns.value
    return first ? [first, ...arrange(rest, layout.value.order ?? [])] : []
  })
  function isShown(column: Column<Row>): boolean {
    return column.key === columns.value[0]?.key || (layout.value.shown?.[column.key] ?? !column.optional)
  }
  const shown = computed(() => ordered.value.filter(isShown))
  const dense = computed({
    get: () => Boolean(layout.value.dense),
    set: (now) => {
      layout.value = { ...layout.value, dense: now }
    },
  })

  function show(key: string, now: boolean): void {
    layout.value = { ...layout.value, shown: { ...layout.value.shown, [key]: now } }
  }

  /** Puts one column before another's place; the first stays where it is. */
  function move(key: string, to: number): void {
    const keys = ordered.value.slice(1).map((column) => column.key)
    const from = keys.indexOf(key)
    if (from < 0 || to < 1 || to > keys.length) return
    keys.splice(to - 1, 0, ...keys.splice(from, 1))
    layout.value = { ...layout.value, order: keys }
  }

  function reset(): void {
    layout.value = { dense: layout.value.dense }
  }

  return { ordered, shown, dense, isShown, show, move, reset }
}
