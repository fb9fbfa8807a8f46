import { createApp } from 'vue';
import App from './App.vue';
import { onRefused } from './core/api';
import { setLanguage, storedLanguage } from './core/i18n';
import { loadSession, session } from './core/session';
import { router } from './router';
import 'element-plus/theme-chalk/base.css';
import './style/base.css';
import './style/print.css';

async function start() {
  await Promise.all([setLanguage(storedLanguage()), loadSession()]);
  onRefused(() => {
    if (session.who) { session.ended = true; return; }
    const here = router.currentRoute.value;
    if (here.meta.area && here.meta.area !== 'public') void router.replace({ name: 'sign-in', query: { then: here.fullPath } });
  });
  createApp(App).use(router).mount('#app');
  if (import.meta.env.PROD && 'serviceWorker' in navigator) navigator.serviceWorker.register('/sw.js').catch(() => {});
}
void start();
