import { expect, it } from 'vitest'
import { pathOf } from './link'

it('follows paths of this console only', () => {
  expect(pathOf('/admin/batch/1')).toBe('/batch/1')
  expect(pathOf('/batch/1')).toBe('/batch/1')
  expect(pathOf('/admin')).toBe('/')
  expect(pathOf('//elsewhere')).toBeNull()
  expect(pathOf('javascript:alert(1)')).toBeNull()
  expect(pathOf(null)).toBeNull()
})
