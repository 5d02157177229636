import { useQuery } from '@urql/vue'
import { computed, onScopeDispose, ref, watch } from 'vue'
import type { BatchProgressSubscription } from '@/gql/graphql'
import { faultOf, type Fault } from '@/graphql/fault'
import { useLive } from '@/graphql/useLive'
import { BatchDocument, BatchProgressDocument } from './documents'

const POLL = 4_000

/** One batch, live while it is checked: events move the figures, and a poll stands in when no event comes. */
export function useBatch(id: string) {
  const query = useQuery({ query: BatchDocument, variables: { id }, requestPolicy: 'cache-and-network' })
  const batch = computed(() => query.data.value?.batch ?? null)
  const progress = ref<BatchProgressSubscription['batchProgress'] | null>(null)
  const checking = computed(() => batch.value?.state === 'CHECKING')
  let heardAt = 0

  function reload(): void {
    query.executeQuery({ requestPolicy: 'network-only' })
  }

  useLive(
    BatchProgressDocument,
    computed(() => (checking.value ? { id } : null)),
    ({ batchProgress }) => {
      heardAt = Date.now()
      progress.value = batchProgress
      if (batchProgress.state !== 'CHECKING') reload()
    },
  )
  const timer = setInterval(() => {
    if (checking.value && Date.now() - heardAt > POLL) reload()
  }, POLL)
  onScopeDispose(() => clearInterval(timer))
  watch(checking, (now) => {
    if (!now) progress.value = null
  })

  const fault = computed<Fault | null>(() => {
    if (batch.value || query.fetching.value) return null
    return faultOf(query.error.value) ?? (query.data.value ? { kind: 'notFound' } : null)
  })

  return { batch, progress, fault, reload }
}
