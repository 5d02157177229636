import { money } from '@/format/money'
import type { FlowFieldsFragment } from '@/gql/graphql'

type Conditions = Pick<FlowFieldsFragment, 'minAmount' | 'maxAmount' | 'cityCode' | 'company'>
type Say = (key: string, values?: Record<string, unknown>) => string

/** When a flow holds, in words: the lower amount counts in, the upper does not. */
export function conditionWords(flow: Conditions, t: Say, cityName: (code: string) => string): string[] {
  const words: string[] = []
  if (flow.minAmount && flow.maxAmount) {
    words.push(t('flow.between', { min: money(flow.minAmount), max: money(flow.maxAmount) }))
  } else if (flow.minAmount) {
    words.push(t('flow.atLeast', { min: money(flow.minAmount) }))
  } else if (flow.maxAmount) {
    words.push(t('flow.below', { max: money(flow.maxAmount) }))
  }
  if (flow.cityCode) words.push(cityName(flow.cityCode))
  if (flow.company) words.push(t('flow.andBelow', { company: flow.company.name }))
  return words.length ? words : [t('flow.always')]
}
