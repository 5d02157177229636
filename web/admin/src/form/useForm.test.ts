import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { defineComponent, h, nextTick } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ownProblem, type Problem } from '@/graphql/problems'
import { i18n } from '@/locales'
import { FRAME, type Frame } from '@/shell/tabs/frame'
import { useSession } from '@/stores/session'
import { amount, required } from './rules'
import { useForm } from './useForm'

const SETTLED = 600

function show(options: { guard?: boolean; draft?: string; answers?: Problem[]; frame?: Frame } = {}) {
  let form!: ReturnType<typeof useForm<{ name: string; base: string }>>
  const Page = defineComponent(() => {
    form = useForm({
      initial: () => ({ name: '', base: '' }),
      rules: { name: [required], base: [amount] },
      submit: async () => options.answers ?? [],
      ...(options.guard && { guard: true }),
      ...(options.draft && { draft: options.draft }),
    })
    return () => h('form')
  })
  const provide = options.frame ? { [FRAME as symbol]: options.frame } : {}
  const view = mount(Page, { global: { plugins: [i18n], provide } })
  return { form, view }
}

describe('a form', () => {
  beforeEach(() => {
    sessionStorage.clear()
    setActivePinia(createPinia())
    useSession().staff = { id: '1' } as never
    vi.useFakeTimers()
  })

  it('judges a value when the typing pauses, and takes the word back at the next key', async () => {
    const { form } = show()
    form.values.base = '12.345'
    await nextTick()
    expect(form.errors.base).toBeUndefined()
    vi.advanceTimersByTime(SETTLED)
    expect(form.errors.base).toBeTruthy()
    form.values.base = '12.34'
    await nextTick()
    vi.advanceTimersByTime(SETTLED)
    expect(form.errors.base).toBeUndefined()
  })

  it('does not go out with a broken rule', async () => {
    const { form } = show()
    expect(await form.submit()).toBe(false)
    expect(form.errors.name).toBeTruthy()
  })

  it('puts the answer of the server at its field', async () => {
    const { form } = show({ answers: [{ ...ownProblem('taken', 'taken'), field: 'input.name' }] })
    form.values.name = 'x'
    await nextTick()
    expect(await form.submit()).toBe(false)
    expect(form.errors.name).toBe('taken')
  })

  it('marks its tab while something is unsaved', async () => {
    const marks: boolean[] = []
    const frame: Frame = { path: '/x', setTitle: () => undefined, setDirty: (_, now) => marks.push(now) }
    const { form, view } = show({ guard: true, frame })
    form.values.name = 'x'
    await nextTick()
    expect(marks.at(-1)).toBe(true)
    await form.submit()
    await flushPromises()
    expect(marks.at(-1)).toBe(false)
    view.unmount()
    expect(marks.at(-1)).toBe(false)
  })

  it('is written down only when the session ends, and comes back for the same person', async () => {
    const first = show({ draft: 'thing' })
    first.form.values.name = 'typed'
    await nextTick()
    expect(sessionStorage.length).toBe(0)
    useSession().expired = true
    expect(sessionStorage.length).toBe(1)
    first.view.unmount()

    const second = show({ draft: 'thing' })
    expect(second.form.values.name).toBe('typed')
    expect(second.form.dirty.value).toBe(true)
    expect(second.form.restored?.value).toBe(true)
    await second.form.submit()
    expect(sessionStorage.length).toBe(0)

    useSession().staff = { id: '2' } as never
    expect(show({ draft: 'thing' }).form.values.name).toBe('')
  })
})
