import { i18n } from '@/locales'

/** Asks before something typed is thrown away. The dialog is fetched only when it is needed. */
export async function mayLeave(): Promise<boolean> {
  const { t } = i18n.global as unknown as { t: (key: string) => string }
  const [{ ElMessageBox }] = await Promise.all([
    import('element-plus/es/components/message-box/index'),
    import('element-plus/theme-chalk/el-message-box.css'),
  ])
  try {
    await ElMessageBox.confirm(t('form.unsaved'), t('form.unsavedTitle'), {
      type: 'warning',
      confirmButtonText: t('form.discard'),
      cancelButtonText: t('form.stay'),
      confirmButtonClass: 'el-button--danger leave-yes',
      cancelButtonClass: 'leave-no',
    })
    return true
  } catch {
    return false
  }
}
