import { nextTick } from 'vue'

const FIELDS = '.is-error input, .is-error textarea, .is-error [tabindex="0"]'

function visible(element: HTMLElement): boolean {
  return element.getClientRects().length > 0
}

/** The first wrong field of the form that was sent, so that the next key typed mends it. */
export async function focusFirstWrong(from: Element | null): Promise<void> {
  // The items take up their errors one tick later than the form has them.
  await nextTick()
  await nextTick()
  const around = from?.closest('.el-drawer, .el-dialog, form') ?? document
  const wrong = [...around.querySelectorAll<HTMLElement>(FIELDS)].find(visible)
  wrong?.focus()
  wrong?.scrollIntoView?.({ block: 'nearest' })
}
