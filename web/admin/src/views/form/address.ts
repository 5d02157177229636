export interface MadeLink {
  id: string
  name: string
  address: string
}

/** The whole address for a path of the server, as it is sent to a person. */
export function addressOf(path: string): string {
  return new URL(path, window.location.origin).href
}

export interface PersonLine {
  name: string
  phone: string
}

/** People as they are pasted from a sheet: a line each, the name first and the phone last. */
export function peopleOf(text: string): PersonLine[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const parts = line.split(/[\s,\uFF0C;\uFF1B\t]+/).filter(Boolean)
      return { name: parts.slice(0, -1).join(' ') || (parts[0] ?? ''), phone: parts.length > 1 ? (parts.at(-1) ?? '') : '' }
    })
}
