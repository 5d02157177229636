import { describe, expect, it } from 'vitest'
import { inputOf, newStep, placeInSteps, valuesOf } from './flowForm'

describe('the form of a flow', () => {
  it('sends each approver by its kind', () => {
    const values = valuesOf(null, 'review')
    values.steps = [{ ...newStep('a'), approvers: ['PERMISSION:batch.approve', 'ROLE:admin', 'STAFF:c3RhZmY6MQ=='] }]
    expect(inputOf(values, null).steps[0]?.approvers).toEqual([
      { permission: 'batch.approve' },
      { role: 'admin' },
      { staffId: 'c3RhZmY6MQ==' },
    ])
  })

  it('sends one limit only, and nobody to escalate to without one', () => {
    const values = valuesOf(null, 'review')
    values.steps = [
      { ...newStep('a'), unit: 'days', limit: 2, escalateTo: 'bill.close' },
      { ...newStep('b'), escalateTo: 'bill.close' },
    ]
    const [first, second] = inputOf(values, null).steps
    expect(first).toMatchObject({ hours: 0, days: 2, escalateTo: 'bill.close' })
    expect(second).toMatchObject({ hours: 0, days: 0, escalateTo: null })
  })

  it('puts a problem of a step at its field and leaves the others to the form', () => {
    const problems = [{ field: 'steps.1.approvers.0' }, { field: 'name' }, { field: 'steps' }]
    const { steps, others } = placeInSteps(problems)
    expect(Object.keys(steps)).toEqual(['1.approvers'])
    expect(others).toEqual([{ field: 'name' }, { field: 'steps' }])
  })
})
