import { kept } from '@/stores/kept'

const MOST = 8
/** What may be an ID number or a phone, whole or in part, is never written down. */
const PRIVATE = /\d{6,}/

export function mayBeKept(text: string): boolean {
  return Boolean(text.trim()) && !PRIVATE.test(text.replace(/[\s-]/g, ''))
}

/** The last searches of one person at this browser. */
export function useRecent(staffId: string) {
  const words = kept<string[]>(`shebao.recent.${staffId}`, [])

  function add(text: string): void {
    const word = text.trim()
    if (mayBeKept(word)) words.value = [word, ...words.value.filter((one) => one !== word)].slice(0, MOST)
  }

  function clear(): void {
    words.value = []
  }

  return { words, add, clear }
}
