import { intentKey } from '@/format/key'
import { refused, useAct } from '@/graphql/useAct'
import { StartExportDocument } from '@/views/export/documents'
import { started } from '@/views/export/started'
import { SERVER_LISTS } from './serverLists'

/** Has the server write a long list; true when it has begun, and the notices show how far it is. */
export function useBackgroundExport(name: string, conditions: () => Record<string, unknown> | undefined) {
  const act = useAct(StartExportDocument)

  async function start(): Promise<boolean> {
    const list = SERVER_LISTS[name]
    const filter = conditions()
    if (!list || !filter) return false
    // A new key each time: the same list an hour later is another file.
    const key = intentKey()
    const { payload, problems } = await act.run({ list, filter: JSON.stringify(filter), key })
    if (!payload || refused(problems)) return false
    started.value += 1
    return true
  }

  return { start }
}
