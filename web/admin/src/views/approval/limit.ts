/** A step's time limit is in hours or in business days; 0 and 0 is none. */
export function limitOf(step: { hours: number; days: number }): { unit: 'hours' | 'days'; n: number } | null {
  if (step.hours) return { unit: 'hours', n: step.hours }
  return step.days ? { unit: 'days', n: step.days } : null
}
