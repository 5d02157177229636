import { onScopeDispose, ref } from 'vue'

/** True below the width at which the sidebar no longer fits beside the work. */
export function useNarrow() {
  const query = window.matchMedia('(max-width: 900px)')
  const narrow = ref(query.matches)
  const change = (): void => {
    narrow.value = query.matches
  }
  query.addEventListener('change', change)
  onScopeDispose(() => query.removeEventListener('change', change))
  return narrow
}
