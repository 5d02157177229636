/** A path of this console from the address bar; anything else, such as `//host`, is the start page. */
export function safePath(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/'
}
