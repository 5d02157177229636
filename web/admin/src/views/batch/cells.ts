import type { BatchRowsQuery } from '@/gql/graphql'
import type { Problem } from '@/graphql/problems'

export type GridRow = NonNullable<BatchRowsQuery['batch']>['rows']['edges'][number]['node']

/** The sheet's columns in the order in which they first appear. */
export function columnsOf(rows: readonly GridRow[]): string[] {
  const names = new Set<string>()
  for (const row of rows) for (const cell of row.cells) names.add(cell.column)
  return [...names].filter((name) => !rows.every((row) => repeatsName(row, name)))
}

/** The name already stands beside the row number; its own column is shown only when there is something to say of it. */
function repeatsName(row: GridRow, column: string): boolean {
  const value = row.cells.find((cell) => cell.column === column)?.value
  return value === row.personName && !problemsAt(row, column).length
}

function standsAt(problem: Problem, column: string): boolean {
  return problem.column === column || problem.field === column
}

export function problemsAt(row: GridRow, column: string): Problem[] {
  return row.problems.filter((problem) => standsAt(problem, column))
}

/** Problems of the row as a whole, which no single cell can show. */
export function rowProblems(row: GridRow): Problem[] {
  return row.problems.filter((problem) => !row.cells.some((cell) => standsAt(problem, cell.column)))
}

const WEIGHT = { ERROR: 3, WARNING: 2, NOTICE: 1 } as const

export function worst(problems: readonly Problem[]): Problem['severity'] | null {
  const sorted = [...problems].sort((one, other) => WEIGHT[other.severity] - WEIGHT[one.severity])
  return sorted[0]?.severity ?? null
}

/** A number that is covered; only its first and last character are shown. */
export function isMasked(value: string): boolean {
  return /\*{2,}/.test(value)
}
