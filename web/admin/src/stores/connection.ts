import { defineStore } from 'pinia'
import { ref } from 'vue'

const PAUSE = 2_000
const PROBE = '/healthz'
const LIMIT = 5_000

/** Whether the server answers. A broken socket or request only raises the question; the probe decides it. */
export const useConnection = defineStore('connection', () => {
  const lost = ref(false)
  const waiting: (() => void)[] = []
  let looking = false

  async function answers(): Promise<boolean> {
    try {
      return (await fetch(PROBE, { cache: 'no-store', signal: AbortSignal.timeout(LIMIT) })).ok
    } catch {
      return false
    }
  }

  async function look(): Promise<void> {
    if (looking) return
    looking = true
    try {
      while (!(await answers())) {
        lost.value = true
        await new Promise((resolve) => setTimeout(resolve, PAUSE))
      }
    } finally {
      looking = false
    }
    if (!lost.value) return
    lost.value = false
    for (const go of waiting.splice(0)) go()
  }

  /** Runs once when the server answers again. */
  function onceBack(go: () => void): void {
    if (!waiting.includes(go)) waiting.push(go)
  }

  function lose(): void {
    lost.value = true
    void look()
  }

  return { lost, look, lose, onceBack }
})
