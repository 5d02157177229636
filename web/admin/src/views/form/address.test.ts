import { describe, expect, it } from 'vitest'
import { peopleOf } from './address'

describe('people pasted from a sheet', () => {
  it('are a line each, whatever stands between name and phone', () => {
    expect(peopleOf('Wang Wu\t13800000001\n\n Li,13800000002 \r\n')).toEqual([
      { name: 'Wang Wu', phone: '13800000001' },
      { name: 'Li', phone: '13800000002' },
    ])
  })

  it('keep a line without a phone, so that the server can say what is missing', () => {
    expect(peopleOf('Zhao')).toEqual([{ name: 'Zhao', phone: '' }])
  })
})
