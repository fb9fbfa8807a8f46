// Addresses live behind the '#': the server needs no rule for them, and no household's name reaches its log.
import { createRouter, createWebHashHistory } from 'vue-router';
import type { Key } from './core/i18n';
import { may, session, type Area } from './core/session';
import HomePage from './pages/HomePage.vue';

declare module 'vue-router' {
  interface RouteMeta { area?: Area; title?: Key; wide?: boolean }
}

export const router = createRouter({
  history: createWebHashHistory(),
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
  routes: [
    { path: '/', name: 'overview', component: HomePage, meta: { area: 'public', title: 'nav.overview' } },
    { path: '/map', name: 'map', component: () => import('./pages/MapPage.vue'), meta: { area: 'public', title: 'nav.map', wide: true } },
    { path: '/households', name: 'households', component: () => import('./pages/HouseholdsPage.vue'), meta: { area: 'households', title: 'nav.households' } },
    { path: '/households/:id', name: 'household', component: () => import('./pages/HouseholdPage.vue'), meta: { area: 'households', title: 'household.title' } },
    { path: '/findings', name: 'findings', component: () => import('./pages/FindingsPage.vue'), meta: { area: 'households', title: 'nav.findings' } },
    { path: '/datasets', name: 'datasets', component: () => import('./pages/DatasetsPage.vue'), meta: { area: 'public', title: 'nav.datasets' } },
    { path: '/datasets/:dataset', name: 'dataset', component: () => import('./pages/DatasetPage.vue'), meta: { area: 'public', title: 'nav.datasets' } },
    { path: '/datasets/:dataset/records/:record', name: 'record', component: () => import('./pages/RecordPage.vue'), meta: { area: 'exchange', title: 'record.title' } },
    { path: '/register', name: 'register', component: () => import('./pages/register/RegisterPage.vue'), meta: { area: 'cases', title: 'nav.register' } },
    { path: '/suggestions', name: 'suggestions', component: () => import('./pages/register/SuggestionsPage.vue'), meta: { area: 'cases', title: 'nav.suggestions' } },
    { path: '/register/import', name: 'register-import', component: () => import('./pages/register/ImportPage.vue'), meta: { area: 'import', title: 'register.import' } },
    { path: '/exit-tests', name: 'exit-tests', component: () => import('./pages/register/ExitTestsPage.vue'), meta: { area: 'work', title: 'exitTest.title' } },
    { path: '/exit-tests/:id', name: 'exit-test', component: () => import('./pages/register/ExitTestPage.vue'), meta: { area: 'work', title: 'exitTest.title' } },
    { path: '/tasks', name: 'tasks', component: () => import('./pages/cases/TasksPage.vue'), meta: { area: 'cases', title: 'nav.cases' } },
    { path: '/cases/:id', name: 'case', component: () => import('./pages/cases/CasePage.vue'), meta: { area: 'cases', title: 'case.title' } },
    { path: '/review', name: 'review', component: () => import('./pages/cases/ReviewPage.vue'), meta: { area: 'work', title: 'review.title' } },
    { path: '/posting', name: 'posting', component: () => import('./pages/cases/PostingPage.vue'), meta: { area: 'work', title: 'posting.title' } },
    { path: '/objections', name: 'objections', component: () => import('./pages/cases/ObjectionsPage.vue'), meta: { area: 'work', title: 'nav.objections' } },
    { path: '/apply', name: 'apply', component: () => import('./pages/cases/ApplyPage.vue'), meta: { area: 'public', title: 'apply.title' } },
    { path: '/follow', name: 'follow', component: () => import('./pages/cases/FollowPage.vue'), meta: { area: 'public', title: 'nav.follow' } },
    { path: '/board', name: 'board', component: () => import('./pages/cases/BoardPage.vue'), meta: { area: 'public', title: 'nav.board' } },
    { path: '/notices/:id', name: 'notice', component: () => import('./pages/cases/NoticePage.vue'), meta: { area: 'public', title: 'notice.title' } },
    { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignInPage.vue'), meta: { area: 'public', title: 'signIn.title' } },
    { path: '/not-yours', name: 'not-yours', component: () => import('./pages/NotYoursPage.vue'), meta: { area: 'public', title: 'notYours.title' } },
    { path: '/:rest(.*)*', name: 'missing', component: () => import('./pages/MissingPage.vue'), meta: { area: 'public', title: 'missing.title' } },
  ],
});

// Who is signed in and still may not is told so: signing in again would lead to the same place.
router.beforeEach((to) => may(to.meta.area ?? 'public') ? true : { name: session.who ? 'not-yours' : 'sign-in', query: { then: to.fullPath } });
