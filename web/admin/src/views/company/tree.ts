export interface Branch<Row> {
  row: Row
  depth: number
  children: number
}

interface Placed {
  id: string
  name: string
  parent?: { id: string } | null
}

/** Companies in the order of their tree; one whose parent is out of sight stands at the top. Closed ones hide what is below. */
export function treeOf<Row extends Placed>(rows: readonly Row[], closed: ReadonlySet<string>): Branch<Row>[] {
  const known = new Set(rows.map((row) => row.id))
  const below = new Map<string, Row[]>()
  for (const row of rows) {
    const over = row.parent && known.has(row.parent.id) ? row.parent.id : ''
    below.set(over, [...(below.get(over) ?? []), row])
  }
  const found: Branch<Row>[] = []
  const walk = (over: string, depth: number): void => {
    for (const row of [...(below.get(over) ?? [])].sort((one, other) => one.name.localeCompare(other.name, 'zh'))) {
      found.push({ row, depth, children: below.get(row.id)?.length ?? 0 })
      if (!closed.has(row.id)) walk(row.id, depth + 1)
    }
  }
  walk('', 0)
  return found
}
