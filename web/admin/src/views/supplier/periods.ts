import { shiftMonth } from '@/format/time'

/** The quarter of a month and those before it, newest first: what a supplier is usually scored for. */
export function quarters(month: string, howMany: number): string[] {
  return Array.from({ length: howMany }, (_, back) => {
    const [year = '', number = '1'] = shiftMonth(month, -3 * back).split('-')
    return `${year}-Q${Math.ceil(Number(number) / 3)}`
  })
}

/** The weighted total as the server will make it, in words of two decimals; null while something is missing. */
export function weightedTotal(criteria: readonly { key: string; weight: number }[], points: Record<string, number | null>): string | null {
  let hundredths = 0
  for (const { key, weight } of criteria) {
    const given = points[key]
    if (given === null || given === undefined) return null
    hundredths += weight * given
  }
  return criteria.length ? (hundredths / 100).toFixed(2) : null
}
