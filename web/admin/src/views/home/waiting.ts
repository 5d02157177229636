import type { MonthBillsQuery, WaitingQuery } from '@/gql/graphql'

export interface WaitingItem {
  id: string
  path: string
  title: string
  note: string
  at?: string
}

export interface Waiting {
  key: 'approve' | 'confirm' | 'submit' | 'record' | 'bills'
  total: number
  path: string
  items: WaitingItem[]
}

const SHOWN = 5
type BatchGroup = WaitingQuery['checked']

function ofBatches(key: Waiting['key'], state: string, found: BatchGroup | undefined): Waiting {
  return {
    key,
    total: found?.totalCount ?? 0,
    path: `/batch?state=${state}`,
    items: (found?.edges ?? []).map(({ node }) => ({
      id: node.id,
      path: `/batch/${node.id}${state === 'CHECKED' ? '/check' : ''}`,
      title: `${node.number} · ${node.company?.name}`,
      note: node.month,
      at: node.createdAt,
    })),
  }
}

/** What waits for this person, the decisions of others first: somebody stands still until they are made. */
export function waitingGroups(
  found: WaitingQuery | undefined,
  bills: MonthBillsQuery['bills'] | null,
  can: (permission: string) => boolean,
): Waiting[] {
  const mine = (found?.approvals?.edges ?? []).map((edge) => edge.node).filter((approval) => approval.mayDecide)
  const drafts = (bills?.edges ?? []).map((edge) => edge.node).filter((bill) => bill.state === 'DRAFT')
  const groups: Waiting[] = [
    {
      key: 'approve',
      total: mine.length,
      path: '/approval',
      items: mine.slice(0, SHOWN).map((approval) => ({
        id: approval.id,
        path: '/approval',
        title: approval.title,
        note: approval.requestedBy,
        at: approval.requestedAt,
      })),
    },
  ]
  if (can('batch.confirm')) groups.push(ofBatches('confirm', 'CHECKED', found?.checked))
  if (can('batch.submit')) {
    groups.push(ofBatches('submit', 'APPROVED', found?.approved), ofBatches('record', 'SUBMITTED', found?.submitted))
  }
  if (can('bill.confirm')) {
    groups.push({
      key: 'bills',
      total: drafts.length,
      path: '/bill',
      items: drafts.slice(0, SHOWN).map((bill) => ({
        id: bill.id,
        path: `/bill/${bill.id}`,
        title: `${bill.company?.name} ${bill.month}`,
        note: bill.total,
      })),
    })
  }
  return groups.filter((group) => group.total > 0)
}
