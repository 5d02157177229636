import { ref, watch, type Ref } from 'vue'

/** What one person's browser remembers of one thing; another person at the same screen has their own. */
export function readKept<Value>(place: string, fallback: Value): Value {
  try {
    const text = localStorage.getItem(place)
    return text ? (JSON.parse(text) as Value) : fallback
  } catch {
    return fallback
  }
}

/** A value that outlives the page. `place` names it; a full or forbidden storage only means that it is forgotten. */
export function kept<Value>(place: string, fallback: Value): Ref<Value> {
  const value = ref(readKept(place, fallback)) as Ref<Value>
  watch(
    value,
    (now) => {
      try {
        localStorage.setItem(place, JSON.stringify(now))
      } catch {
        // Nothing depends on it.
      }
    },
    { deep: true, flush: 'sync' },
  )
  return value
}
