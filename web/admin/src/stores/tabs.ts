import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useSession } from './session'

export interface Tab {
  path: string
  /** With its query, so that a list comes back with its filters. */
  fullPath: string
  /** Key of the text that names the page. */
  label: string
  /** The name of what is shown, where the page shows one record. */
  title?: string
}

export const MOST_TABS = 12
const MOST_CLOSED = 10

interface Kept {
  tabs: Tab[]
  closed: Tab[]
}

/** The open pages. What is in the list stays alive; the list outlives a reload, but not the browser's own tab. */
export const useTabs = defineStore('tabs', () => {
  const session = useSession()
  const tabs = ref<Tab[]>([])
  const closed = ref<Tab[]>([])
  const dirty = ref<Record<string, boolean>>({})
  let place = ''

  const alive = computed(() => tabs.value.map((tab) => tab.path))

  function restore(staffId: string): void {
    place = `shebao.tabs.${staffId}`
    try {
      const kept = JSON.parse(sessionStorage.getItem(place) ?? '{}') as Partial<Kept>
      tabs.value = kept.tabs ?? []
      closed.value = kept.closed ?? []
    } catch {
      tabs.value = []
      closed.value = []
    }
  }

  watch(
    () => session.staff?.id,
    (id) => {
      if (id && place !== `shebao.tabs.${id}`) restore(id)
    },
    { immediate: true },
  )
  watch(
    [tabs, closed],
    () => {
      if (place) sessionStorage.setItem(place, JSON.stringify({ tabs: tabs.value, closed: closed.value }))
    },
    { deep: true },
  )

  function of(path: string): Tab | undefined {
    return tabs.value.find((tab) => tab.path === path)
  }

  /** Where a menu entry leads: to the page as it was left, or to a fresh one. */
  function placeOf(path: string): string {
    return of(path)?.fullPath ?? path
  }

  /** Over the limit the oldest page without unsaved work goes, never the one just opened. */
  function makeRoom(here: string): void {
    while (tabs.value.length > MOST_TABS) {
      const oldest = tabs.value.find((tab) => tab.path !== here && !dirty.value[tab.path])
      if (!oldest) return
      forget([oldest.path])
    }
  }

  function visit(page: { path: string; fullPath: string; label: string }, instead?: string): void {
    const open = of(page.path)
    if (open) {
      open.fullPath = page.fullPath
      open.label = page.label
      if (instead) forget([instead])
    } else if (instead && of(instead)) {
      delete dirty.value[instead]
      tabs.value = tabs.value.map((tab) => (tab.path === instead ? { ...page } : tab))
    } else {
      tabs.value.push({ ...page })
      makeRoom(page.path)
    }
  }

  function forget(paths: readonly string[]): void {
    const going = tabs.value.filter((tab) => paths.includes(tab.path))
    closed.value = [...going.reverse(), ...closed.value].slice(0, MOST_CLOSED)
    tabs.value = tabs.value.filter((tab) => !paths.includes(tab.path))
    for (const path of paths) delete dirty.value[path]
  }

  function takeClosed(): Tab | undefined {
    const last = closed.value[0]
    closed.value = closed.value.slice(1)
    return last
  }

  function move(from: string, to: string): void {
    const start = alive.value.indexOf(from)
    const end = alive.value.indexOf(to)
    if (start < 0 || end < 0 || start === end) return
    const next = [...tabs.value]
    next.splice(end, 0, ...next.splice(start, 1))
    tabs.value = next
  }

  function setTitle(path: string, title: string): void {
    const tab = of(path)
    if (tab) tab.title = title
  }

  function setDirty(path: string, now: boolean): void {
    if (now) dirty.value[path] = true
    else delete dirty.value[path]
  }

  return { tabs, closed, dirty, alive, of, placeOf, visit, forget, takeClosed, move, setTitle, setDirty }
})
