// A visitor of the real gateway. Chromium trusts its certificate by the key's fingerprint, so that
// everything else about certificates, the service worker's rules too, stays as it is for people.
import { X509Certificate, createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launch, newContext, watch, type Device } from '../chromium';
import type { WorldFacts } from './world';

export const devices = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
export const shots = process.env.SHOTS ?? join(__dirname, '../../out/shots');
mkdirSync(shots, { recursive: true });

export function open(world: WorldFacts): Promise<Browser> {
  const key = new X509Certificate(readFileSync(join(world.dir, 'certs/service-gateway.crt'))).publicKey.export({ type: 'spki', format: 'der' });
  return launch([`--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`]);
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>;
const sessions = new Map<string, Promise<State>>();
// One sign-in for each person: the gateway allows one try a second.
export function signedIn(browser: Browser, world: WorldFacts, name: string): Promise<State> {
  let state = sessions.get(name);
  if (!state) sessions.set(name, state = (async () => {
    const context = await newContext(browser, 'desktop', devices.desktop);
    const page = await context.newPage();
    await page.goto(`${world.url}/#/sign-in`);
    await page.fill('#name', name);
    await page.fill('#password', world.password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('header .who');
    const kept = await context.storageState();
    await context.close();
    return kept;
  })());
  return state;
}

export interface Visit {
  page: Page; troubles: string[]; requests: string[];
  go: (hash: string) => Promise<void>; shot: (name: string, full?: boolean) => Promise<void>; close: () => Promise<void>;
}
export async function visit(browser: Browser, world: WorldFacts, device: Device, who: string, options: { worker?: boolean; mayFail?: RegExp; time?: Date } = {}): Promise<Visit> {
  const context = await newContext(browser, device, devices[device], options.worker, who ? await signedIn(browser, world, who) : undefined);
  if (options.time) await context.clock.setFixedTime(options.time);
  const page = await context.newPage();
  const visit: Visit = {
    page, requests: [], // 404 of /registration: a household that is in no register.
    troubles: watch(page, world.url, (text) => text.endsWith('/registration') || (options.mayFail?.test(text) ?? false)),
    go: async (hash) => { await page.goto(`${world.url}/#${hash}`); },
    shot: async (name, full = true) => { 
      // In a picture of the whole page the bars would lie across its middle.
      const bars = (position: string, display: string) => page.evaluate(([where, how]) => {
        document.querySelector<HTMLElement>('header.top')?.style.setProperty('position', where!);
        if (innerWidth < 641) document.querySelector<HTMLElement>('nav.tabs')?.style.setProperty('display', how!);
      }, [position, display]);
      if (full) await bars('static', 'none');
      await page.screenshot({ path: join(shots, `real-${device}-${name}.png`), fullPage: full });
      if (full) await bars('', '');
    },
    close: () => context.close(),
  };
  context.on('request', (request) => { visit.requests.push(request.url()); });
  return visit;
}
