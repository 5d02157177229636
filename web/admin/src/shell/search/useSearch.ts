import { useClientHandle } from '@urql/vue'
import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RecentBatchesQuery, SearchQuery } from '@/gql/graphql'
import { faultOf, type Fault } from '@/graphql/fault'
import { useSession } from '@/stores/session'
import { MENU } from '../menu'
import { RecentBatchesDocument, SearchDocument } from './documents'

export interface Hit {
  id: string
  text: string
  note?: string
  to: string
}
export interface Group {
  key: 'page' | 'person' | 'company' | 'batch'
  hits: Hit[]
}

const REST = 250
const MOST = 6

/** Pages by their name at once; people, companies and batches as soon as the typing rests. */
export function useSearch() {
  const { client } = useClientHandle()
  const { t } = useI18n()
  const session = useSession()
  const text = ref('')
  const busy = ref(false)
  const fault = ref<Fault | null>(null)
  const found = shallowRef<SearchQuery>({})
  const batches = shallowRef<RecentBatchesQuery['batches']['edges']>([])
  const people = session.can('person.read')
  const companies = session.can('company.read')
  let timer: ReturnType<typeof setTimeout> | undefined
  let latest = 0

  if (session.can('batch.read')) {
    void client
      .query(RecentBatchesDocument, {}, { requestPolicy: 'cache-and-network' })
      .toPromise()
      .then(({ data }) => {
        batches.value = data?.batches.edges ?? []
      })
  }

  async function ask(word: string): Promise<void> {
    const mine = ++latest
    const result = await client
      .query(SearchDocument, { text: word, people, companies }, { requestPolicy: 'network-only' })
      .toPromise()
    // A slow answer to an earlier word must not replace the answer to the last one.
    if (mine !== latest) return
    busy.value = false
    fault.value = faultOf(result.error)
    found.value = result.data ?? {}
  }

  watch(text, (now) => {
    clearTimeout(timer)
    const word = now.trim()
    latest += 1
    found.value = {}
    fault.value = null
    busy.value = Boolean(word) && (people || companies)
    if (busy.value) timer = setTimeout(() => void ask(word), REST)
  })

  const pages = computed<Hit[]>(() => {
    const word = text.value.trim().toLowerCase()
    return MENU.flatMap((group) => group.items)
      .filter((item) => session.can(item.permission))
      .map((item) => ({ id: item.word, text: t(`${item.word}.menu`), to: item.path }))
      .filter((hit) => !word || hit.text.toLowerCase().includes(word) || hit.id.includes(word))
  })

  const groups = computed<Group[]>(() => {
    const word = text.value.trim().toUpperCase()
    const all: Group[] = [
      {
        key: 'person',
        hits: (found.value.people?.edges ?? []).map(({ node }) => {
          const last = node.enrollments[0]
          return {
            id: node.id,
            text: node.name,
            note: [node.idNumberMasked, last?.company?.name].filter(Boolean).join(' · '),
            to: last ? `/enrollment/${last.id}` : `/enrollment?search=${encodeURIComponent(node.name)}`,
          }
        }),
      },
      {
        key: 'company',
        hits: (found.value.companies?.edges ?? []).map(({ node }) => ({
          id: node.id,
          text: node.name,
          note: node.creditCode ?? undefined,
          to: session.can('enrollment.read') ? `/enrollment?company=${node.id}` : `/company?search=${encodeURIComponent(node.name)}`,
        })),
      },
      {
        key: 'batch',
        hits: batches.value
          .filter(({ node }) => word && node.number.toUpperCase().includes(word))
          .slice(0, MOST)
          .map(({ node }) => ({
            id: node.id,
            text: node.number,
            note: [t(`kind.${node.kind}`), node.company?.name, t(`state.batch.${node.state}`)].filter(Boolean).join(' · '),
            to: `/batch/${node.id}`,
          })),
      },
      { key: 'page', hits: pages.value },
    ]
    return all.filter((group) => group.hits.length)
  })

  return { text, busy, fault, groups, again: () => ask(text.value.trim()) }
}
