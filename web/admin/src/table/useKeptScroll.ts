import { onActivated, onBeforeUnmount, onDeactivated, watch, type Ref } from 'vue'

/** A list taken out of sight loses its place in the browser; it gets it back when its tab is shown again. */
export function useKeptScroll(element: Ref<HTMLElement | null>): void {
  let place = { left: 0, top: 0 }
  let inSight = true

  function moved(): void {
    if (inSight && element.value) place = { left: element.value.scrollLeft, top: element.value.scrollTop }
  }

  watch(
    element,
    (now, before) => {
      before?.removeEventListener('scroll', moved)
      now?.addEventListener('scroll', moved, { passive: true })
    },
    { immediate: true },
  )
  onActivated(() => {
    inSight = true
    element.value?.scrollTo?.(place)
  })
  onDeactivated(() => {
    inSight = false
  })
  onBeforeUnmount(() => element.value?.removeEventListener('scroll', moved))
}
