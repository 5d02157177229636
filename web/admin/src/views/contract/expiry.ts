/** From this many days on what runs out is worth an amber word. */
export const SOON = 60

export function expiryTone(daysLeft: number | null | undefined): 'bad' | 'wait' | '' {
  if (daysLeft === null || daysLeft === undefined || daysLeft > SOON) return ''
  return daysLeft < 0 ? 'bad' : 'wait'
}

/** Whole days from one calendar day to another, both as `2026-11-22`. */
export function daysUntil(day: string, today: string): number {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000)
}

export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}
