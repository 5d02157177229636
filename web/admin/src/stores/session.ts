import { CombinedError } from '@urql/core'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { CodeWay, SignInMutationVariables, SignInStep, StaffFieldsFragment } from '@/gql/graphql'
import { ask } from '@/graphql/bare'
import { faultOf, type Fault } from '@/graphql/fault'
import type { Problem } from '@/graphql/problems'
import { closeSocket } from '@/graphql/socket'
import { MeDocument, SignInDocument, SignOutDocument } from './documents'

/** What the page has to ask for next, and why; for a code also where it may come from. */
export interface SignInAnswer {
  step: SignInStep
  problems: Problem[]
  ways: CodeWay[]
  phone: string
}

export const useSession = defineStore('session', () => {
  const staff = ref<StaffFieldsFragment | null>(null)
  const loaded = ref(false)
  const fault = ref<Fault | null>(null)
  const expired = ref(false)
  let waiting: Promise<void> | null = null
  let goOn: (() => void) | null = null

  const signedIn = computed(() => staff.value !== null)

  function can(permission: string | undefined): boolean {
    return !permission || Boolean(staff.value?.permissions.includes(permission))
  }

  async function load(): Promise<void> {
    try {
      fault.value = null
      staff.value = (await ask(MeDocument, {})).me ?? null
      loaded.value = true
    } catch (error) {
      fault.value = error instanceof CombinedError ? faultOf(error) : { kind: 'network' }
    }
  }

  /** Resolves once somebody has signed in again, so that the requests behind it can go on. */
  function askAgain(): Promise<void> {
    expired.value = true
    waiting ??= new Promise((resolve) => {
      goOn = resolve
    })
    return waiting
  }

  /** DONE when somebody is signed in. */
  async function signIn(given: SignInMutationVariables): Promise<SignInAnswer> {
    const before = staff.value?.id
    const { signIn: answer } = await ask(SignInDocument, given, true)
    const said = { step: answer.step, ways: [...answer.ways], phone: answer.phone ?? '' }
    if (!answer.staff) return { ...said, problems: [...answer.problems] }
    closeSocket()
    // Another person at the same screen must not see what the first one had open.
    if (expired.value && before && before !== answer.staff.id) window.location.assign(import.meta.env.BASE_URL)
    staff.value = answer.staff
    loaded.value = true
    expired.value = false
    waiting = null
    goOn?.()
    goOn = null
    return { ...said, problems: [] }
  }

  async function signOut(): Promise<void> {
    await ask(SignOutDocument, {}, true).catch(() => undefined)
    closeSocket()
    // A full load forgets every cached answer of this person.
    window.location.assign(`${import.meta.env.BASE_URL}sign-in`)
  }

  return { staff, loaded, fault, expired, signedIn, can, load, askAgain, signIn, signOut }
})
