/** A rule answers with a key of the locales when the value will not do. */
export type Rule<Value = unknown> = (value: Value) => string | null

export const required: Rule = (value) => {
  const empty = value === null || value === undefined || (Array.isArray(value) ? !value.length : !String(value).trim())
  return empty ? 'form.required' : null
}

export const creditCode: Rule<string> = (value) =>
  !value || /^[0-9A-HJ-NP-RT-UW-Y]{18}$/.test(value.toUpperCase()) ? null : 'form.creditCode'

export const amount: Rule<string> = (value) => (!value || /^\d+(\.\d{1,2})?$/.test(value) ? null : 'form.amount')

export const percentage: Rule<string> = (value) => (!value || /^\d{1,2}(\.\d{1,4})?$/.test(value) ? null : 'form.percentage')

export const password: Rule<string> = (value) => (value.length >= 10 ? null : 'form.password')
