import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
// @ts-expect-error plain JavaScript
import { startMock } from '../../mock/server.mjs';
import { newContext, watch, type Device } from '../chromium';

export { accessibility, launch, type Device } from '../chromium';

export interface Mock {
  url: string; push: (cells: object[]) => void; dropListeners: () => void; listeners: () => number; lastEventIds: string[];
  forget: () => void; breakPath: (path: string) => void; close: () => Promise<void>;
}
export const startServer = () => startMock({ everyMs: 0 }) as Promise<Mock>;

export const devices = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const shots = process.env.SHOTS ?? join(__dirname, '../../out/shots');
mkdirSync(shots, { recursive: true });

export interface Visit { page: Page; troubles: string[]; shot: (name: string, full?: boolean) => Promise<void>; close: () => Promise<void> }

// A fresh visitor. Everything that must never happen is collected: errors in the console, breaches of
// the content policy, requests to another host.
export async function visit(browser: Browser, server: Mock, device: Device, options: { worker?: boolean; mayFail?: RegExp } = {}): Promise<Visit> {
  const context = await newContext(browser, device, devices[device], options.worker);
  const page = await context.newPage();
  // 401 of /session: nobody is signed in, or a wrong password. 404 of /registration: a household that is in no register.
  const troubles = watch(page, server.url, (text) => /\/(session|registration)$/.test(text) || (options.mayFail?.test(text) ?? false));
  return {
    page, troubles,
    shot: async (name, full = true) => { await page.screenshot({ path: join(shots, `${device}-${name}.png`), fullPage: full }); },
    close: () => context.close(),
  };
}

export async function signIn(page: Page, server: Mock, name = 'officer'): Promise<void> {
  await page.goto(`${server.url}/#/sign-in`);
  await page.fill('#name', name);
  await page.fill('#password', 'synthetic');
  await page.click('form button[type=submit]');
  await page.waitForSelector('.table tbody tr');
}
