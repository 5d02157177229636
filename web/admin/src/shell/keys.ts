import { onBeforeUnmount } from 'vue'
import { useRouter } from 'vue-router'
import { useSession } from '@/stores/session'
import { useTabs } from '@/stores/tabs'
import { MENU } from './menu'
import { useTabActs } from './tabs/useTabActs'

const CHORD = 1_200

interface Acts {
  showKeys: () => void
  search: () => void
}

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null
  return Boolean(element?.closest?.('input, textarea, select, [contenteditable=true]'))
}

/** The search field of the page in sight; a page kept in the background has none that could be seen. */
function searchField(): HTMLInputElement | undefined {
  const all = document.querySelectorAll<HTMLInputElement>('#main input[data-search], #main [data-search] input')
  return [...all].find((field) => field.getClientRects().length)
}

/**
 * `/` searches, `?` shows the keys, `g` and a letter goes to a page; never while somebody types.
 * With a modifier, and from anywhere: Ctrl+K searches everything, Ctrl+Enter submits, Alt+W closes the tab.
 */
export function useKeys({ showKeys, search }: Acts): void {
  const router = useRouter()
  const session = useSession()
  const tabs = useTabs()
  const { close, reopen } = useTabActs()
  let chord = 0

  function withModifier(event: KeyboardEvent): boolean {
    const control = (event.ctrlKey || event.metaKey) && !event.altKey
    if (control && event.key.toLowerCase() === 'k') search()
    else if (control && event.key === 'Enter') (event.target as HTMLElement).closest('form')?.requestSubmit()
    else if (event.altKey && event.code === 'KeyW') void close(router.currentRoute.value.path)
    else if (event.altKey && event.shiftKey && event.code === 'KeyT') void reopen()
    else if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
      const tab = tabs.tabs[Number(event.code.slice(-1)) - 1]
      if (tab) void router.push(tab.fullPath)
    } else return false
    return true
  }

  function pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented) return
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (withModifier(event)) event.preventDefault()
      return
    }
    if (isTyping(event.target) || document.querySelector('.el-overlay:not([style*="display: none"])')) return
    if (event.key === '/') {
      event.preventDefault()
      const field = searchField()
      if (!field) return search()
      field.focus()
      field.select()
    } else if (event.key === '?') {
      showKeys()
    } else if (event.key === 'ArrowDown' && (event.target === document.body || (event.target as HTMLElement).id === 'main')) {
      const row = [...document.querySelectorAll<HTMLElement>('#main tr[data-row]')].find((one) => one.getClientRects().length)
      if (row) event.preventDefault()
      row?.focus()
    } else if (event.key === 'g') {
      chord = event.timeStamp
    } else if (event.timeStamp - chord < CHORD) {
      chord = 0
      const item = MENU.flatMap((group) => group.items).find((one) => one.key === event.key)
      if (item && session.can(item.permission)) void router.push(tabs.placeOf(item.path))
    }
  }

  window.addEventListener('keydown', pressed)
  onBeforeUnmount(() => window.removeEventListener('keydown', pressed))
}
