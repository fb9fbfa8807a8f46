import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
// @ts-expect-error plain JavaScript
import { startMock } from '../../mock/server.mjs';

export interface Mock {
  url: string; push: (cells: object[]) => void; dropListeners: () => void; listeners: () => number; lastEventIds: string[];
  forget: () => void; breakPath: (path: string) => void; close: () => Promise<void>;
}
export const startServer = () => startMock({ everyMs: 0 }) as Promise<Mock>;

export const launch = (): Promise<Browser> => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--disable-dev-shm-usage', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});

export const devices = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
export type Device = keyof typeof devices;
const shots = process.env.SHOTS ?? join(__dirname, '../../out/shots');
mkdirSync(shots, { recursive: true });

export interface Visit { page: Page; troubles: string[]; shot: (name: string, full?: boolean) => Promise<void>; close: () => Promise<void> }

// A fresh visitor. Everything that must never happen is collected: errors in the console, breaches of
// the content policy, requests to another host.
export async function visit(browser: Browser, server: Mock, device: Device, options: { worker?: boolean; mayFail?: RegExp } = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: devices[device], isMobile: device === 'phone', hasTouch: device === 'phone', deviceScaleFactor: device === 'phone' ? 2 : 1,
    locale: 'zh-CN', timezoneId: 'America/New_York', serviceWorkers: options.worker ? 'allow' : 'block', acceptDownloads: true,
  });
  const troubles: string[] = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => troubles.push(`error ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (message.location().url.endsWith('/session')) return;  // 401: nobody is signed in, or a wrong password
    if (/Service Worker registration blocked|GPU stall|Automatic fallback to software/.test(message.text())) return;
    if (options.mayFail?.test(`${message.text()} ${message.location().url}`)) return;
    troubles.push(`${message.type()} ${message.text()} ${message.location().url}`);
  });
  page.on('request', (request) => { if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(server.url)) troubles.push(`other host ${request.url()}`); });
  await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => console.error(`policy ${event.violatedDirective} ${event.blockedURI}`)));
  return {
    page, troubles,
    shot: async (name, full = true) => { await page.screenshot({ path: join(shots, `${device}-${name}.png`), fullPage: full }); },
    close: () => context.close(),
  };
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
export async function accessibility(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(axe, 'utf8'));  // past the content policy, as the debugger may
  const found = await page.evaluate(async () => {
    const result = await (window as unknown as { axe: { run: (on: Document, options: object) => Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe
      .run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
    return result.violations.filter((one) => one.impact === 'serious' || one.impact === 'critical').map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`);
  });
  return found;
}

export async function signIn(page: Page, server: Mock): Promise<void> {
  await page.goto(`${server.url}/#/sign-in`);
  await page.fill('#name', 'officer');
  await page.fill('#password', 'synthetic');
  await page.click('form button[type=submit]');
  await page.waitForSelector('.table tbody tr');
}
