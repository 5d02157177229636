const BLOCKS = new Set(['P', 'DIV', 'LI', 'TR', 'DD', 'DT'])

/** What a cell says, as one line of plain text: the exact time for a relative one, no ornaments. */
export function cellText(cell: Element): string {
  const parts: string[] = ['']
  const walk = (node: Node): void => {
    if (node.nodeType === Node.TEXT_NODE) {
      parts[parts.length - 1] += node.textContent ?? ''
      return
    }
    if (!(node instanceof Element) || node.matches('svg, button, [aria-hidden="true"]')) return
    if (node.matches('time[title]')) {
      parts[parts.length - 1] += node.getAttribute('title') ?? ''
      return
    }
    const block = BLOCKS.has(node.tagName)
    if (block) parts.push('')
    // Marks that stand side by side are words of their own.
    else if (node.previousElementSibling) parts[parts.length - 1] += ' '
    node.childNodes.forEach(walk)
    if (block) parts.push('')
  }
  cell.childNodes.forEach(walk)
  return parts
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join('; ')
}

const GROUPED = /^-?\d{1,3}(,\d{3})*(\.\d+)?$/

/** `1,234.56` is shown, `1234.56` is what a sheet can add up; a dash stands for nothing. */
export function plainCell(text: string): string {
  if (text === '\u2014') return ''
  return GROUPED.test(text) ? text.replaceAll(',', '') : text
}

const NUMBER = /^-?\d{1,14}(\.\d+)?$/
const FORMULA = /^[=+\-@\t\r]/
const LONG_DIGITS = /^\d{12,}$/

/** One field of a CSV file. Nothing in it may become a formula, and no long number may lose its last digits. */
export function csvField(value: string): string {
  const text = LONG_DIGITS.test(value) ? `\t${value}` : FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value
  return /[",\n\r\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** With the mark by which Excel knows UTF-8, and the line ends it expects. */
export function csvFile(lines: readonly (readonly string[])[]): Blob {
  const body = lines.map((line) => line.map(csvField).join(',')).join('\r\n')
  return new Blob(['\uFEFF', body, '\r\n'], { type: 'text/csv;charset=utf-8' })
}
