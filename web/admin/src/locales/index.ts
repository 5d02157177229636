import zhCn from 'element-plus/es/locale/lang/zh-cn'
import { shallowRef } from 'vue'
import { createI18n } from 'vue-i18n'
import { byWord } from './byWord'

export const chinese = byWord(import.meta.glob<object>('./zh-CN/*.ts', { eager: true, import: 'default' }))

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': chinese } as never,
})

/** What Element Plus itself says. */
export const elementWords = shallowRef(zhCn)

/** English is fetched by those who read it. */
export async function speak(language: string): Promise<void> {
  const { global } = i18n as unknown as {
    global: { locale: { value: string }; setLocaleMessage: (name: string, words: object) => void }
  }
  if (language === 'en') {
    const words = await import('./english')
    global.setLocaleMessage('en', words.english)
    elementWords.value = words.elementWords
  } else {
    elementWords.value = zhCn
  }
  global.locale.value = language
}
