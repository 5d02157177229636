import { computed, onBeforeUnmount, reactive, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { onBeforeRouteLeave } from 'vue-router'
import { refused } from '@/graphql/useAct'
import { inOneLine, type Problem } from '@/graphql/problems'
import { placeProblems } from './placeProblems'
import type { Rule } from './rules'

interface Options<Values extends Record<string, unknown>> {
  initial: () => Values
  rules?: { [Name in keyof Values]?: Rule<never>[] }
  submit: (values: Values) => Promise<Problem[]>
  done?: () => void
  /** Asks before the page is left with something typed. */
  guard?: boolean
}

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

  function check(): boolean {
    clearErrors()
    for (const [name, rules] of Object.entries(options.rules ?? {}) as [string, Rule[]][]) {
      const broken = rules.map((rule) => rule(values[name])).find(Boolean)
      if (broken) errors[name] = t(broken)
    }
    return !Object.keys(errors).length
  }

  function place(problems: readonly Problem[]): void {
    const placed = placeProblems(problems, Object.keys(values))
    for (const [name, problem] of Object.entries(placed.fields)) {
      errors[name] = inOneLine(problem, locale.value)
    }
    general.value = placed.general
  }

  async function submit(): Promise<boolean> {
    if (submitting.value || !check()) return false
    submitting.value = true
    try {
      const problems = await options.submit(values)
      place(problems)
      if (refused(problems)) return false
    } finally {
      submitting.value = false
    }
    saved.value = JSON.stringify(values)
    options.done?.()
    return true
  }

  function reset(): void {
    Object.assign(values, options.initial())
    saved.value = JSON.stringify(values)
    clearErrors()
  }

  if (options.guard) {
    const ask = (event: BeforeUnloadEvent): void => {
      if (dirty.value) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    onBeforeUnmount(() => window.removeEventListener('beforeunload', ask))
    onBeforeRouteLeave(() => !dirty.value || submitting.value || window.confirm(t('form.unsaved')))
  }

  return { values, errors, general, submitting, dirty, submit, reset, clearErrors }
}
