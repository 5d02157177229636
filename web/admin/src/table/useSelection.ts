import { computed, shallowRef, type Ref } from 'vue'

/** The rows somebody has ticked, on whichever page they stand. */
export function useSelection<Row extends { id: string }>(rows: Ref<Row[]>) {
  const picked = shallowRef(new Map<string, Row>())
  const list = computed(() => [...picked.value.values()])
  const ids = computed(() => [...picked.value.keys()])
  const onPage = computed(() => rows.value.filter((row) => picked.value.has(row.id)).length)
  const all = computed(() => onPage.value > 0 && onPage.value === rows.value.length)
  const some = computed(() => onPage.value > 0 && !all.value)

  function set(changed: readonly Row[], now: boolean): void {
    const next = new Map(picked.value)
    for (const row of changed) {
      if (now) next.set(row.id, row)
      else next.delete(row.id)
    }
    picked.value = next
  }

  const has = (row: Row): boolean => picked.value.has(row.id)
  const toggle = (row: Row): void => set([row], !has(row))
  const togglePage = (): void => set(rows.value, !all.value)
  function clear(): void {
    if (picked.value.size) picked.value = new Map()
  }

  return { list, ids, all, some, has, toggle, togglePage, clear }
}
