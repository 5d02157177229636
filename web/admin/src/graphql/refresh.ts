import { makeOperation, type Client, type Exchange, type Operation } from '@urql/core'
import { pipe, tap } from 'wonka'

interface Shown {
  operation: Operation
  place: string
  at: number
}

/** Every query that somebody still looks at, the page that asked first, and when it was last answered. */
const shown = new Map<number, Shown>()
let asking: Client | null = null

export function refreshExchange(place: () => string): Exchange {
  return ({ forward, client }) => {
    asking = client
    return (operations$) =>
      pipe(
        operations$,
        tap((operation) => {
          if (operation.kind === 'teardown') shown.delete(operation.key)
          else if (operation.kind === 'query' && !shown.has(operation.key)) {
            shown.set(operation.key, { operation, place: place(), at: Date.now() })
          }
        }),
        forward,
        tap((result) => {
          const one = shown.get(result.operation.key)
          if (one) one.at = result.error ? 0 : Date.now()
        }),
      )
  }
}

function again(wanted: (one: Shown) => boolean): void {
  for (const one of [...shown.values()].filter(wanted)) {
    const { operation } = one
    asking?.reexecuteOperation(
      makeOperation('query', operation, { ...operation.context, requestPolicy: 'network-only' }),
    )
  }
}

/** A page that comes back into sight asks again for what is older than this; what is shown stays until the answer. */
const OLD = 5_000

export function refreshPlace(place: string): void {
  const now = Date.now()
  again((one) => one.place === place && now - one.at > OLD)
}

export function refreshAll(): void {
  again(() => true)
}
