import { ref, watch, type ComputedRef } from 'vue'
import { useSession } from '@/stores/session'

/**
 * What was typed outlives the end of the session, for the same person in the same tab of the browser.
 * It is written only then: nothing of a form lies in the browser while the work goes on.
 */
export function useDraft<Values extends Record<string, unknown>>(name: string, values: Values, dirty: ComputedRef<boolean>) {
  const session = useSession()
  const place = `shebao.draft.${session.staff?.id ?? ''}.${name}`
  const restored = ref(false)
  let unseen = false

  try {
    const kept = JSON.parse(sessionStorage.getItem(place) ?? 'null') as Partial<Values> | null
    if (kept) {
      for (const key of Object.keys(values)) if (key in kept) Object.assign(values, { [key]: kept[key] })
      restored.value = true
      unseen = true
    }
  } catch {
    sessionStorage.removeItem(place)
  }

  watch(
    () => session.expired,
    (expired) => {
      if (expired && dirty.value) sessionStorage.setItem(place, JSON.stringify(values))
    },
    { flush: 'sync' },
  )

  function drop(): void {
    restored.value = false
    sessionStorage.removeItem(place)
  }

  /** Once: what came back before anybody saw the form must not be swept away by its opening. */
  function isUnseen(): boolean {
    const was = unseen
    unseen = false
    return was
  }

  return { restored, drop, isUnseen }
}
