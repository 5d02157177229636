/** Everything that an approval can be about; the names stand in the locales. */
export const BUSINESSES = ['batch', 'bill', 'policy', 'blacklist', 'refund', 'invoice', 'payout', 'claim'] as const

/** Pages of the console that show what is to be decided. */
export function subjectPath(business: string, subjectId: string): string | null {
  if (business === 'batch' || business === 'bill') return `/${business}/${subjectId}`
  if (business === 'blacklist') return '/blacklist?state=RELEASING'
  return business === 'policy' ? '/policy' : null
}

/** The permissions that may stand in a step, without those that only let somebody look. */
export function deciding(permissions: readonly string[]): string[] {
  return permissions.filter((permission) => !permission.endsWith('.read')).sort()
}

export const ROLES = ['admin', 'specialist', 'reviewer', 'finance', 'viewer'] as const
