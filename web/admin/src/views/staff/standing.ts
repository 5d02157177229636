import type { AccountFieldsFragment } from '@/gql/graphql'

/** How an account stands, in the words of its tag. */
export function standing(row: Pick<AccountFieldsFragment, 'active' | 'lockedUntil' | 'machine'>): string {
  if (row.machine) return 'MACHINE'
  if (!row.active) return 'INACTIVE'
  return row.lockedUntil ? 'LOCKED' : 'ACTIVE'
}

const PENDING = new Set(['captcha', 'code', 'new_password'])

/** What came of an attempt to sign in: in, on the way, or refused. */
export function outcomeTone(outcome: string): string {
  if (outcome === 'ok') return 'OK'
  return PENDING.has(outcome) ? 'PENDING' : 'REFUSED'
}
