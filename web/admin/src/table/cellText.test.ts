import { describe, expect, it } from 'vitest'
import { cellText, csvField, csvFile, plainCell } from './cellText'

function cell(html: string): HTMLElement {
  const box = document.createElement('td')
  box.innerHTML = html
  return box
}

describe('a cell as text', () => {
  it('reads what is shown, lines apart, without ornaments', () => {
    expect(cellText(cell('<a href="/x">王 芳</a><p class="mono">1****************X</p>'))).toBe('王 芳; 1****************X')
    expect(cellText(cell('<div><span>养老</span><span>医疗</span></div>'))).toBe('养老 医疗')
    expect(cellText(cell('<span><svg><text>x</text></svg> 正常 </span><button>查看</button>'))).toBe('正常')
  })

  it('takes the exact time', () => {
    expect(cellText(cell('<time title="2026-11-02 09:30:00">3 分钟前</time>'))).toBe('2026-11-02 09:30:00')
  })
})

describe('a field of the file', () => {
  it.each([
    ['1,234.56', '1234.56'],
    ['-1,234.56', '-1234.56'],
    ['—', ''],
    ['1,2,3', '1,2,3'],
    ['2026-11', '2026-11'],
  ])('gives %s as %s', (shown, plain) => expect(plainCell(shown)).toBe(plain))

  it.each([
    ['=1+1', "'=1+1"],
    ['+86', "'+86"],
    ['@x', "'@x"],
    ['-12.50', '-12.50'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['110105491231002123', '"\t110105491231002123"'],
    ['1****************X', '1****************X'],
  ])('writes %s as %s', (value, written) => expect(csvField(value)).toBe(written))

  it('begins with the mark of UTF-8', async () => {
    const bytes = new Uint8Array(await csvFile([['姓名', '金额'], ['王芳', '1234.56']]).arrayBuffer())
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(new TextDecoder().decode(bytes)).toBe('姓名,金额\r\n王芳,1234.56\r\n')
  })
})
