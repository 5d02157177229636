import type { InjectionKey } from 'vue'

/** What a page may tell the tab it stands in. Outside of tabs there is none. */
export interface Frame {
  path: string
  setTitle: (title: string) => void
  /** `form` tells several forms of one page apart. */
  setDirty: (form: symbol, dirty: boolean) => void
}

export const FRAME: InjectionKey<Frame> = Symbol('frame')
