import type { BatchKind } from '@/gql/graphql'

/** The kinds of import as clerks group them. */
export const KIND_GROUPS: { group: string; kinds: BatchKind[] }[] = [
  { group: 'people', kinds: ['ENROLL', 'TERMINATE'] },
  { group: 'change', kinds: ['BASE_CHANGE', 'SCHEME_CHANGE', 'TRANSFER', 'PARTICULARS'] },
  { group: 'year', kinds: ['ANNUAL_BASE'] },
]

export const KINDS: BatchKind[] = KIND_GROUPS.flatMap((group) => group.kinds)

export function kindFrom(text: unknown): BatchKind {
  return KINDS.find((kind) => kind === text) ?? 'ENROLL'
}
