import { describe, expect, it } from 'vitest'
import { ownProblem } from '@/graphql/problems'
import { columnsOf, problemsAt, rowProblems, worst, type GridRow } from './cells'

function row(cells: [string, string][], problems: GridRow['problems'] = []): GridRow {
  return {
    __typename: 'BatchRow',
    id: '1',
    rowNo: 2,
    state: 'FAILED',
    personName: 'Wang',
    cells: cells.map(([column, value]) => ({ column, value, original: null })),
    problems,
    resultReason: null,
    correctedAt: null,
  } as GridRow
}

const wrongId = { ...ownProblem('ID', 'wrong'), column: 'ID' }
const whole = ownProblem('OPEN', 'open elsewhere')

describe('the grid of rows', () => {
  it('takes the columns of all rows in the order of the sheet', () => {
    expect(columnsOf([row([['ID', '1'], ['Base', '2']]), row([['ID', '1'], ['City', 'x']])])).toEqual(['ID', 'Base', 'City'])
  })

  it('does not repeat the name, unless there is something wrong with it', () => {
    expect(columnsOf([row([['Name', 'Wang']])])).toEqual([])
    expect(columnsOf([row([['Name', 'Wang']], [{ ...wrongId, column: 'Name' }])])).toEqual(['Name'])
  })

  it('stands a problem at its cell, and at the row what belongs to no cell', () => {
    const one = row([['ID', '1']], [wrongId, whole])
    expect(problemsAt(one, 'ID')).toEqual([wrongId])
    expect(rowProblems(one)).toEqual([whole])
  })

  it('colours a cell by its worst problem', () => {
    expect(worst([{ ...whole, severity: 'NOTICE' }, whole])).toBe('ERROR')
    expect(worst([])).toBeNull()
  })
})
