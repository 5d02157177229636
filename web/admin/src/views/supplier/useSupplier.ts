import { useQuery } from '@urql/vue'
import { computed } from 'vue'
import type { SupplierQuery } from '@/gql/graphql'
import { faultOf } from '@/graphql/fault'
import { useAct } from '@/graphql/useAct'
import type { ContactActs, ContractActs } from '@/views/contract/acts'
import {
  AddSupplierContractDocument,
  EndSupplierContractDocument,
  RenewSupplierContractDocument,
  RetireSupplierContactDocument,
  RevealSupplierContactDocument,
  SaveSupplierContactDocument,
} from './acts'
import { SupplierDocument } from './documents'

export type SupplierFull = NonNullable<SupplierQuery['supplier']>

export function useSupplier(id: string) {
  const query = useQuery({ query: SupplierDocument, variables: { id }, requestPolicy: 'cache-and-network' })
  const supplier = computed<SupplierFull | null>(() => query.data.value?.supplier ?? null)
  const fault = computed(() => {
    if (supplier.value || query.fetching.value) return null
    return faultOf(query.error.value) ?? (query.data.value ? { kind: 'notFound' as const } : null)
  })
  return { supplier, fault, reload: () => void query.executeQuery({ requestPolicy: 'network-only' }) }
}

export function useSupplierPapers(supplierId: string): { contracts: ContractActs; contacts: ContactActs } {
  const add = useAct(AddSupplierContractDocument)
  const renew = useAct(RenewSupplierContractDocument)
  const end = useAct(EndSupplierContractDocument)
  const save = useAct(SaveSupplierContactDocument)
  const retire = useAct(RetireSupplierContactDocument)
  const reveal = useAct(RevealSupplierContactDocument)
  return {
    contracts: {
      add: async (input) => (await add.run({ supplierId, input })).problems,
      renew: async (id, input) => (await renew.run({ id, input })).problems,
      end: async (id, reason) => (await end.run({ id, reason })).problems,
    },
    contacts: {
      save: async (id, input) => (await save.run({ supplierId, id, input })).problems,
      retire: async (id) => (await retire.run({ id })).problems,
      reveal: (id, reason) => reveal.run({ id, reason }),
    },
  }
}
