import { ownProblem, type Problem } from '@/graphql/problems'

export interface Uploaded {
  id: string
  name: string
  size: number
}

/** `problems` is null when the connection broke before the server could say anything. */
export type UploadAnswer = { file: Uploaded } | { problems: Problem[] | null }

export const UPLOAD_LIMIT = 20 * 1024 * 1024
const SHEET = /\.(xlsx|xls|csv)$/i

/** The locale key of what is wrong with a file before it is sent, or null. */
export function fileFault(file: { name: string; size: number }): string | null {
  if (!SHEET.test(file.name)) return 'batch.fileType'
  if (file.size > UPLOAD_LIMIT) return 'batch.fileTooLarge'
  return file.size === 0 ? 'batch.fileEmpty' : null
}

/** XMLHttpRequest and not fetch, because only it tells how much has been sent. */
export function upload(file: File, progress: (share: number) => void): { answer: Promise<UploadAnswer>; stop: () => void } {
  const request = new XMLHttpRequest()
  const answer = new Promise<UploadAnswer>((resolve) => {
    const failed = (): void => resolve({ problems: null })
    request.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / event.total : 0)
    request.onerror = failed
    request.onabort = () => resolve({ problems: [] })
    request.onload = () => {
      const body = request.response as (Uploaded & { problems?: Partial<Problem>[] }) | null
      if (request.status === 201 && body) resolve({ file: body })
      else if (body?.problems) resolve({ problems: body.problems.map((one) => ({ ...ownProblem('', ''), ...one, severity: 'ERROR' as const })) })
      else failed()
    }
  })
  const form = new FormData()
  form.append('file', file)
  request.open('POST', '/files')
  request.responseType = 'json'
  request.setRequestHeader('X-Shebao-Client', 'console')
  request.send(form)
  return { answer, stop: () => request.abort() }
}
