import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import UnreachablePage from '@/shell/UnreachablePage.vue'
import { useSession } from '@/stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** The feature word, which also names the menu entry. */
    word?: string
    /** Key of the page's own title, when it lies below the word's list. */
    title?: string
    permission?: string
    open?: boolean
  }
}

const pages: RouteRecordRaw[] = [
  { path: '', component: () => import('@/views/home/Home.vue'), meta: { word: 'home' } },
  { path: 'batch', component: () => import('@/views/batch/List.vue'), meta: { word: 'batch', permission: 'batch.read' } },
  {
    path: 'batch/import',
    component: () => import('@/views/batch/Import.vue'),
    meta: { word: 'batch', title: 'batch.import', permission: 'batch.create' },
  },
  {
    path: 'batch/:id/check',
    component: () => import('@/views/batch/Check.vue'),
    props: true,
    meta: { word: 'batch', title: 'batch.import', permission: 'batch.read' },
  },
  {
    path: 'batch/:id',
    component: () => import('@/views/batch/Detail.vue'),
    props: true,
    meta: { word: 'batch', title: 'batch.detail', permission: 'batch.read' },
  },
  {
    path: 'enrollment',
    component: () => import('@/views/enrollment/List.vue'),
    meta: { word: 'enrollment', permission: 'enrollment.read' },
  },
  {
    path: 'enrollment/:id',
    component: () => import('@/views/enrollment/Detail.vue'),
    props: true,
    meta: { word: 'enrollment', title: 'enrollment.detail', permission: 'enrollment.read' },
  },
  {
    path: 'approval',
    component: () => import('@/views/approval/List.vue'),
    meta: { word: 'approval', permission: 'approval.read' },
  },
  { path: 'bill', component: () => import('@/views/bill/List.vue'), meta: { word: 'bill', permission: 'bill.read' } },
  {
    path: 'bill/:id',
    component: () => import('@/views/bill/Detail.vue'),
    props: true,
    meta: { word: 'bill', title: 'bill.detail', permission: 'bill.read' },
  },
  { path: 'ledger', component: () => import('@/views/ledger/List.vue'), meta: { word: 'ledger', permission: 'ledger.read' } },
  { path: 'quote', component: () => import('@/views/quote/Quote.vue'), meta: { word: 'quote', permission: 'quote.read' } },
  {
    path: 'company',
    component: () => import('@/views/company/List.vue'),
    meta: { word: 'company', permission: 'company.read' },
  },
  { path: 'scheme', component: () => import('@/views/scheme/List.vue'), meta: { word: 'scheme', permission: 'scheme.read' } },
  { path: 'policy', component: () => import('@/views/policy/List.vue'), meta: { word: 'policy', permission: 'policy.read' } },
  { path: 'audit', component: () => import('@/views/audit/List.vue'), meta: { word: 'audit', permission: 'audit.read' } },
  { path: ':path(.*)*', component: () => import('@/shell/NotFoundPage.vue') },
]

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    { path: '/sign-in', component: () => import('@/views/staff/SignIn.vue'), meta: { open: true, title: 'staff.signIn' } },
    { path: '/unreachable', component: UnreachablePage, meta: { open: true } },
    { path: '/', component: () => import('@/shell/ConsoleLayout.vue'), children: pages },
  ],
})

router.beforeEach(async (to) => {
  const session = useSession()
  if (!session.loaded && to.path !== '/unreachable') await session.load()
  if (to.meta.open) return to.path === '/sign-in' && session.signedIn ? '/' : true
  const next = to.fullPath === '/' ? undefined : to.fullPath
  if (session.fault) return { path: '/unreachable', query: { next } }
  return session.signedIn ? true : { path: '/sign-in', query: { next } }
})

const RELOADED = 'shebao.reloaded'

/**
 * A page whose code cannot be fetched: either the server is away, or a new release has replaced the code.
 * The first waits on a page that needs no fetching, the second loads the new release, once.
 */
router.onError(async (_, to) => {
  const answers = await fetch(import.meta.env.BASE_URL, { cache: 'no-store' }).then(
    (response) => response.ok,
    () => false,
  )
  if (answers && sessionStorage.getItem(RELOADED) !== to.fullPath) {
    sessionStorage.setItem(RELOADED, to.fullPath)
    window.location.assign(router.resolve(to.fullPath).href)
  } else {
    await router.push({ path: '/unreachable', query: { next: to.fullPath } })
  }
})

router.afterEach((to) => {
  if (sessionStorage.getItem(RELOADED) === to.fullPath) sessionStorage.removeItem(RELOADED)
})
