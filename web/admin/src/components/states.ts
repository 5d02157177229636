import { CircleCheck, CircleClose, Clock, Loading, Lock, Minus } from '@element-plus/icons-vue'
import type { Component } from 'vue'

export type Tone = 'ok' | 'wait' | 'bad' | 'closed'

interface Look {
  tone: Tone
  icon: Component
}

const ok: Look = { tone: 'ok', icon: CircleCheck }
const wait: Look = { tone: 'wait', icon: Clock }
const busy: Look = { tone: 'wait', icon: Loading }
const bad: Look = { tone: 'bad', icon: CircleClose }
const closed: Look = { tone: 'closed', icon: Minus }
const locked: Look = { tone: 'closed', icon: Lock }

/** Four colours for all states of the house, so that amber means the same on every page: somebody has to do something. */
export const LOOKS = {
  batch: {
    CHECKING: busy,
    CHECKED: wait,
    IN_REVIEW: wait,
    APPROVED: wait,
    SUBMITTED: wait,
    DONE: ok,
    WITHDRAWN: closed,
    REJECTED: bad,
    FAILED: bad,
  },
  row: {
    PENDING: busy,
    OK: ok,
    FAILED: bad,
    CONFIRMED: wait,
    SUBMITTED: wait,
    ACCEPTED: ok,
    REJECTED: bad,
    CORRECTION: wait,
    WITHDRAWN: closed,
  },
  feedback: { OPEN: wait, CORRECTED: ok, REPEATED: ok, CLOSED: closed },
  housing: { OPENING: wait, ACTIVE: ok, SEALED: locked, MOVED: closed, CLOSED: closed },
  enrollment: { SUBMITTED: wait, EFFECTIVE: ok, STOPPED: closed, REJECTED: bad, VOIDED: closed },
  bill: { DRAFT: wait, CONFIRMED: ok, CLOSED: locked },
  approval: { PENDING: wait, APPROVED: ok, REJECTED: bad, WITHDRAWN: closed },
  blacklist: { ACTIVE: bad, RELEASING: wait, RELEASED: closed },
  roster: { ACTIVE: ok, LEFT: closed },
  project: { RUNNING: ok, ENDED: closed },
  talent: { WAITING: wait, LISTED: ok, ERASED: closed },
  confidence: { HIGH: ok, MEDIUM: wait, LOW: bad },
  supplier: { ACTIVE: ok, INACTIVE: closed },
  contract: { UPCOMING: wait, RUNNING: ok, EXPIRED: bad, ENDED: closed },
  account: { ACTIVE: ok, LOCKED: bad, INACTIVE: closed, MACHINE: locked },
  signIn: { OK: ok, PENDING: wait, REFUSED: bad },
  policy: { CONFIRMED: ok, WAITING: wait, UNKNOWN: bad },
  form: { OPEN: wait, ANSWERED: ok, CANCELLED: closed, EXPIRED: bad },
  export: { WAITING: busy, RUNNING: busy, DONE: ok, FAILED: bad, CANCELLED: closed, EXPIRED: closed },
} satisfies Record<string, Record<string, Look>>

export type StateWord = keyof typeof LOOKS

export function lookOf(word: StateWord, state: string): Look {
  return (LOOKS[word] as Record<string, Look>)[state] ?? closed
}
