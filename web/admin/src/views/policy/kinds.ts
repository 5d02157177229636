import type { InsuranceKind } from '@/gql/graphql'

/** In the order in which everybody in the field says them. */
export const KINDS: InsuranceKind[] = [
  'PENSION',
  'MEDICAL',
  'UNEMPLOYMENT',
  'WORK_INJURY',
  'MATERNITY',
  'LARGE_MEDICAL',
  'HOUSING_FUND',
  'SUPPLEMENTARY_HOUSING_FUND',
]
