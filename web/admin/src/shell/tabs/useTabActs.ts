import { useRouter } from 'vue-router'
import { mayLeave } from '@/form/leave'
import { useTabs, type Tab } from '@/stores/tabs'

/** Closing and reopening, with a question before unsaved work goes. */
export function useTabActs() {
  const router = useRouter()
  const tabs = useTabs()

  async function closeAll(paths: readonly string[]): Promise<void> {
    if (!paths.length) return
    if (paths.some((path) => tabs.dirty[path]) && !(await mayLeave())) return
    const here = router.currentRoute.value.path
    if (paths.includes(here)) {
      const at = tabs.alive.indexOf(here)
      const left = (tab: Tab): boolean => !paths.includes(tab.path)
      const next = tabs.tabs.slice(at + 1).find(left) ?? tabs.tabs.slice(0, at).reverse().find(left)
      const failure = await router.push(next?.fullPath ?? '/')
      if (failure) return
    }
    tabs.forget(paths.filter((path) => path !== router.currentRoute.value.path))
  }

  return {
    close: (path: string) => closeAll([path]),
    closeOthers: (path: string) => closeAll(tabs.alive.filter((one) => one !== path)),
    closeRight: (path: string) => closeAll(tabs.alive.slice(tabs.alive.indexOf(path) + 1)),
    reopen: async (): Promise<void> => {
      const last = tabs.takeClosed()
      if (last) await router.push(last.fullPath)
    },
  }
}
