import { createI18n } from 'vue-i18n'

type Messages = Record<string, object>

function byWord(files: Record<string, object>): Messages {
  return Object.fromEntries(
    Object.entries(files).map(([path, texts]) => [path.replace(/^.*\/(\w+)\.ts$/, '$1'), texts]),
  )
}

/** One file a word and language; a word is found by its file. */
export const messages: Record<string, Messages> = {
  'zh-CN': byWord(import.meta.glob<object>('./zh-CN/*.ts', { eager: true, import: 'default' })),
  en: byWord(import.meta.glob<object>('./en/*.ts', { eager: true, import: 'default' })),
}

export const i18n = createI18n({ legacy: false, locale: 'zh-CN', fallbackLocale: 'zh-CN', messages: messages as never })
