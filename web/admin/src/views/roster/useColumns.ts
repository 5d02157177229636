import { useQuery } from '@urql/vue'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import type { RosterCategory } from '@/gql/graphql'
import { faultOf } from '@/graphql/fault'
import { RosterColumnsDocument } from './documents'

/** The columns of a roster, as the server has them; they hardly ever change, so the cache will do. */
export function useColumns(kind: MaybeRefOrGetter<RosterCategory>, pause: MaybeRefOrGetter<boolean> = false) {
  const query = useQuery({
    query: RosterColumnsDocument,
    variables: computed(() => ({ kind: toValue(kind) })),
    pause: computed(() => toValue(pause)),
  })
  return {
    columns: computed(() => query.data.value?.rosterColumns ?? []),
    fault: computed(() => (query.fetching.value ? null : faultOf(query.error.value))),
    reload: () => query.executeQuery(),
  }
}
