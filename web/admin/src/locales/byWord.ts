export type Messages = Record<string, object>

/** One file a word and language; a word is found by its file. */
export function byWord(files: Record<string, object>): Messages {
  return Object.fromEntries(
    Object.entries(files).map(([path, texts]) => [path.replace(/^.*\/(\w+)\.ts$/, '$1'), texts]),
  )
}
