/** A revealed resident ID is read aloud in groups of 6, 8 and 4; cards in fours; phones 3-4-4. */
export function grouped(value: string): string {
  if (/^\d{17}[\dX]$/i.test(value)) return `${value.slice(0, 6)} ${value.slice(6, 14)} ${value.slice(14)}`
  if (/^1\d{10}$/.test(value)) return `${value.slice(0, 3)} ${value.slice(3, 7)} ${value.slice(7)}`
  if (/^\d{12,19}$/.test(value)) return value.replace(/(\d{4})(?=\d)/g, '$1 ')
  return value
}

export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
