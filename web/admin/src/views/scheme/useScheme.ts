import { useQuery } from '@urql/vue'
import { computed } from 'vue'
import type { SchemeQuery } from '@/gql/graphql'
import { faultOf } from '@/graphql/fault'
import { SchemeDocument } from './documents'

export type SchemeFull = Extract<NonNullable<SchemeQuery['node']>, { versions: unknown }>

export function useScheme(id: string) {
  const query = useQuery({ query: SchemeDocument, variables: { id }, requestPolicy: 'cache-and-network' })
  const scheme = computed<SchemeFull | null>(() => {
    const node = query.data.value?.node
    return node && 'versions' in node ? node : null
  })
  const fault = computed(() => {
    if (scheme.value || query.fetching.value) return null
    return faultOf(query.error.value) ?? (query.data.value ? { kind: 'notFound' as const } : null)
  })
  return { scheme, fault, reload: () => query.executeQuery({ requestPolicy: 'network-only' }) }
}
