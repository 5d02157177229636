import type { RosterCategory } from '@/gql/graphql'

export const KINDS: RosterCategory[] = ['DISPATCH', 'OUTSOURCING_A', 'OUTSOURCING_B', 'SUBCONTRACT']

/** What may be filed, in the order in which it is offered: first what the roster's rules ask for. */
export const PAPERS = {
  DISPATCH: ['LABOUR_CONTRACT', 'DISPATCH_AGREEMENT', 'DISPATCH_LICENCE', 'OTHER'],
  OUTSOURCING_A: ['LABOUR_CONTRACT', 'OTHER'],
  OUTSOURCING_B: ['LABOUR_CONTRACT', 'OTHER'],
  SUBCONTRACT: ['LABOUR_CONTRACT', 'SAFETY_TRAINING', 'WORK_LICENCE', 'OTHER'],
  PROJECT: ['SUBCONTRACT_AGREEMENT', 'QUALIFICATION', 'SAFETY_PERMIT', 'WAGE_ACCOUNT', 'INJURY_INSURANCE', 'OTHER'],
} as const

export const SEVERITIES = ['ERROR', 'WARNING', 'NOTICE'] as const

/** Each roster has an address of its own, so that it is a page, a tab and a bookmark. */
export function pathOf(kind: RosterCategory): string {
  return `/roster/${kind.toLowerCase()}`
}

export function kindOf(path: string): RosterCategory {
  return KINDS.find((kind) => kind.toLowerCase() === path) ?? 'DISPATCH'
}
