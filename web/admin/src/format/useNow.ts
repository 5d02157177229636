import { readonly, shallowRef } from 'vue'

const now = shallowRef(new Date())
let ticking = false

/** One clock for all relative times of the page. */
export function useNow() {
  if (!ticking) {
    ticking = true
    setInterval(() => {
      now.value = new Date()
    }, 30_000)
  }
  return readonly(now)
}
