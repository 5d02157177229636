import { useClientHandle, type AnyVariables } from '@urql/vue'
import type { TypedDocumentNode } from '@urql/core'
import { onScopeDispose, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { onEnd, pipe, subscribe } from 'wonka'

const AGAIN = 5_000

/** Listens to a subscription while `variables` is not null, and begins again when the server ended it. */
export function useLive<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: MaybeRefOrGetter<Variables | null>,
  heard: (data: Data) => void,
): void {
  const { client } = useClientHandle()
  let stop: (() => void) | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function end(): void {
    clearTimeout(timer)
    const ending = stop
    stop = null
    ending?.()
  }

  function begin(current: Variables): void {
    end()
    let over = false
    const again = (): void => {
      clearTimeout(timer)
      if (!over) timer = setTimeout(() => begin(current), AGAIN)
    }
    const { unsubscribe } = pipe(
      client.subscription(document, current),
      onEnd(again),
      subscribe((result) => {
        if (result.data) heard(result.data)
        if (result.error) again()
      }),
    )
    stop = () => {
      over = true
      unsubscribe()
    }
  }

  watch(
    () => JSON.stringify(toValue(variables)),
    () => {
      const current = toValue(variables)
      if (current) begin(current)
      else end()
    },
    { immediate: true },
  )
  onScopeDispose(end)
}
