// One household's way from its own application to a notice on the board and an answered objection, in
// Chromium over the real services. Nobody in it exists (合成数据).
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
// @ts-expect-error plain JavaScript
import { photo } from '../../mock/cases.mjs';
import { accessibility, type Device } from '../chromium';
import { Client } from './client';
import { open, visit, type Visit } from './visit';
import { people } from './world';

const world = inject('world');
const village = new Client(world);
const township = new Client(world);
let browser: Browser;
let now: Visit;
beforeAll(async () => { browser = await open(world); await village.signIn('village'); await township.signIn('township'); });
afterAll(async () => { await browser?.close(); village.close(); township.close(); });
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') { await now?.shot('cases-failed'); console.log(now?.page.url(), now?.troubles); }
  await now?.close();
});
async function come(device: Device, who = '', options?: Parameters<typeof visit>[4]) { await now?.close(); return now = await visit(browser, world, device, who, options); }
async function sound(name: string): Promise<void> {
  await now.shot(name);
  expect(await now.page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0);
  expect(await accessibility(now.page), name).toEqual([]);
  expect(now.troubles, name).toEqual([]);
}
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const numberOf = (body: string) => body + '10X98765432'[weights.reduce((sum, weight, i) => sum + weight * Number(body[i]), 0) % 11];
const picture = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(photo as string, 'base64') };
interface Option { action: string; allowed: boolean; refusalReason: string }
interface Shown { household: string; step: string; options: Option[]; openFindingCount: number }
// The service compares by itself; this waits for it, by asking.
async function until(client: Client, name: string, ready: (shown: Shown) => boolean): Promise<Shown> {
  const limit = Date.now() + 60_000;
  for (;;) {
    const shown = await client.json<Shown>(`/v1/${name}`);
    if (ready(shown)) return shown;
    if (Date.now() > limit) throw new Error(`not ready: ${JSON.stringify(shown.options)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
async function act(action: string, step: string): Promise<void> {
  const { page } = now;
  await page.getByRole('button', { name: action, exact: true }).click();
  await page.locator('.confirm .act.main').click();
  await page.waitForSelector(`.line li.now:has-text("${step}")`);
}

it.each<Device>(['desktop', 'phone'])('ID-1 ID-9 on a %s a household applies, is appraised and noticed, objected to and answered', async (device) => {
  const number = numberOf(`52052319750${device === 'phone' ? '8' : '9'}12119`);
  const addresses: string[] = [];

  // The household applies at home.
  let { page, go } = await come(device, '', { mayFail: /404/ });
  await go('/apply');
  for (const name of ['毕节市', '金沙县', '平坝镇', '新寨村村民委员会']) {
    await page.waitForFunction((wanted) => [...document.querySelectorAll('.levels option')].some((one) => one.textContent === wanted), name);
    await page.locator('.levels select').last().selectOption({ label: name });
  }
  await page.waitForSelector('text=已选择');
  await page.fill('#applicant-name', '欧阳试');
  await page.fill('#applicant-number', number);
  await page.fill('#applicant-phone', '0857-1234567');
  await page.fill('#applicant-reason', '家中两人生病，收入低（合成数据）');
  await page.getByText('我已了解').click();
  await sound('cases-apply');
  await page.getByRole('button', { name: '提交申请' }).click();
  await page.waitForSelector('.receipt-code');
  await sound('cases-receipt');
  const receipt = (await page.locator('.receipt-number').innerText()).trim(), code = (await page.locator('.receipt-code').innerText()).replace(/\D/g, '');
  expect(receipt.startsWith(`${people.township.division}-`)).toBe(true);
  addresses.push(...now.requests);
  const name = `cases/${receipt}`;
  const follow = async () => {
    await go('/follow');
    await page.fill('#receipt', receipt);
    await page.fill('#code', code);
    await page.locator('form').first().getByRole('button', { name: '查询' }).click();
    await page.waitForSelector('.found .steps li.now');
  };
  await follow();
  expect(await page.locator('.steps li.now').innerText()).toContain('受理申请');

  // The village sees it and what is missing; a survey is handed in from a tablet.
  ({ page, go } = await come(device, 'village'));
  await go('/tasks');
  await page.locator(`a.case[href$="${receipt}"]`).click();
  await page.waitForSelector('.need:has-text("尚未入户调查")');
  await sound('cases-received');
  const surveyed = await village.send('POST', '/v1/surveys', { requestId: `web-journey-${device}`, survey: {
    sourceKey: `JOURNEY-${device}`, division: people.village.division, provenance: { collector: 'village', enterer: 'village', method: 'COLLECTION_METHOD_MANUAL', collectTime: new Date().toISOString() },
    members: [{ citizenNumber: number, name: '欧阳试', relation: '02', sex: '1' }], answers: [],
  } });
  expect(surveyed.status, surveyed.body.toString()).toBe(200);
  await until(village, name, (shown) => shown.options.some((one) => one.action === 'surveyed' && one.allowed));
  await page.reload();
  await page.waitForSelector('.line li.now');
  await act('完成入户调查', '信息比对');

  // The township compares; what is found is settled first, in a named person's hand.
  const compared = await until(township, name, (shown) => shown.options.some((one) => one.action === 'compare' && (one.allowed || one.refusalReason === 'FINDINGS_OPEN')));
  if (compared.options.some((one) => one.refusalReason === 'FINDINGS_OPEN')) {
    const { findings } = await township.json<{ findings: { name: string; state: string }[] }>(`/v1/${compared.household}`);
    for (const one of findings.filter((each) => each.state === 'FINDING_STATE_OPEN')) await township.send('POST', `/v1/${one.name}:resolve`, { resolution: 'RESOLUTION_ACCEPT_FIELD', resolver: 'township', note: '合成数据' });
    await until(township, name, (shown) => shown.options.some((one) => one.action === 'compare' && one.allowed));
  }
  ({ page, go } = await come(device, 'township'));
  await go(`/cases/${receipt}`);
  await page.waitForSelector('.sides');
  await act('比对通过', '民主评议');
  await sound('cases-compared');

  // The appraisal, and the notice on the wall.
  ({ page, go } = await come(device, 'village'));
  await go(`/cases/${receipt}`);
  await page.waitForSelector('.need:has-text("尚未登记民主评议会")');
  await page.fill('#entitledCount', '30');
  await page.fill('#presentCount', '25');
  await page.fill('#inFavourCount', '20');
  await page.fill('#againstCount', '3');
  await page.setInputFiles('#meeting-photo', picture);
  await page.waitForSelector('canvas.shown');
  await page.getByRole('button', { name: '登记评议会' }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('button')].some((one) => one.textContent === '评议通过' && !one.disabled));
  await act('评议通过', '第一次公示');
  await page.getByRole('button', { name: '查看照片' }).first().click();
  await page.waitForSelector('.history canvas');
  await sound('cases-appraised');
  await page.getByRole('link', { name: '预览并张贴' }).click();
  await page.waitForSelector('.sheet tbody tr:has-text("欧阳*")');
  await page.fill('#posting-place', '村委会公示栏');
  await page.setInputFiles('#posting-photo', picture);
  await page.waitForSelector('canvas.shown');
  await sound('cases-posting');
  await page.getByRole('button', { name: '登记张贴' }).click();
  await page.waitForSelector('text=已登记张贴');

  // The board, for everyone.
  ({ page, go } = await come(device));
  await go(`/board?at=${people.village.division}`);
  await page.locator('.list li a').first().click();
  await page.waitForSelector('.sheet tbody tr:has-text("欧阳*")');
  const sheet = await page.locator('main').innerText();
  for (const secret of ['欧阳试', number, '1234567']) expect(sheet).not.toContain(secret);
  await sound('cases-notice');
  await page.getByRole('button', { name: '提出异议' }).click();
  await page.selectOption('#entry', '1');
  await page.fill('#objection', '他家去年新买了货车（合成数据）');
  await page.getByRole('button', { name: '提交异议' }).click();
  await page.waitForSelector('.receipt-code');
  const objected = [(await page.locator('.receipt-number').innerText()).trim(), (await page.locator('.receipt-code').innerText()).replace(/\D/g, '')] as const;
  await follow();
  expect(await page.locator('.found').innerText()).toContain('正在公示');
  addresses.push(...now.requests);

  ({ page, go } = await come(device, 'village'));
  await go('/objections');
  await page.waitForSelector('article.open');
  await page.locator('article.open').first().getByRole('button', { name: '核实并答复' }).click();
  await page.locator('.pick').filter({ hasText: '不属实' }).click();
  await page.fill('#answer', '货车是借用的，已核对行驶证（合成数据）');
  await sound('cases-objection');
  await page.getByRole('button', { name: '提交答复' }).click();
  await page.waitForFunction(() => document.querySelectorAll('article.open').length === 0);

  ({ page, go } = await come(device));
  await go('/follow');
  await page.locator('.pick').filter({ hasText: '异议' }).click();
  await page.fill('#receipt', objected[0]);
  await page.fill('#code', objected[1]);
  await page.locator('form').first().getByRole('button', { name: '查询' }).click();
  await page.waitForSelector('text=货车是借用的');
  await sound('cases-answered');
  addresses.push(...now.requests);
  for (const secret of [number, code, objected[1], '欧阳', encodeURIComponent('欧阳')]) expect(addresses.filter((address) => address.includes(secret))).toEqual([]);
});

it.each<Device>(['desktop', 'phone'])('ID-9 ID-10 on a %s the township opens cases from households and decides a step as one job', async (device) => {
  const { households } = await township.json<{ households: { name: string }[] }>(`/v1/divisions/${people.township.division}/households?pageSize=500`);
  const mine = households.filter((_, i) => i % 2 === (device === 'phone' ? 1 : 0)).slice(0, 4);
  expect(mine.length).toBe(4);
  const { page, go } = await come(device, 'township', { mayFail: /409/ });
  await go(`/${mine[0]!.name}`);
  await page.getByRole('button', { name: '发起办件' }).click();
  // Back into the register goes only who had left it.
  await page.locator('.pick').filter({ hasText: '返贫重新纳入' }).click();
  await page.fill('#lead', '走访发现主要劳力住院（合成数据）');
  await page.getByRole('button', { name: '受理', exact: true }).click();
  await page.waitForSelector('.failure:has-text("只受理")');
  await sound('cases-open');
  await page.locator('.pick').filter({ hasText: '贫困户识别' }).click();
  await page.getByRole('button', { name: '受理', exact: true }).click();
  await page.waitForSelector('.line li.now:has-text("受理申请")');
  for (const [i, one] of mine.slice(1).entries()) {
    const opened = await township.send('POST', '/v1/cases', { requestId: `web-batch-${device}-${i}`, household: one.name, procedure: 'registration-2014', lead: '合成数据' });
    expect(opened.status, opened.body.toString()).toBe(200);
  }
  await go('/review?p=registration-2014&s=received');
  await page.waitForSelector('.detail .sides');
  const waiting = await page.locator('.queue .row').count();
  expect(waiting).toBeGreaterThanOrEqual(4);
  await sound('cases-review');
  await page.getByRole('button', { name: '批量办理' }).click();
  await page.locator('.batch .pick').filter({ hasText: '完成入户调查' }).click();
  await page.locator('.batch .pick').filter({ hasText: '我已看过' }).click();
  await page.getByRole('button', { name: '开始批量办理' }).click();
  await page.waitForSelector(`.job:has-text("批量办理完成"):has-text("共 ${waiting} 件")`);
  await sound('cases-batch');
  // What happened to the household is one line: scores, findings, cases.
  await go(`/${mine[0]!.name}`);
  await page.waitForSelector('#cases .list li:has-text("信息比对")');
  await page.waitForSelector('.life li.case:has-text("完成入户调查")');
  await page.waitForSelector('.life li.score');
  await sound('cases-life');
  await go('/posting');
  await page.waitForSelector('#h-waiting');
  await go('/tasks');
  await page.waitForSelector('a.case .step:has-text("信息比对")');
  await sound('cases-tasks');
});
