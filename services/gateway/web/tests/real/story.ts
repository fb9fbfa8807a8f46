// What people do with a case, in Chromium over the real services, by the words they see.
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
// @ts-expect-error plain JavaScript
import { photo } from '../../mock/cases.mjs';
import { accessibility, type Device } from '../chromium';
import { Client } from './client';
import { open, visit, type Visit } from './visit';
import { people, type WorldFacts } from './world';

export const picture = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(photo as string, 'base64') };
export interface Option { action: string; allowed: boolean; refusals?: { reason: string }[] }
export interface Shown { name: string; household: string; step: string; options: Option[]; openFindingCount: number; status: string }
export interface Applicant { name: string; number: string }

export class Story {
  browser!: Browser;
  now!: Visit;
  constructor(readonly world: WorldFacts) {}

  async begin(): Promise<void> { this.browser = await open(this.world); }
  async end(): Promise<void> { await this.now?.close(); await this.browser?.close(); }
  // Somebody else sits down, or nobody in particular.
  async come(device: Device, who = '', options?: Parameters<typeof visit>[4]): Promise<Visit> {
    await this.now?.close();
    return this.now = await visit(this.browser, this.world, device, who, options);
  }
  // A picture to look at; nothing runs over the edge, everyone can use it, nothing went wrong.
  async sound(name: string): Promise<void> {
    const { now } = this;
    await now.shot(name);
    expect(await now.page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0);
    expect(await accessibility(now.page), name).toEqual([]);
    expect(now.troubles, name).toEqual([]);
  }

  // On the public page: a receipt number and its code.
  async apply({ name, number }: Applicant, shot = ''): Promise<{ receipt: string; code: string }> {
    const { page, go } = this.now;
    await go('/apply');
    for (const place of ['毕节市', '金沙县', '平坝镇', '新寨村村民委员会']) {
      await page.waitForFunction((wanted) => [...document.querySelectorAll('.levels option')].some((one) => one.textContent === wanted), place);
      await page.locator('.levels select').last().selectOption({ label: place });
    }
    await page.waitForSelector('text=已选择');
    await page.fill('#applicant-name', name);
    await page.fill('#applicant-number', number);
    await page.fill('#applicant-phone', '0857-1234567');
    await page.fill('#applicant-reason', '家中两人生病，收入低（合成数据）');
    await page.getByText('我已了解').click();
    if (shot) await this.sound(`${shot}-apply`);
    await page.getByRole('button', { name: '提交申请' }).click();
    await page.waitForSelector('.receipt-code');
    if (shot) await this.sound(`${shot}-receipt`);
    const receipt = (await page.locator('.receipt-number').innerText()).trim();
    expect(receipt.startsWith(`${people.township.division}-`)).toBe(true);
    return { receipt, code: await this.codeShown() };
  }
  async codeShown(): Promise<string> { return (await this.now.page.locator('.receipt-code').innerText()).replace(/\D/g, ''); }
  async follow(receipt: string, code: string): Promise<void> {
    const { page, go } = this.now;
    await go('/follow');
    await page.fill('#receipt', receipt);
    await page.fill('#code', code);
    await page.locator('form').first().getByRole('button', { name: '查询' }).click();
  }

  async openCase(receipt: string): Promise<void> {
    await this.now.go(`/cases/${receipt}`);
    await this.now.page.waitForSelector('.line li.now');
  }
  async act(action: string, step: string): Promise<void> {
    const { page } = this.now;
    await page.getByRole('button', { name: action, exact: true }).click();
    await page.locator('.confirm .act.main').click();
    await page.waitForSelector(`.line li.now:has-text("${step}")`);
  }
  async meet(counts: Record<'entitledCount' | 'presentCount' | 'inFavourCount' | 'againstCount', string>): Promise<void> {
    const { page } = this.now;
    await page.waitForSelector('.need:has-text("尚未登记民主评议会")');
    for (const [field, count] of Object.entries(counts)) await page.fill(`#${field}`, count);
    await page.setInputFiles('#meeting-photo', picture);
    await page.waitForSelector('canvas.shown');
    await page.getByRole('button', { name: '登记评议会' }).click();
    await page.waitForFunction(() => [...document.querySelectorAll('button')].some((one) => one.textContent === '评议通过' && !one.disabled));
  }
  async post(place: string, shot = ''): Promise<void> {
    const { page } = this.now;
    await page.getByRole('link', { name: '预览并张贴' }).click();
    await page.waitForSelector('.sheet tbody tr');
    await page.fill('#posting-place', place);
    await page.setInputFiles('#posting-photo', picture);
    await page.waitForSelector('canvas.shown');
    if (shot) await this.sound(shot);
    await page.getByRole('button', { name: '登记张贴' }).click();
    await page.waitForSelector('text=已登记张贴');
  }
  // Against the first of the notice that is open; receipt and code of the objection.
  async object(text: string): Promise<[string, string]> {
    const { page } = this.now;
    await page.getByRole('button', { name: '提出异议' }).click();
    await page.selectOption('#entry', '1');
    await page.fill('#objection', text);
    await page.getByRole('button', { name: '提交异议' }).click();
    await page.waitForSelector('.receipt-code');
    return [(await page.locator('.receipt-number').innerText()).trim(), await this.codeShown()];
  }
  async answer(finding: '属实' | '不属实', text: string, shot = ''): Promise<void> {
    const { page, go } = this.now;
    await go('/objections');
    await page.waitForSelector('article.open');
    await page.locator('article.open').first().getByRole('button', { name: '核实并答复' }).click();
    await page.locator('.pick').filter({ hasText: new RegExp(`^${finding}`) }).click();
    await page.fill('#answer', text);
    if (shot) await this.sound(shot);
    await page.getByRole('button', { name: '提交答复' }).click();
    await page.waitForFunction(() => document.querySelectorAll('article.open').length === 0);
  }
}

// The service compares and watches by itself; this waits for it, by asking.
export async function until<T>(ask: () => Promise<T>, ready: (found: T) => boolean): Promise<T> {
  const limit = Date.now() + 60_000;
  for (;;) {
    const found = await ask();
    if (ready(found)) return found;
    if (Date.now() > limit) throw new Error(`not ready: ${JSON.stringify(found).slice(0, 2000)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
export const caseOf = (client: Client, receipt: string) => () => client.json<Shown>(`/v1/cases/${receipt}`);
export const allows = (action: string) => (shown: Shown) => shown.options.some((one) => one.action === action && one.allowed);
