import {
  defineComponent,
  h,
  nextTick,
  onActivated,
  onDeactivated,
  onErrorCaptured,
  onMounted,
  onScopeDispose,
  provide,
  ref,
  shallowReactive,
  shallowRef,
  watch,
  type Component,
} from 'vue'
import { routeLocationKey, useRouter, type RouteLocationNormalizedLoaded } from 'vue-router'
import { refreshPlace } from '@/graphql/refresh'
import { useTabs } from '@/stores/tabs'
import CrashPage from '../CrashPage.vue'
import { FRAME } from './frame'

const frames = new Map<string, Component>()

/** Vue says in a release which hook failed only by number: 0 is setup, 1 is drawing. */
const NO_PAGE = /^(setup function|render function|.*#runtime-[01])$/

/** KeepAlive finds what it may keep by name, so every page that is open is a component of its own, named by its path. */
export function frameOf(path: string): Component {
  const known = frames.get(path)
  if (known) return known
  const made = makeFrame(path)
  frames.set(path, made)
  return made
}

function scroller(): HTMLElement | null {
  return document.getElementById('main')
}

function makeFrame(path: string): Component {
  return defineComponent({
    name: path,
    setup(_, { slots }) {
      const router = useRouter()
      const tabs = useTabs()
      const broken = ref(false)
      const generation = ref(0)

      // A page out of sight keeps its own address instead of reading that of the page in front of it.
      const here = shallowRef(router.currentRoute.value)
      const own = {} as RouteLocationNormalizedLoaded
      for (const key of Object.keys(here.value) as (keyof RouteLocationNormalizedLoaded)[]) {
        Object.defineProperty(own, key, { get: () => here.value[key], enumerable: true })
      }
      provide(routeLocationKey, shallowReactive(own))
      let inSight = true
      watch(router.currentRoute, (now) => {
        if (inSight && now.path === path) here.value = now
      })

      const dirty = new Set<symbol>()
      provide(FRAME, {
        path,
        // A list is called as in the menu; only below it does the page name itself.
        setTitle: (title) => {
          if (here.value.meta.title) tabs.setTitle(path, title)
        },
        setDirty: (form, now) => {
          if (now) dirty.add(form)
          else dirty.delete(form)
          tabs.setDirty(path, dirty.size > 0)
        },
      })

      let top = 0
      const remember = (event: Event): void => {
        if (inSight && event.target === scroller()) top = scroller()?.scrollTop ?? 0
      }
      onMounted(() => {
        document.addEventListener('scroll', remember, { capture: true, passive: true })
        scroller()?.scrollTo({ top: 0 })
      })
      onScopeDispose(() => document.removeEventListener('scroll', remember, { capture: true }))
      let first = true
      onActivated(() => {
        inSight = true
        if (first) {
          first = false
          return
        }
        const now = router.currentRoute.value
        const elsewhere = now.fullPath !== here.value.fullPath
        here.value = now
        // Somebody asked for the same page with other filters: it begins anew, unless that would lose work.
        if ((elsewhere && !dirty.size) || broken.value) {
          broken.value = false
          generation.value += 1
        } else {
          refreshPlace(path)
          void nextTick(() => scroller()?.scrollTo({ top }))
        }
      })
      onDeactivated(() => {
        inSight = false
      })
      onErrorCaptured((_error, _instance, info) => {
        if (NO_PAGE.test(info)) broken.value = true
      })
      const retry = (): void => {
        broken.value = false
        generation.value += 1
      }

      return () =>
        broken.value
          ? h(CrashPage, { onRetry: retry })
          : h(Slotted, { key: generation.value }, { default: () => slots.default?.() })
    },
  })
}

/** Only so that a key can begin the page anew. */
const Slotted = defineComponent({
  name: 'SlottedPage',
  setup:
    (_, { slots }) =>
    () =>
      slots.default?.(),
})
