import type { ApprovalFlowInput, ApprovalMode, FlowFieldsFragment, ProblemFieldsFragment } from '@/gql/graphql'

/** A step as it is being written; approvers are `KIND:code`, so that one picker holds all three kinds. */
export interface StepValues {
  name: string
  mode: ApprovalMode
  approvers: string[]
  unit: 'none' | 'hours' | 'days'
  limit: number
  escalateTo: string
  skipIfSame: boolean
}

export interface FlowValues extends Record<string, unknown> {
  business: string
  name: string
  priority: number
  companyId: string
  cityCode: string
  minAmount: string
  maxAmount: string
  steps: StepValues[]
}

export function newStep(name: string): StepValues {
  return { name, mode: 'ANY', approvers: [], unit: 'none', limit: 24, escalateTo: '', skipIfSame: false }
}

export function valuesOf(flow: FlowFieldsFragment | null, firstStep: string): FlowValues {
  return {
    business: flow?.business ?? 'batch',
    name: flow?.name ?? '',
    priority: flow?.priority ?? 0,
    companyId: flow?.company?.id ?? '',
    cityCode: flow?.cityCode ?? '',
    minAmount: flow?.minAmount ?? '',
    maxAmount: flow?.maxAmount ?? '',
    steps: flow?.steps.map(stepValues) ?? [newStep(firstStep)],
  }
}

function stepValues(step: FlowFieldsFragment['steps'][number]): StepValues {
  return {
    name: step.name,
    mode: step.mode,
    approvers: step.approvers.map((one) => `${one.kind}:${one.code}`),
    unit: step.hours ? 'hours' : step.days ? 'days' : 'none',
    limit: step.hours || step.days || 24,
    escalateTo: step.escalateTo ?? '',
    skipIfSame: step.skipIfSame,
  }
}

export function inputOf(values: FlowValues, flow: FlowFieldsFragment | null): ApprovalFlowInput {
  return {
    business: values.business,
    name: values.name.trim(),
    line: flow?.line ?? null,
    basedOn: flow?.version ?? null,
    priority: Number(values.priority) || 0,
    companyId: values.companyId || null,
    cityCode: values.cityCode || null,
    minAmount: values.minAmount || null,
    maxAmount: values.maxAmount || null,
    steps: values.steps.map((step) => ({
      name: step.name.trim(),
      mode: step.mode,
      approvers: step.approvers.map(approverInput),
      hours: step.unit === 'hours' ? step.limit : 0,
      days: step.unit === 'days' ? step.limit : 0,
      escalateTo: (step.unit !== 'none' && step.escalateTo) || null,
      skipIfSame: step.skipIfSame,
    })),
  }
}

function approverInput(text: string) {
  const [kind = '', ...rest] = text.split(':')
  const code = rest.join(':')
  if (kind === 'STAFF') return { staffId: code }
  return kind === 'ROLE' ? { role: code } : { permission: code }
}

/** `steps.1.approvers.0` belongs to the approvers of the second step; anything else is the flow's own. */
export function placeInSteps<P extends Pick<ProblemFieldsFragment, 'field'>>(problems: readonly P[]) {
  const steps: Record<string, P> = {}
  const others: P[] = []
  for (const problem of problems) {
    const place = /(?:^|\.)steps\.(\d+)\.(\w+)/.exec(problem.field ?? '')
    const key = place ? `${place[1]}.${place[2]}` : ''
    if (key && !steps[key]) steps[key] = problem
    else others.push(problem)
  }
  return { steps, others }
}
