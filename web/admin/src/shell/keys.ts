import { onBeforeUnmount } from 'vue'
import { useRouter } from 'vue-router'
import { useSession } from '@/stores/session'
import { MENU } from './menu'

const CHORD = 1_200

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null
  return Boolean(element?.closest?.('input, textarea, select, [contenteditable=true]'))
}

/** `/` searches, `?` shows the keys, `g` and a letter goes to a page; never while somebody types. */
export function useKeys(showKeys: () => void): void {
  const router = useRouter()
  const session = useSession()
  let chord = 0

  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (event.key === '/') {
      const search = document.querySelector<HTMLInputElement>('input[data-search], [data-search] input')
      if (!search) return
      event.preventDefault()
      search.focus()
      search.select()
    } else if (event.key === '?') {
      showKeys()
    } else if (event.key === 'g') {
      chord = event.timeStamp
    } else if (event.timeStamp - chord < CHORD) {
      chord = 0
      const item = MENU.flatMap((group) => group.items).find((one) => one.key === event.key)
      if (item && session.can(item.permission)) void router.push(item.path)
    }
  }

  window.addEventListener('keydown', pressed)
  onBeforeUnmount(() => window.removeEventListener('keydown', pressed))
}
