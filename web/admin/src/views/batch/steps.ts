import type { Step } from '@/components/StepStrip.vue'
import type { BatchState } from '@/gql/graphql'

type Translate = (key: string) => string

/** The import wizard: what for whom, the sheet, its columns, check and correction, confirmation. */
export function wizardSteps(now: number, t: Translate): Step[] {
  return ['batch.stepWhat', 'batch.stepUpload', 'batch.stepColumns', 'batch.stepCheck', 'batch.stepConfirm'].map((key, index) => ({
    label: t(key),
    state: index < now ? 'done' : index === now ? 'now' : 'todo',
  }))
}

const LIFE: BatchState[] = ['CHECKING', 'CHECKED', 'IN_REVIEW', 'APPROVED', 'SUBMITTED', 'DONE']

/** The life of a batch; one that ended early shows where it stopped. */
export function lifeSteps(state: BatchState, approvalAsked: boolean, t: Translate): Step[] {
  const ended = state === 'WITHDRAWN' || state === 'REJECTED' || state === 'FAILED'
  const stopped = state === 'FAILED' ? 0 : state === 'REJECTED' || approvalAsked ? 2 : 1
  const at = ended ? stopped : LIFE.indexOf(state)
  return LIFE.map((step, index) => {
    if (ended && index === at) return { label: t(`state.batch.${state}`), state: 'bad' }
    const done = index < at || (state === 'DONE' && index === at)
    return { label: t(`batch.life.${step}`), state: done ? 'done' : index === at ? 'now' : 'todo' }
  })
}
