import { useQuery } from '@urql/vue'
import { computed, ref, watch } from 'vue'
import type { SavedFilterFieldsFragment } from '@/gql/graphql'
import type { Problem } from '@/graphql/problems'
import { refused, useAct, type Outcome } from '@/graphql/useAct'
import { kept } from '@/stores/kept'
import { useSession } from '@/stores/session'
import { DeleteFilterDocument, OpenListWithDocument, SavedFiltersDocument, SaveFilterDocument } from './filterDocuments'
import { SERVER_LISTS } from './serverLists'
import { isPrivate, type Filters } from './urlState'

export interface SavedFilter {
  id: string
  name: string
  filters: Filters
  /** Used by itself when the list is opened without any filter. */
  standard: boolean
  shared: boolean
  /** Those of others can be used, not changed. */
  own: boolean
  owner: string
}

/** What was kept under a name; a filter of another release may hold anything, so that only texts are taken. */
function filtersOf(query: string): Filters {
  try {
    const found: unknown = JSON.parse(query)
    return Object.fromEntries(Object.entries(found ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  } catch {
    return {}
  }
}

function read(one: SavedFilterFieldsFragment): SavedFilter {
  const { id, name, shared, own, owner } = one
  return { id, name, filters: filtersOf(one.query), standard: one.opensList, shared, own, owner }
}

interface FiltersPayload {
  filters: readonly SavedFilterFieldsFragment[]
}

/**
 * The named filters of a list: one's own and those that colleagues share, kept by the server. The browser remembers the
 * one that the list opens with, so that the list need not wait for the answer; phone and ID numbers are never kept.
 */
export function useSavedFilters(name: string) {
  const session = useSession()
  const list = SERVER_LISTS[name] ?? null
  const standard = kept<{ filters: Filters } | null>(`shebao.filter.${session.staff?.id ?? ''}.${name}`, null)
  const saved = ref<SavedFilter[]>([])
  const problems = ref<Problem[]>([])
  const query = useQuery({
    query: SavedFiltersDocument,
    variables: { list: list ?? '' },
    pause: !list,
    requestPolicy: 'cache-and-network',
  })

  function take(found: readonly SavedFilterFieldsFragment[]): void {
    saved.value = found.map(read)
    const opens = saved.value.find((one) => one.standard)
    standard.value = opens ? { filters: opens.filters } : null
  }
  watch(
    query.data,
    (data) => {
      // Another list's answer, or none, must not take the default away.
      if (data?.savedFilters) take(data.savedFilters)
    },
    { immediate: true },
  )

  const saving = useAct(SaveFilterDocument)
  const dropping = useAct(DeleteFilterDocument)
  const opening = useAct(OpenListWithDocument)

  async function settle(outcome: Promise<Outcome<FiltersPayload>>): Promise<boolean> {
    const { payload, problems: found } = await outcome
    problems.value = found
    if (refused(found) || !payload) return false
    take(payload.filters)
    return true
  }

  function save(title: string, filters: Filters, shared: boolean): Promise<boolean> {
    const plain = Object.fromEntries(Object.entries(filters).filter(([, value]) => !isPrivate(value)))
    // The same name again means the same filter, changed.
    const before = saved.value.find((one) => one.own && one.name === title)
    return settle(saving.run({ input: { list: list ?? '', name: title, query: JSON.stringify(plain), shared, id: before?.id ?? null } }))
  }

  function share(one: SavedFilter): Promise<boolean> {
    const input = { list: list ?? '', name: one.name, query: JSON.stringify(one.filters), shared: !one.shared, id: one.id }
    return settle(saving.run({ input }))
  }

  const drop = (one: SavedFilter): Promise<boolean> => settle(dropping.run({ id: one.id }))
  const toggleStandard = (one: SavedFilter): Promise<boolean> =>
    settle(opening.run({ list: list ?? '', id: one.standard ? null : one.id }))
  const busy = computed(() => saving.busy.value || dropping.busy.value || opening.busy.value)

  return { available: list !== null, saved, standard, problems, busy, save, share, drop, toggleStandard }
}

export type SavedFiltersModel = ReturnType<typeof useSavedFilters>
