/** One key for one intent: a second click or a retry after a lost answer carries the same key. */
export function intentKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Keys by content: the same form sent again keeps its key, a changed one gets a new one. */
export function keysByContent(): (content: unknown) => string {
  const keys = new Map<string, string>()
  return (content) => {
    const text = JSON.stringify(content)
    const key = keys.get(text) ?? intentKey()
    keys.set(text, key)
    return key
  }
}
