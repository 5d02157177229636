/** Money arrives as a decimal string of yuan; arithmetic is done on whole fen so that no cent is ever lost. */
const YUAN = /^(-?)(\d+)(?:\.(\d{1,2}))?$/

export function fen(yuan: string): bigint {
  const parts = YUAN.exec(yuan.trim())
  if (!parts) throw new RangeError(`not an amount: ${yuan}`)
  const amount = BigInt(parts[2] ?? '0') * 100n + BigInt((parts[3] ?? '').padEnd(2, '0') || '0')
  return parts[1] ? -amount : amount
}

export function yuan(amount: bigint): string {
  const positive = amount < 0n ? -amount : amount
  const text = positive.toString().padStart(3, '0')
  return `${amount < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`
}

/** `1234.5` → `1,234.50`; an absent amount is a dash, because it is not zero. */
export function money(value: string | null | undefined): string {
  if (value === null || value === undefined || value === '') return '—'
  const [whole = '0', cents = '00'] = yuan(fen(value)).split('.')
  return `${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}.${cents}`
}

export function sum(values: readonly (string | null | undefined)[]): string {
  return yuan(values.reduce((total, value) => total + (value ? fen(value) : 0n), 0n))
}

export function isNegative(value: string | null | undefined): boolean {
  // Figures come as they are shown, with separators; whatever is no amount is not negative.
  return Boolean(value?.startsWith('-')) && /[1-9]/.test(value ?? '')
}

/** `0.0045` → `0.45%`, by moving the point and not by multiplying floats. */
export function percent(rate: string | null | undefined): string {
  if (rate === null || rate === undefined || rate === '') return '—'
  const [whole = '0', digits = ''] = rate.split('.')
  const padded = digits.padEnd(2, '0')
  const left = `${whole}${padded.slice(0, 2)}`.replace(/^(-?)0+(?=\d)/, '$1')
  const right = padded.slice(2).replace(/0+$/, '')
  return `${left}${right ? `.${right}` : ''}%`
}

/** What a clerk types (`12`) to what the server takes (`0.12`). */
export function rateFromPercent(text: string): string {
  const [whole = '0', digits = ''] = text.trim().replace(/%$/, '').split('.')
  const padded = whole.padStart(3, '0')
  return `${padded.slice(0, -2).replace(/^0+(?=\d)/, '')}.${padded.slice(-2)}${digits}`
}

/** A count that is not known yet, or that the server did not make, is not zero. */
export function count(value: number | null): string {
  if (value === null || value < 0) return '…'
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}
