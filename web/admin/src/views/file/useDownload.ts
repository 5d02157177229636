import { ref } from 'vue'
import { refused, type Outcome } from '@/graphql/useAct'
import type { Problem } from '@/graphql/problems'

interface FilePayload {
  file?: { name: string; url: string } | null
}

export function save(file: { name: string; url: string }): void {
  const link = document.createElement('a')
  link.href = file.url
  link.download = file.name
  document.body.append(link)
  link.click()
  link.remove()
}

/** Asks the server for a signed address and hands the file to the browser; a refusal stays beside the button. */
export function useDownload() {
  const problems = ref<Problem[]>([])
  const busy = ref(false)

  async function download(outcome: Promise<Outcome<FilePayload>>): Promise<void> {
    busy.value = true
    try {
      const { payload, problems: found } = await outcome
      problems.value = found
      if (payload?.file && !refused(found)) save(payload.file)
    } finally {
      busy.value = false
    }
  }

  return { download, problems, busy }
}
