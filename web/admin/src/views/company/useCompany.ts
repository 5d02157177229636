import { useQuery } from '@urql/vue'
import { computed } from 'vue'
import { faultOf } from '@/graphql/fault'
import { useAct } from '@/graphql/useAct'
import type { ContactActs, ContractActs } from '@/views/contract/acts'
import {
  AddCompanyContractDocument,
  EndCompanyContractDocument,
  RenewCompanyContractDocument,
  RetireCompanyContactDocument,
  RevealCompanyContactDocument,
  SaveCompanyContactDocument,
} from './acts'
import { CompanyDocument } from './documents'

export function useCompany(id: string) {
  const query = useQuery({ query: CompanyDocument, variables: { id }, requestPolicy: 'cache-and-network' })
  const company = computed(() => query.data.value?.company ?? null)
  const fault = computed(() => {
    if (company.value || query.fetching.value) return null
    return faultOf(query.error.value) ?? (query.data.value ? { kind: 'notFound' as const } : null)
  })
  return { company, fault, reload: () => void query.executeQuery({ requestPolicy: 'network-only' }) }
}

export function useCompanyPapers(companyId: string): { contracts: ContractActs; contacts: ContactActs } {
  const add = useAct(AddCompanyContractDocument)
  const renew = useAct(RenewCompanyContractDocument)
  const end = useAct(EndCompanyContractDocument)
  const save = useAct(SaveCompanyContactDocument)
  const retire = useAct(RetireCompanyContactDocument)
  const reveal = useAct(RevealCompanyContactDocument)
  return {
    contracts: {
      add: async (input) => (await add.run({ companyId, input })).problems,
      renew: async (id, input) => (await renew.run({ id, input })).problems,
      end: async (id, reason) => (await end.run({ id, reason })).problems,
    },
    contacts: {
      save: async (id, input) => (await save.run({ companyId, id, input })).problems,
      retire: async (id) => (await retire.run({ id })).problems,
      reveal: (id, reason) => reveal.run({ id, reason }),
    },
  }
}
