import { describe, expect, it } from 'vitest'
import { changes, listColumns, shownIn, startOf, type Entry, type RosterColumn } from './fields'

function column(name: string, more: Partial<RosterColumn> = {}): RosterColumn {
  return { name, label: name, labelEn: `en ${name}`, form: 'TEXT', required: false, sensitive: false, choices: [], ...more }
}

const MODE = column('social_mode', {
  form: 'CHOICE',
  choices: [{ value: 'custody', label: 'word', labelEn: 'custody of files' }],
})
const COLUMNS = [column('company', { form: 'COMPANY' }), column('name'), column('id_number', { sensitive: true }), MODE]
const entry = {
  companyName: 'Chenguang',
  name: 'Zhang',
  numberMasked: '1****************X',
  values: [{ name: 'social_mode', value: 'word' }],
} as unknown as Entry

describe('fields of a roster', () => {
  it('begin with what is known, without masked numbers and the company', () => {
    expect(startOf(COLUMNS, entry)).toEqual({ name: 'Zhang', idNumber: '', socialMode: 'custody' })
  })

  it('send only what was changed, and null for what was cleared', () => {
    const before = startOf(COLUMNS, entry)
    expect(changes(COLUMNS, { ...before, name: ' Li ', socialMode: '' }, before)).toEqual([
      { name: 'name', value: 'Li' },
      { name: 'social_mode', value: null },
    ])
  })

  it('say choices in the language of the reader', () => {
    expect(shownIn(entry, MODE, 'en')).toBe('custody of files')
  })

  it('lead a list with the person and join the number to it', () => {
    const keys = listColumns(COLUMNS, 'en').map((one) => one.key)
    expect(keys).toEqual(['name', 'company', 'contract', 'findings', 'state', 'social_mode'])
  })
})
