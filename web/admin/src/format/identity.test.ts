import { describe, expect, it } from 'vitest'
import { fileSize, grouped } from './identity'

describe('numbers read aloud', () => {
  it.each([
    ['11010519491231002X', '110105 19491231 002X'],
    ['13800138000', '138 0013 8000'],
    ['6222021234567890123', '6222 0212 3456 7890 123'],
    ['E12345678', 'E12345678'],
  ])('groups %s', (value, shown) => expect(grouped(value)).toBe(shown))
})

describe('file sizes', () => {
  it('says them in the nearest unit', () => {
    expect(fileSize(512)).toBe('512 B')
    expect(fileSize(48 * 1024)).toBe('48 KB')
    expect(fileSize(1.5 * 1024 * 1024)).toBe('1.5 MB')
  })
})
