import { describe, expect, it } from 'vitest'
import { ownProblem } from '@/graphql/problems'
import { placeProblems } from './placeProblems'

function at(field: string | null, code = 'X') {
  return { ...ownProblem(code, code), field }
}

describe('problems of the server in a form', () => {
  const names = ['name', 'creditCode', 'companyId', 'file']

  it.each([
    ['name', 'name'],
    ['input.name', 'name'],
    ['credit_code', 'creditCode'],
    ['input.company_id', 'companyId'],
    ['company', 'companyId'],
    ['fileId', 'file'],
  ])('stands %s at %s', (field, name) => {
    expect(Object.keys(placeProblems([at(field)], names).fields)).toEqual([name])
  })

  it('says above all what belongs to no field of the form', () => {
    const placed = placeProblems([at(null), at('elsewhere')], names)
    expect(placed.fields).toEqual({})
    expect(placed.general).toHaveLength(2)
  })

  it('loses no second problem of a field', () => {
    const placed = placeProblems([at('name', 'ONE'), at('name', 'TWO')], names)
    expect(placed.fields.name?.code).toBe('ONE')
    expect(placed.general.map((problem) => problem.code)).toEqual(['TWO'])
  })
})
