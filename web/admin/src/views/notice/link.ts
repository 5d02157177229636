/** A notice may carry a path of this console, with or without its base; anything else is not followed. */
export function pathOf(link: string | null | undefined): string | null {
  if (!link) return null
  const path = link.replace(/^\/admin(?=\/|$)/, '') || '/'
  return /^\/(?![/\\])/.test(path) ? path : null
}
