import { today } from '@/format/time'
import { csvFile } from './cellText'

/** Hands lines of plain text to the browser as a file that a spreadsheet opens. */
export function saveSheet(lines: readonly (readonly string[])[], name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(csvFile(lines))
  link.download = `${name} ${today()}.csv`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
