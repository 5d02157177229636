import { computed, nextTick, reactive, ref, shallowReactive, type Ref } from 'vue'
import { intentKey } from '@/format/key'
import type { Problem } from '@/graphql/problems'
import { refused, useAct } from '@/graphql/useAct'
import { isMasked, problemsAt, worst, type GridRow } from './cells'
import { CorrectRowDocument } from './imports'

interface Place {
  rowId: string
  column: string
}

const nameOf = (rowId: string, column: string): string => `${rowId} ${column}`

/**
 * Correcting cells in place. What was typed stands in the cell at once; the server's answer replaces the whole row,
 * and a refusal stays at the cell with what was typed. A row that is mended stays in sight until the page is left.
 */
export function useCellEdit(batchId: string, fetched: Ref<GridRow[]>, columns: Ref<string[]>, changed: () => void) {
  const act = useAct(CorrectRowDocument)
  const answered = shallowReactive(new Map<string, GridRow>())
  const saving = reactive<Record<string, string>>({})
  const refusals = reactive<Record<string, { text: string; problems: Problem[] }>>({})
  const editing = ref<Place | null>(null)
  const draft = ref('')

  const rows = computed(() => {
    const seen = new Set(fetched.value.map((row) => row.id))
    const kept = [...answered.values()].filter((row) => !seen.has(row.id))
    return [...fetched.value.map(newest), ...kept].sort((one, other) => one.rowNo - other.rowNo)
  })

  function newest(row: GridRow): GridRow {
    const own = answered.get(row.id)
    return own && (own.correctedAt ?? '') > (row.correctedAt ?? '') ? own : row
  }

  function begin(row: GridRow, column: string): void {
    const value = row.cells.find((cell) => cell.column === column)?.value ?? ''
    editing.value = { rowId: row.id, column }
    // A masked number cannot be mended from its mask: it is typed anew.
    draft.value = refusals[nameOf(row.id, column)]?.text ?? (isMasked(value) ? '' : value)
  }

  function cancel(): void {
    const place = editing.value
    editing.value = null
    if (place) delete refusals[nameOf(place.rowId, place.column)]
  }

  async function commit(): Promise<void> {
    const place = editing.value
    const row = rows.value.find((one) => one.id === place?.rowId)
    const text = draft.value
    editing.value = null
    if (!place || !row) return
    const name = nameOf(place.rowId, place.column)
    const before = row.cells.find((cell) => cell.column === place.column)?.value ?? ''
    delete refusals[name]
    if (text === before || (isMasked(before) && !text.trim())) return
    saving[name] = text
    const cells = [{ header: place.column, value: text }]
    const { payload, problems } = await act.run({ batchId, rowNo: row.rowNo, cells, key: intentKey() })
    delete saving[name]
    if (refused(problems)) refusals[name] = { text, problems }
    else if (payload?.row) {
      answered.set(row.id, payload.row)
      changed()
    }
  }

  /** The next wrong cell in reading order, or the one before. */
  function neighbour(place: Place, step: 1 | -1): { row: GridRow; column: string } | null {
    const wrong = rows.value.flatMap((row) =>
      columns.value
        .filter((column) => worst(problemsAt(row, column)) === 'ERROR' || nameOf(row.id, column) in refusals || same(place, row, column))
        .map((column) => ({ row, column })),
    )
    return wrong[wrong.findIndex(({ row, column }) => same(place, row, column)) + step] ?? null
  }

  function same(place: Place, row: GridRow, column: string): boolean {
    return place.rowId === row.id && place.column === column
  }

  async function tab(event: KeyboardEvent): Promise<void> {
    const next = editing.value && neighbour(editing.value, event.shiftKey ? -1 : 1)
    void commit()
    if (!next) return
    event.preventDefault()
    await nextTick()
    begin(next.row, next.column)
  }

  /** Rows were mended elsewhere, or another page is shown. */
  function forget(): void {
    answered.clear()
    editing.value = null
    for (const name of Object.keys(refusals)) delete refusals[name]
  }

  return {
    rows,
    draft,
    begin,
    cancel,
    commit,
    tab,
    forget,
    isEditing: (row: GridRow, column: string) => editing.value !== null && same(editing.value, row, column),
    savingOf: (row: GridRow, column: string): string | undefined => saving[nameOf(row.id, column)],
    refusalOf: (row: GridRow, column: string) => refusals[nameOf(row.id, column)],
  }
}
