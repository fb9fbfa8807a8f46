// Debian's Chromium and what must never happen in it; shared by the journeys over the mock and over
// real services.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

export const launch = (more: string[] = []): Promise<Browser> => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--disable-dev-shm-usage', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist', ...more],
});

export type Device = 'desktop' | 'phone';
export const newContext = (browser: Browser, device: Device, size: { width: number; height: number }, worker = false, state?: BrowserContextOptions['storageState']): Promise<BrowserContext> => browser.newContext({
  storageState: state,
  viewport: size, isMobile: device === 'phone', hasTouch: device === 'phone', deviceScaleFactor: device === 'phone' ? 2 : 1,
  locale: 'zh-CN', timezoneId: 'America/New_York', serviceWorkers: worker ? 'allow' : 'block', acceptDownloads: true,
});

// Errors in the console, breaches of the content policy, requests to another host, as they happen.
export function watch(page: Page, origin: string, ignore: (text: string) => boolean, troubles: string[] = []): string[] {
  page.on('pageerror', (error) => troubles.push(`error ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const text = `${message.type()} ${message.text()} ${message.location().url}`;
    if (/Service Worker registration blocked|GPU stall|Automatic fallback to software/.test(text) || ignore(text)) return;
    troubles.push(text);
  });
  page.context().on('request', (request) => { if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(`${origin}/`)) troubles.push(`other host ${request.url()}`); });
  void page.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => console.error(`policy ${event.violatedDirective} ${event.blockedURI}`)));
  return troubles;
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
// Serious and critical findings; the script comes past the content policy, as the debugger may.
export async function accessibility(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(axe, 'utf8'));
  return page.evaluate(async () => {
    const result = await (window as unknown as { axe: { run: (on: Document, options: object) => Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe
      .run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
    return result.violations.filter((one) => one.impact === 'serious' || one.impact === 'critical').map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`);
  });
}
