import { defineStore } from 'pinia'
import { ref, watch } from 'vue'

export type Language = 'zh-CN' | 'en'
export type Theme = 'light' | 'dark'

interface Preferences {
  language?: Language
  theme?: Theme
  pageSize?: number
  sidebarFolded?: boolean
}

const PLACE = 'shebao.preferences'

function read(): Preferences {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Preferences
  } catch {
    return {}
  }
}

export const usePreferences = defineStore('preferences', () => {
  const kept = read()
  const wantsDark = window.matchMedia?.('(prefers-color-scheme: dark)').matches
  const language = ref<Language>(kept.language ?? 'zh-CN')
  const theme = ref<Theme>(kept.theme ?? (wantsDark ? 'dark' : 'light'))
  const pageSize = ref(kept.pageSize ?? 50)
  const sidebarFolded = ref(kept.sidebarFolded ?? false)

  watch(
    [language, theme, pageSize, sidebarFolded],
    () => {
      document.documentElement.classList.toggle('dark', theme.value === 'dark')
      document.documentElement.lang = language.value
      const now: Preferences = {
        language: language.value,
        theme: theme.value,
        pageSize: pageSize.value,
        sidebarFolded: sidebarFolded.value,
      }
      localStorage.setItem(PLACE, JSON.stringify(now))
    },
    { immediate: true, flush: 'sync' },
  )

  return { language, theme, pageSize, sidebarFolded }
})
