import { nextTick, onScopeDispose, reactive, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { password, required, type Rule } from '@/form/rules'
import { useForm } from '@/form/useForm'
import type { CaptchaQuery, CodeWay, SignInMutationVariables } from '@/gql/graphql'
import { ask } from '@/graphql/bare'
import { inOneLine, ownProblem, type Problem } from '@/graphql/problems'
import { refused } from '@/graphql/useAct'
import { useSession, type SignInAnswer } from '@/stores/session'
import { CaptchaDocument } from './documents'

/** `NEW_PASSWORD` and `newPassword` are the field `sign-in-new-password`. */
function focus(name: string): void {
  const field = name.replace(/([a-z])([A-Z])/g, '$1-$2').replace('_', '-').toLowerCase()
  void nextTick(() => document.getElementById(`sign-in-${field}`)?.focus())
}

/** How long until the server sends another code. */
const PAUSE_S = 60

/**
 * Signing in step by step: the server says what it wants next, the page shows that field and sends everything again.
 * An answered captcha stays good while a code or a new password is asked for: it is hidden then, and sent along.
 */
export function useSignIn(name: () => string | undefined, done: () => void) {
  const session = useSession()
  const { t, locale } = useI18n()
  const asks = reactive({ captcha: false, code: false, newPassword: false })
  const captcha = ref<CaptchaQuery['captcha'] | null>(null)
  const notices = ref<Problem[]>([])
  /** Where the code may come from, which way was chosen, and how long until another message may be asked for. */
  const code = reactive({ ways: [] as CodeWay[], via: 'AUTHENTICATOR' as CodeWay, phone: '', sent: false, wait: 0 })
  const sending = ref(false)
  let ticking: ReturnType<typeof setInterval> | undefined
  let entered = false
  onScopeDispose(() => clearInterval(ticking))
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
    submit: async (values): Promise<Problem[]> => {
      notices.value = []
      if (asks.newPassword && values.newPassword !== values.again) {
        return [{ ...ownProblem('again', t('staff.passwordsDiffer')), field: 'again' }]
      }
      try {
        return await goOn(await session.signIn({ ...given(), code: asks.code ? values.code : '' }))
      } catch {
        return [ownProblem('network', t('fault.network'), t('fault.networkRemedy'))]
      }
    },
    done: () => {
      if (entered) done()
    },
  })

  function given(): SignInMutationVariables {
    const values = form.values
    return {
      username: values.username.trim(),
      password: values.password,
      captcha: captcha.value ? { id: captcha.value.id, text: values.captcha } : null,
      newPassword: asks.newPassword ? values.newPassword : '',
      via: asks.code ? code.via : null,
    }
  }

  async function goOn({ step, problems, ways, phone }: SignInAnswer): Promise<Problem[]> {
    entered = step === 'DONE'
    if (step === 'DONE') return []
    // A name or password that will not do begins everything anew.
    if (step === 'PASSWORD' || problems.some((problem) => problem.field === 'password')) startOver()
    if (step === 'CODE') askCode(ways, phone)
    if (step === 'NEW_PASSWORD') asks.newPassword = true
    asks.captcha = step === 'CAPTCHA'
    if (asks.captcha) await draw()
    const wrong = problems.filter((problem) => refused([problem]))
    notices.value = problems.filter((problem) => !refused([problem]))
    focus(problems[0]?.field ?? step)
    return wrong
  }

  function askCode(ways: CodeWay[], phone: string): void {
    if (!asks.code || !ways.includes(code.via)) code.via = ways[0] ?? 'AUTHENTICATOR'
    Object.assign(code, { ways, phone })
    asks.code = true
  }

  /** Has a code sent by message; the page stays where it is, and says for how long no other can be had. */
  async function sendCode(): Promise<void> {
    if (sending.value || code.wait) return
    sending.value = true
    form.clearErrors()
    try {
      code.via = 'SMS'
      const answer = await session.signIn({ ...given(), code: '', sendCode: true })
      // That the code is to be entered now stands at the field itself.
      const wrong = await goOn({ ...answer, problems: answer.problems.filter((problem) => refused([problem])) })
      const atCode = wrong.find((problem) => problem.field === 'code')
      if (atCode) form.errors.code = inOneLine(atCode, locale.value)
      form.general.value = wrong.filter((problem) => problem !== atCode)
      if (answer.step !== 'CODE' || wrong.length) return
      code.sent = true
      countDown()
      focus('CODE')
    } catch {
      form.general.value = [ownProblem('network', t('fault.network'), t('fault.networkRemedy'))]
    } finally {
      sending.value = false
    }
  }

  function countDown(): void {
    clearInterval(ticking)
    code.wait = PAUSE_S
    ticking = setInterval(() => {
      code.wait -= 1
      if (code.wait <= 0) clearInterval(ticking)
    }, 1000)
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
    Object.assign(code, { ways: [], phone: '', sent: false })
    captcha.value = null
    notices.value = []
    form.clearErrors()
  }

  return { form, asks, code, sending, captcha, notices, draw, sendCode, startOver }
}
