import type { ContactInput, ContractInput } from '@/gql/graphql'
import type { Outcome } from '@/graphql/useAct'
import type { Problem } from '@/graphql/problems'

/** What can be done with contracts; suppliers and clients each bring their own mutations. */
export interface ContractActs {
  add: (input: ContractInput) => Promise<Problem[]>
  renew: (id: string, input: ContractInput) => Promise<Problem[]>
  end: (id: string, reason: string) => Promise<Problem[]>
}

export interface ContactActs {
  save: (id: string | null, input: ContactInput) => Promise<Problem[]>
  retire: (id: string) => Promise<Problem[]>
  reveal: (id: string, reason: string) => Promise<Outcome<{ value?: string | null }>>
}
