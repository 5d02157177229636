import { onBeforeUnmount } from 'vue'
import { useRouter, type RouteLocationNormalized } from 'vue-router'
import { useSession } from '@/stores/session'
import { useTabs } from '@/stores/tabs'

/** Every page of the menu that is reached gets a tab; one that replaces another takes its place. */
export function useVisits(): void {
  const router = useRouter()
  const session = useSession()
  const tabs = useTabs()

  function visit(to: RouteLocationNormalized, instead?: string): void {
    const { word, title, permission } = to.meta
    const label = title ?? (word ? `${word}.menu` : '')
    if (to.meta.open || !label || !session.can(permission)) return
    tabs.visit({ path: to.path, fullPath: to.fullPath, label }, instead)
  }

  visit(router.currentRoute.value)
  onBeforeUnmount(
    router.afterEach((to, from, failure) => {
      if (failure) return
      const replaced = Boolean((window.history.state as { replaced?: boolean } | null)?.replaced)
      visit(to, replaced && from.path !== to.path ? from.path : undefined)
    }),
  )
}
