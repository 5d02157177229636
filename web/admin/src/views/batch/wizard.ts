import { computed, reactive, ref, watch, type Ref } from 'vue'
import { useQuery } from '@urql/vue'
import type { BatchKind, SheetPreviewQuery } from '@/gql/graphql'
import { faultOf } from '@/graphql/fault'
import { SheetPreviewDocument } from './imports'

export type Preview = SheetPreviewQuery['sheetPreview']
export type PreviewColumn = Preview['columns'][number]

export interface Source {
  fileId: string
  kind: BatchKind
  companyId: string
}

/** What the columns of an upload are taken for: the server's guess, and over it what somebody chose. */
export function useColumns(source: Ref<Source | null>, firstSheet: string | null = null) {
  const sheet = ref<string | null>(firstSheet)
  // By file, kind and sheet, so that going back and forth loses no choice.
  const all = reactive<Record<string, Record<string, string>>>({})
  watch(
    () => source.value && `${source.value.fileId} ${source.value.kind}`,
    (now, before) => {
      if (before && now && now !== before) sheet.value = null
    },
  )
  const query = useQuery({
    query: SheetPreviewDocument,
    variables: computed(() => ({
      fileId: source.value?.fileId ?? '',
      kind: source.value?.kind ?? 'ENROLL',
      companyId: source.value?.companyId ?? '',
      sheetName: sheet.value,
    })),
    pause: computed(() => !source.value?.fileId || !source.value.companyId),
    requestPolicy: 'network-only',
  })
  const preview = computed(() => (source.value ? (query.data.value?.sheetPreview ?? null) : null))
  const place = computed(() => `${source.value?.fileId} ${source.value?.kind} ${preview.value?.chosenSheet}`)
  const chosen = computed(() => all[place.value] ?? {})

  function fieldOf(column: PreviewColumn): string {
    return chosen.value[column.mapping.header] ?? column.mapping.field ?? ''
  }

  /** A field belongs to one column: whoever had it before gives it up. */
  function choose(column: PreviewColumn, field: string): void {
    const now = { ...chosen.value }
    for (const other of preview.value?.columns ?? []) {
      if (field && other !== column && fieldOf(other) === field) now[other.mapping.header] = ''
    }
    now[column.mapping.header] = field
    all[place.value] = now
  }

  const missing = computed(() => {
    const taken = new Set(preview.value?.columns.map(fieldOf))
    return (preview.value?.fields ?? []).filter((field) => field.required && !taken.has(field.name))
  })

  return {
    sheet,
    preview,
    missing,
    fieldOf,
    choose,
    isChosen: (column: PreviewColumn): boolean => column.mapping.header in chosen.value,
    choices: computed(() => Object.entries(chosen.value).map(([header, field]) => ({ header, field: field || null }))),
    fetching: query.fetching,
    fault: computed(() => (query.fetching.value ? null : faultOf(query.error.value))),
    reload: () => query.executeQuery({ requestPolicy: 'network-only' }),
  }
}

export type ColumnsModel = ReturnType<typeof useColumns>
