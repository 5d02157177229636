import type { AuditLogQuery } from '@/gql/graphql'
import { exact } from '@/format/time'
import type { Column } from '@/table/columns'

export type AuditRow = AuditLogQuery['auditLog']['edges'][number]['node']

export const columns: Column<AuditRow>[] = [
  { key: 'label', label: 'audit.act', width: 200 },
  { key: 'actor', label: 'audit.actor', width: 120, text: (row) => row.actor },
  { key: 'subject', label: 'audit.subject', width: 240, text: (row) => row.subject, wide: true },
  { key: 'detail', label: 'audit.detail', width: 300, text: (row) => row.detail, wide: true },
  { key: 'at', label: 'audit.at', width: 170, text: (row) => exact(row.at) },
]
