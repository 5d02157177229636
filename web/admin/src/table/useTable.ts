import { useClientHandle, useQuery, type AnyVariables } from '@urql/vue'
import type { TypedDocumentNode } from '@urql/core'
import { storeToRefs } from 'pinia'
import { computed, ref, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { faultOf } from '@/graphql/fault'
import { usePreferences } from '@/stores/preferences'
import { readState, sameFilters, sameQuery, writeState, type Filters, type TableState } from './urlState'

export interface Connection<Row> {
  edges: readonly { node: Row }[]
  pageInfo: { hasNextPage: boolean; endCursor?: string | null }
  totalCount: number
}

export interface Page {
  first: number
  after: string | null
}

interface Options<Data, Variables extends AnyVariables, Row, F extends Filters> {
  document: TypedDocumentNode<Data, Variables>
  filters: F
  variables: (filters: F, page: Page) => Variables
  connection: (data: Data) => Connection<Row> | null | undefined
  pause?: MaybeRefOrGetter<boolean>
}

/** Every list of the console: filters and place in the address, cursor pages, and one state for each way it can look. */
export function useTable<Data, Variables extends AnyVariables, Row, F extends Filters>(
  options: Options<Data, Variables, Row, F>,
) {
  const route = useRoute()
  const router = useRouter()
  const { pageSize } = storeToRefs(usePreferences())
  const path = route.path

  const state = ref<TableState<F>>(readState(route.query, options.filters))
  // While the next page is already in the address bar this list must not read that page's query.
  watch(
    () => route.query,
    (query) => {
      if (route.path !== path) return
      const ours = writeState(query, state.value as TableState<F>, options.filters)
      if (!sameQuery(ours, query)) state.value = readState(query, options.filters) as typeof state.value
    },
  )
  const { client } = useClientHandle()
  const cursors: string[] = []

  const variables = computed(() =>
    options.variables(state.value.filters as F, { first: pageSize.value, after: state.value.after || null }),
  )
  const query = useQuery<Data, Variables>({
    query: options.document,
    variables: variables as never,
    requestPolicy: 'cache-and-network',
    pause: computed(() => toValue(options.pause) ?? false),
  })

  const shown = shallowRef<Connection<Row> | null>(null)
  watch(
    query.data,
    (data) => {
      const connection = data ? options.connection(data) : null
      if (connection) shown.value = connection
    },
    { immediate: true },
  )

  const fault = computed(() => (query.fetching.value ? null : faultOf(query.error.value)))
  const rows = computed<Row[]>(() => shown.value?.edges.map((edge) => edge.node) ?? [])
  const filtered = computed(() => !sameFilters(options.filters, state.value.filters))

  function go(next: TableState<F>): void {
    state.value = next as typeof state.value
    void router.replace({ query: writeState(route.query, next, options.filters) })
  }

  function setFilter(name: keyof F & string, value: string | null | undefined): void {
    setFilters({ [name]: value ?? '' } as Partial<F>)
  }

  function setFilters(changes: Partial<F>): void {
    cursors.length = 0
    go({ filters: { ...(state.value.filters as F), ...changes }, after: '', page: 1 })
  }

  function clear(): void {
    setFilters(options.filters)
  }

  function next(): void {
    const end = shown.value?.pageInfo.endCursor
    if (!end) return
    cursors[state.value.page - 1] = state.value.after
    go({ filters: state.value.filters as F, after: end, page: state.value.page + 1 })
  }

  function previous(): void {
    // After a reload the way back is not known page by page, so it leads to the first one.
    const after = cursors[state.value.page - 2]
    go({ filters: state.value.filters as F, after: after ?? '', page: after === undefined ? 1 : state.value.page - 1 })
  }

  function resize(size: number): void {
    pageSize.value = size
    setFilters({})
  }

  /** Any page of the list as it is filtered now; for what goes through all of it. */
  async function fetchPage(page: Page): Promise<Connection<Row>> {
    const asked = options.variables(state.value.filters as F, page)
    const { data, error } = await client.query(options.document, asked, { requestPolicy: 'network-only' }).toPromise()
    const connection = data ? options.connection(data) : null
    if (!connection) throw error ?? new Error('no answer')
    return connection
  }

  /** What the list is asked for, without the page: an export of the whole list is asked for the same. */
  function conditions(): Record<string, unknown> {
    const { first: _first, after: _after, ...rest } = options.variables(state.value.filters as F, { first: 1, after: null }) as Record<string, unknown>
    return rest
  }

  return {
    rows,
    total: computed(() => shown.value?.totalCount ?? null),
    loading: computed(() => !shown.value && !fault.value),
    refreshing: computed(() => Boolean(shown.value) && query.fetching.value),
    fault,
    filters: computed(() => state.value.filters as F),
    filtered,
    page: computed(() => state.value.page),
    pageSize,
    hasNext: computed(() => shown.value?.pageInfo.hasNextPage ?? false),
    setFilter,
    setFilters,
    fetchPage,
    conditions,
    clear,
    next,
    previous,
    resize,
    reload: () => query.executeQuery({ requestPolicy: 'network-only' }),
  }
}

/** What the drawing of a list needs to know of it. */
export type TableModel<Row> = Pick<
  ReturnType<typeof useTable<unknown, AnyVariables, Row, Filters>>,
  | 'rows'
  | 'total'
  | 'loading'
  | 'refreshing'
  | 'fault'
  | 'filtered'
  | 'filters'
  | 'fetchPage'
  | 'page'
  | 'pageSize'
  | 'hasNext'
  | 'clear'
  | 'next'
  | 'previous'
  | 'resize'
  | 'reload'
> & { setFilters: (changes: Filters) => void; conditions?: () => Record<string, unknown> }
