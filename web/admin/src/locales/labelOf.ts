/** The server's own word for something, in the reader's language. */
export function labelOf(one: { label: string; labelEn: string }, locale: string): string {
  return locale === 'en' ? one.labelEn || one.label : one.label
}
