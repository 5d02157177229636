import type { CombinedError } from '@urql/core'

export type FaultKind = 'network' | 'unauthenticated' | 'forbidden' | 'notFound' | 'internal'

export interface Fault {
  kind: FaultKind
  incident?: string
}

const KINDS: Record<string, FaultKind> = {
  UNAUTHENTICATED: 'unauthenticated',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'notFound',
}

/** Why a request has no answer. A refusal by the rules is never here: that is a problem inside the payload. */
export function faultOf(error: CombinedError | undefined): Fault | null {
  if (!error) return null
  const first = error.graphQLErrors[0]
  if (!first) return { kind: 'network' }
  const kind = KINDS[String(first.extensions.code)] ?? 'internal'
  const incident = first.extensions.incident
  return typeof incident === 'string' ? { kind, incident } : { kind }
}

export function isExpired(error: CombinedError): boolean {
  return error.graphQLErrors.some((one) => one.extensions.code === 'UNAUTHENTICATED')
}
