import { useQuery } from '@urql/vue'
import { computed } from 'vue'
import type { AskedPeopleFragment } from '@/gql/graphql'
import { useSession } from '@/stores/session'
import { CompanyOptionsDocument } from '@/views/company/documents'
import { ColleaguesDocument } from './flowDocuments'

export interface Colleague {
  id: string
  name: string
}

/** The people who are asked for decisions today, and oneself: whom a step or a deputy can be chosen from. */
export function useColleagues() {
  const session = useSession()
  const companies = useQuery({ query: CompanyOptionsDocument, variables: { search: '' } })
  const companyId = computed(() => companies.data.value?.companies.edges[0]?.node.id ?? '')
  const asked = useQuery({
    query: ColleaguesDocument,
    variables: computed(() => ({ companyId: companyId.value })),
    pause: computed(() => !companyId.value),
  })

  return computed<Colleague[]>(() => {
    const runs = Object.values(asked.data.value ?? {}).filter((one) => typeof one === 'object') as AskedPeopleFragment[]
    const found = new Map<string, string>()
    if (session.staff) found.set(session.staff.id, session.staff.displayName)
    for (const run of runs) for (const step of run.steps ?? []) for (const one of step.asked) found.set(one.id, one.name)
    return [...found].map(([id, name]) => ({ id, name }))
  })
}
