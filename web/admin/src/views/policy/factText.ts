import { money, percent } from '@/format/money'

type Translate = (key: string) => string

/** The value of one fact of a policy for people to read; what is not known is a dash. */
export function factText(field: string, value: string | null | undefined, t: Translate): string {
  if (value === null || value === undefined) return '—'
  if (field.includes('Rate')) return percent(value)
  if (field.startsWith('base') || field.endsWith('Fixed')) return money(value)
  if (field.endsWith('Rounding')) return t(`policy.rounding.${value.toUpperCase()}`)
  if (field === 'confidence') return t(`state.confidence.${value.toUpperCase()}`)
  return value || '—'
}
