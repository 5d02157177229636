import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { useConnection } from '@/stores/connection'
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
    path: 'feedback',
    component: () => import('@/views/feedback/List.vue'),
    meta: { word: 'feedback', permission: 'batch.read' },
  },
  {
    path: 'questionnaire',
    component: () => import('@/views/form/List.vue'),
    meta: { word: 'questionnaire', permission: 'form.read' },
  },
  {
    path: 'questionnaire/leaving',
    component: () => import('@/views/form/Leaving.vue'),
    meta: { word: 'questionnaire', title: 'questionnaire.leaving', permission: 'form.read' },
  },
  {
    path: 'analysis',
    component: () => import('@/views/analysis/Stops.vue'),
    meta: { word: 'analysis', permission: 'enrollment.read' },
  },
  {
    path: 'contribution',
    component: () => import('@/views/analysis/Contributions.vue'),
    meta: { word: 'contribution', permission: 'bill.read' },
  },
  {
    path: 'housing_account',
    component: () => import('@/views/housing_account/List.vue'),
    meta: { word: 'housing_account', permission: 'housing_account.read' },
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
  {
    path: 'flow',
    component: () => import('@/views/approval/Flows.vue'),
    meta: { word: 'flow', permission: 'approval.configure' },
  },
  {
    path: 'blacklist',
    component: () => import('@/views/blacklist/List.vue'),
    meta: { word: 'blacklist', permission: 'blacklist.read' },
  },
  // Notices name the entry; the list is where it can be seen.
  { path: 'blacklist/:id', redirect: '/blacklist?state=RELEASING' },
  { path: 'roster', redirect: '/roster/dispatch' },
  {
    path: 'roster/project',
    component: () => import('@/views/roster/Projects.vue'),
    meta: { word: 'roster', title: 'roster.projectPage', permission: 'roster.read' },
  },
  {
    path: 'roster/:kind(dispatch|outsourcing_a|outsourcing_b|subcontract)',
    component: () => import('@/views/roster/List.vue'),
    props: true,
    meta: { word: 'roster', title: 'roster.kindPage', permission: 'roster.read' },
  },
  { path: 'talent', component: () => import('@/views/talent/List.vue'), meta: { word: 'talent', permission: 'talent.read' } },
  {
    path: 'talent/compare',
    component: () => import('@/views/talent/Compare.vue'),
    meta: { word: 'talent', title: 'talent.compare', permission: 'talent.read' },
  },
  {
    path: 'talent/figures',
    component: () => import('@/views/talent/Figures.vue'),
    meta: { word: 'talent', title: 'talent.figures', permission: 'talent.read' },
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
  {
    path: 'company/:id',
    component: () => import('@/views/company/Detail.vue'),
    props: true,
    meta: { word: 'company', title: 'company.detail', permission: 'company.read' },
  },
  {
    path: 'supplier',
    component: () => import('@/views/supplier/List.vue'),
    meta: { word: 'supplier', permission: 'supplier.read' },
  },
  {
    path: 'supplier/:id',
    component: () => import('@/views/supplier/Detail.vue'),
    props: true,
    meta: { word: 'supplier', title: 'supplier.detail', permission: 'supplier.read' },
  },
  { path: 'scheme', component: () => import('@/views/scheme/List.vue'), meta: { word: 'scheme', permission: 'scheme.read' } },
  {
    path: 'scheme/compare',
    component: () => import('@/views/scheme/Compare.vue'),
    meta: { word: 'scheme', title: 'scheme.compare', permission: 'scheme.read' },
  },
  {
    path: 'scheme/:id',
    component: () => import('@/views/scheme/Detail.vue'),
    props: true,
    meta: { word: 'scheme', title: 'scheme.one', permission: 'scheme.read' },
  },
  { path: 'policy', component: () => import('@/views/policy/List.vue'), meta: { word: 'policy', permission: 'policy.read' } },
  { path: 'audit', component: () => import('@/views/audit/List.vue'), meta: { word: 'audit', permission: 'audit.read' } },
  { path: 'staff', component: () => import('@/views/staff/List.vue'), meta: { word: 'staff', permission: 'staff.manage' } },
  {
    path: 'staff/roles',
    component: () => import('@/views/staff/Roles.vue'),
    meta: { word: 'staff', title: 'staff.rolesTitle', permission: 'staff.manage' },
  },
  {
    path: 'staff/:id',
    component: () => import('@/views/staff/Detail.vue'),
    props: true,
    meta: { word: 'staff', title: 'staff.detail', permission: 'staff.manage' },
  },
  { path: 'profile', component: () => import('@/shell/ProfilePage.vue'), meta: { title: 'shell.profile' } },
  { path: ':path(.*)*', component: () => import('@/shell/NotFoundPage.vue') },
]

/** Fetched at leisure after the start, because it is shown when nothing can be fetched any more. */
export const unreachable = () => import('@/shell/UnreachablePage.vue')

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    { path: '/sign-in', component: () => import('@/views/staff/SignIn.vue'), meta: { open: true, title: 'staff.signIn' } },
    { path: '/unreachable', component: unreachable, meta: { open: true } },
    { path: '/form', component: () => import('@/views/form/PublicForm.vue'), meta: { open: true, title: 'questionnaire.publicTitle' } },
    // The token is moved behind the #, where it stays out of requests and logs.
    { path: '/f/:token', redirect: (to) => ({ path: '/form', hash: `#${String(to.params.token)}` }) },
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
  } else if (!answers && router.currentRoute.value.matched.length) {
    // The pages that are open stay open; the way goes on when the server is back.
    const connection = useConnection()
    connection.lose()
    connection.onceBack(() => void router.push(to.fullPath))
  } else {
    await router.push({ path: '/unreachable', query: { next: to.fullPath } })
  }
})

router.afterEach((to) => {
  if (sessionStorage.getItem(RELOADED) === to.fullPath) sessionStorage.removeItem(RELOADED)
})
