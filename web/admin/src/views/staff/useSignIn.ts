import { nextTick, reactive, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { password, required, type Rule } from '@/form/rules'
import { useForm } from '@/form/useForm'
import type { CaptchaQuery, SignInStep } from '@/gql/graphql'
import { ask } from '@/graphql/bare'
import { ownProblem, type Problem } from '@/graphql/problems'
import { refused } from '@/graphql/useAct'
import { useSession } from '@/stores/session'
import { CaptchaDocument } from './documents'

/** `NEW_PASSWORD` and `newPassword` are the field `sign-in-new-password`. */
function focus(name: string): void {
  const field = name.replace(/([a-z])([A-Z])/g, '$1-$2').replace('_', '-').toLowerCase()
  void nextTick(() => document.getElementById(`sign-in-${field}`)?.focus())
}

/**
 * Signing in step by step: the server says what it wants next, the page shows that field and sends everything again.
 * An answered captcha stays good while a code or a new password is asked for: it is hidden then, and sent along.
 */
export function useSignIn(name: () => string | undefined, done: () => void) {
  const session = useSession()
  const { t } = useI18n()
  const asks = reactive({ captcha: false, code: false, newPassword: false })
  const captcha = ref<CaptchaQuery['captcha'] | null>(null)
  const notices = ref<Problem[]>([])
  let entered = false
  const when =
    (wanted: () => boolean, rule: Rule<string>): Rule<string> =>
    (value) =>
      wanted() ? rule(value) : null

  const form = useForm({
    initial: () => ({ username: name() ?? '', password: '', captcha: '', code: '', newPassword: '', again: '' }),
    rules: {
      username: [required],
      password: [required],
      captcha: [when(() => asks.captcha, required)],
      code: [when(() => asks.code, required)],
      newPassword: [when(() => asks.newPassword, required), when(() => asks.newPassword, password)],
      again: [when(() => asks.newPassword, required)],
    },
    submit: async (values) => {
      notices.value = []
      if (asks.newPassword && values.newPassword !== values.again) {
        return [{ ...ownProblem('again', t('staff.passwordsDiffer')), field: 'again' }]
      }
      try {
        const answer = await session.signIn({
          username: values.username.trim(),
          password: values.password,
          captcha: captcha.value ? { id: captcha.value.id, text: values.captcha } : null,
          code: asks.code ? values.code : '',
          newPassword: asks.newPassword ? values.newPassword : '',
        })
        return await goOn(answer.step, answer.problems)
      } catch {
        return [ownProblem('network', t('fault.network'), t('fault.networkRemedy'))]
      }
    },
    done: () => {
      if (entered) done()
    },
  })

  async function goOn(step: SignInStep, problems: Problem[]): Promise<Problem[]> {
    entered = step === 'DONE'
    if (step === 'DONE') return []
    // A name or password that will not do begins everything anew.
    if (step === 'PASSWORD' || problems.some((problem) => problem.field === 'password')) startOver()
    if (step === 'CODE') asks.code = true
    if (step === 'NEW_PASSWORD') asks.newPassword = true
    asks.captcha = step === 'CAPTCHA'
    if (asks.captcha) await draw()
    const wrong = problems.filter((problem) => refused([problem]))
    notices.value = problems.filter((problem) => !refused([problem]))
    focus(problems[0]?.field ?? step)
    return wrong
  }

  async function draw(): Promise<void> {
    form.values.captcha = ''
    captcha.value = await ask(CaptchaDocument, {}).then(
      (data) => data.captcha,
      () => null,
    )
  }

  function startOver(): void {
    Object.assign(asks, { captcha: false, code: false, newPassword: false })
    Object.assign(form.values, { captcha: '', code: '', newPassword: '', again: '' })
    captcha.value = null
    notices.value = []
    form.clearErrors()
  }

  return { form, asks, captcha, notices, draw, startOver }
}
