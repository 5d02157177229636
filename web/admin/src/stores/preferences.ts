import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'

export type Language = 'zh-CN' | 'en'
export type Theme = 'light' | 'dark'
export type ThemeChoice = Theme | 'system'

interface Preferences {
  language?: Language
  theme?: ThemeChoice
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
  const system = window.matchMedia?.('(prefers-color-scheme: dark)')
  const systemDark = ref(Boolean(system?.matches))
  system?.addEventListener('change', (event) => {
    systemDark.value = event.matches
  })

  const language = ref<Language>(kept.language ?? 'zh-CN')
  const themeChoice = ref<ThemeChoice>(kept.theme ?? 'system')
  /** What is shown; to set it is to choose it. */
  const theme = computed<Theme>({
    get: () => (themeChoice.value === 'system' ? (systemDark.value ? 'dark' : 'light') : themeChoice.value),
    set: (chosen) => {
      themeChoice.value = chosen
    },
  })
  const pageSize = ref(kept.pageSize ?? 50)
  const sidebarFolded = ref(kept.sidebarFolded ?? false)

  watch(
    [language, themeChoice, theme, pageSize, sidebarFolded],
    () => {
      document.documentElement.classList.toggle('dark', theme.value === 'dark')
      document.documentElement.lang = language.value
      const now: Preferences = {
        language: language.value,
        theme: themeChoice.value,
        pageSize: pageSize.value,
        sidebarFolded: sidebarFolded.value,
      }
      localStorage.setItem(PLACE, JSON.stringify(now))
    },
    { immediate: true, flush: 'sync' },
  )

  return { language, theme, themeChoice, pageSize, sidebarFolded }
})
