import { ElMessage } from 'element-plus'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Problem } from '@/graphql/problems'
import { useAct } from '@/graphql/useAct'
import {
  DeactivateStaffDocument,
  ForceSignOutDocument,
  ReactivateStaffDocument,
  ResetSecondFactorDocument,
  ResetStaffPasswordDocument,
  UnlockStaffDocument,
} from './accountActs'

/** What an administrator does to somebody else's account; those marked so are asked for a reason. */
export const ACTS = {
  resetPassword: { reason: true, danger: false },
  resetFactor: { reason: true, danger: false },
  unlock: { reason: false, danger: false },
  signOut: { reason: false, danger: false },
  deactivate: { reason: true, danger: true },
  reactivate: { reason: false, danger: false },
} as const
export type AccountAct = keyof typeof ACTS

export function useAccountActs(id: string, changed: (told: Problem[]) => void) {
  const { t } = useI18n()
  const resetPassword = useAct(ResetStaffPasswordDocument)
  const resetFactor = useAct(ResetSecondFactorDocument)
  const unlock = useAct(UnlockStaffDocument)
  const signOut = useAct(ForceSignOutDocument)
  const deactivate = useAct(DeactivateStaffDocument)
  const reactivate = useAct(ReactivateStaffDocument)
  const asking = ref<AccountAct | null>(null)
  const password = ref('')
  let told: Problem[] = []

  const runs: Record<AccountAct, (reason: string) => Promise<Problem[]>> = {
    resetPassword: async (reason) => {
      const { payload, problems } = await resetPassword.run({ id, reason })
      password.value = payload?.password ?? ''
      return problems
    },
    resetFactor: async (reason) => (await resetFactor.run({ staffId: id, reason })).problems,
    unlock: async () => (await unlock.run({ staffId: id })).problems,
    signOut: async () => (await signOut.run({ id })).problems,
    deactivate: async (reason) => (await deactivate.run({ id, reason })).problems,
    reactivate: async () => (await reactivate.run({ id })).problems,
  }

  async function act(reason: string): Promise<Problem[]> {
    told = asking.value ? await runs[asking.value](reason) : []
    return told
  }

  function done(): void {
    ElMessage.success(t(`staff.actDone.${asking.value}`))
    changed(told)
  }

  return { asking, password, act, done, terms: computed(() => (asking.value ? ACTS[asking.value] : null)) }
}
