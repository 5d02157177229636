import { useClientHandle, type AnyVariables } from '@urql/vue'
import type { TypedDocumentNode } from '@urql/core'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { faultOf } from './fault'
import { ownProblem, type Problem } from './problems'

export type Outcome<Payload> = { payload: Payload | null; problems: Problem[] }

/** One mutation: busy while it runs, refusals as values, a lost connection said as a problem too. */
export function useAct<Data extends object, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
) {
  const { client } = useClientHandle()
  const { t } = useI18n()
  const busy = ref(false)

  async function run(variables: Variables): Promise<Outcome<NonNullable<Data[keyof Data & string]>>> {
    busy.value = true
    try {
      const result = await client.mutation(document, variables).toPromise()
      const fault = faultOf(result.error)
      if (fault) {
        const problem = ownProblem(fault.kind, t(`fault.${fault.kind}`), t(`fault.${fault.kind}Remedy`, { ...fault }))
        return { payload: null, problems: [problem] }
      }
      const payload = Object.values(result.data ?? {}).find((value) => value && typeof value === 'object')
      const problems = ((payload as { problems?: Problem[] } | undefined)?.problems ?? []) as Problem[]
      return { payload: (payload ?? null) as NonNullable<Data[keyof Data & string]> | null, problems }
    } finally {
      busy.value = false
    }
  }

  return { run, busy }
}

/** Warnings may travel with a success; only an error means that nothing happened. */
export function refused(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'ERROR')
}
