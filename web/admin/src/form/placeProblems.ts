import type { Problem } from '@/graphql/problems'

export interface Placed {
  fields: Record<string, Problem>
  general: Problem[]
}

/** `input.credit_code` and `creditCode` are the same field of a form. */
function fieldName(field: string): string {
  const last = field.split('.').pop() ?? field
  return last.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Each problem stands at its field; one without a field of this form, or a second one there, stands above all. */
export function placeProblems(problems: readonly Problem[], names: readonly string[]): Placed {
  const placed: Placed = { fields: {}, general: [] }
  for (const problem of problems) {
    const name = problem.field ? fieldName(problem.field) : ''
    const found = names.find((one) => one === name || one === `${name}Id` || `${one}Id` === name)
    if (found && !placed.fields[found]) placed.fields[found] = problem
    else placed.general.push(problem)
  }
  return placed
}
