import { computed, inject, nextTick, onBeforeUnmount, reactive, ref, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { useI18n } from 'vue-i18n'
import { onBeforeRouteLeave } from 'vue-router'
import { refused } from '@/graphql/useAct'
import { inOneLine, type Problem } from '@/graphql/problems'
import { FRAME } from '@/shell/tabs/frame'
import { useDraft } from './draft'
import { focusFirstWrong } from './focus'
import { mayLeave } from './leave'
import { placeProblems } from './placeProblems'
import type { Rule } from './rules'

interface Options<Values extends Record<string, unknown>> {
  initial: () => Values
  rules?: { [Name in keyof Values]?: Rule<never>[] }
  submit: (values: Values) => Promise<Problem[]>
  done?: () => void
  /** Asks before the page is closed with something typed; a form that comes and goes says when it is in sight. */
  guard?: MaybeRefOrGetter<boolean>
  /** Names the draft that is kept when the session ends in the middle of a long form. */
  draft?: string
}

/** A value is judged when the typing pauses, so that nobody is corrected in the middle of a word. */
const PAUSE = 500

/** A form: rules before it goes out, the server's problems at their fields when it comes back. */
export function useForm<Values extends Record<string, unknown>>(options: Options<Values>) {
  const { t, locale } = useI18n()
  const values = reactive(options.initial()) as Values
  const errors = reactive<Record<string, string>>({})
  const general = ref<Problem[]>([])
  const submitting = ref(false)
  const saved = ref(JSON.stringify(values))
  const dirty = computed(() => JSON.stringify(values) !== saved.value)

  function clearErrors(): void {
    for (const name of Object.keys(errors)) delete errors[name]
    general.value = []
  }

  function broken(name: string): string | null {
    const rules = (options.rules?.[name] ?? []) as Rule[]
    return rules.map((rule) => rule(values[name])).find(Boolean) ?? null
  }

  function check(): boolean {
    clearErrors()
    for (const name of Object.keys(options.rules ?? {})) {
      const text = broken(name)
      if (text) errors[name] = t(text)
    }
    return !Object.keys(errors).length
  }

  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  for (const name of Object.keys(values)) {
    watch(
      () => JSON.stringify(values[name]),
      () => {
        clearTimeout(timers.get(name))
        // What was said of the old value need not hold for the new one.
        delete errors[name]
        const empty = values[name] === '' || values[name] === null
        if (empty || !dirty.value || !options.rules?.[name]) return
        timers.set(
          name,
          setTimeout(() => {
            const text = submitting.value ? null : broken(name)
            if (text) errors[name] = t(text)
          }, PAUSE),
        )
      },
    )
  }

  function place(problems: readonly Problem[]): void {
    const placed = placeProblems(problems, Object.keys(values))
    for (const [name, problem] of Object.entries(placed.fields)) {
      errors[name] = inOneLine(problem, locale.value)
    }
    general.value = placed.general
  }

  async function submit(): Promise<boolean> {
    if (submitting.value) return false
    const from = document.activeElement
    if (!check()) {
      void focusFirstWrong(from)
      return false
    }
    submitting.value = true
    try {
      const problems = await options.submit(values)
      place(problems)
      if (refused(problems)) {
        if (Object.keys(errors).length) void focusFirstWrong(from)
        return false
      }
    } finally {
      submitting.value = false
    }
    saved.value = JSON.stringify(values)
    draft?.drop()
    options.done?.()
    return true
  }

  function reset(): void {
    if (draft?.isUnseen()) return
    Object.assign(values, options.initial())
    saved.value = JSON.stringify(values)
    draft?.drop()
    void nextTick(clearErrors)
    clearErrors()
  }

  const draft = options.draft ? useDraft(options.draft, values, dirty) : null
  const unsaved = computed(() => dirty.value && Boolean(toValue(options.guard)))
  if (options.guard !== undefined) keepFromLoss(unsaved, submitting)
  onBeforeUnmount(() => timers.forEach((timer) => clearTimeout(timer)))

  return { values, errors, general, submitting, dirty, submit, reset, clearErrors, restored: draft?.restored }
}

/** Unsaved work marks its tab and is asked about when that is closed; where there are no tabs, when the page is left. */
function keepFromLoss(unsaved: { readonly value: boolean }, submitting: { readonly value: boolean }): void {
  const frame = inject(FRAME, null)
  const form = Symbol('form')
  const ask = (event: BeforeUnloadEvent): void => {
    if (unsaved.value) event.preventDefault()
  }
  window.addEventListener('beforeunload', ask)
  onBeforeUnmount(() => {
    window.removeEventListener('beforeunload', ask)
    frame?.setDirty(form, false)
  })
  if (frame) watch(() => unsaved.value, (now) => frame.setDirty(form, now), { immediate: true, flush: 'sync' })
  else onBeforeRouteLeave(() => !unsaved.value || submitting.value || mayLeave())
}
