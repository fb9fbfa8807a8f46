import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { accessibility, type Device } from '../chromium';
import { Client } from './client';
import { readKey } from './records';
import { open, shots, visit, type Visit } from './visit';

const world = inject('world');
const client = new Client(world);
let browser: Browser;
let now: Visit;
beforeAll(async () => { browser = await open(world); await client.signIn('demo'); });
afterAll(async () => { await browser?.close(); client.close(); });
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') { await now?.shot('failed', false); console.log(now?.page.url(), now?.troubles); }
  await now?.close();
});
const come = async (device: Device, who = '', options?: Parameters<typeof visit>[4]) => now = await visit(browser, world, device, who, options);

// Nothing wider than the screen, nothing serious that axe finds, nothing in the console, no other host.
async function sound(name: string, full = true): Promise<void> {
  const { page, shot, troubles } = now;
  await shot(name, full);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0);
  expect(await accessibility(page), name).toEqual([]);
  expect(troubles, name).toEqual([]);
}
// A chart is there when something is drawn in it.
const drawn = (page: Page, chart: string) => page.waitForFunction((selector) => {
  const canvas = document.querySelector<HTMLCanvasElement>(`${selector} canvas`);
  const draw = canvas?.getContext('2d');
  if (!canvas || !draw || !canvas.width) return false;
  const seen = new Set<number>();
  const { data } = draw.getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < data.length; i += 4) if (data[i + 3]! > 128) seen.add(data[i]! << 16 | data[i + 1]! << 8 | data[i + 2]!);
  return seen.size > 3;
}, chart);
const onMap = async (page: Page) => { await page.waitForSelector('.stage[data-ready]'); };
const level = (page: Page) => page.getAttribute('.stage', 'data-level');
const openTools = async (page: Page, device: Device) => { if (device === 'phone' && !await page.locator('.tools.open').count()) await page.getByRole('button', { name: '图层' }).click(); };

describe.each<Device>(['desktop', 'phone'])('on a %s', (device) => {
  it('USE-1 SEC-1 a visitor sees what is published and no figure of few people', async () => {
    const { page, go } = await come(device);
    await go('/');
    await page.waitForSelector('[aria-labelledby=h-published] .table a:has-text("毕节市")');
    expect(await page.locator('a[href*="households"], a[href*="findings"]').count()).toBe(0);
    await page.waitForSelector('#h-departments >> xpath=../.. >> .table tbody tr');
    await sound('welcome');
    await page.fill('.search input', 'jinshaxian');
    await page.waitForSelector('.search li:has-text("金沙县")');
    await page.keyboard.press('Enter');
    await onMap(page);
    await page.waitForSelector('.side h2:has-text("金沙县")');
    await page.waitForTimeout(800);
    await sound('map-published', false);
    await go('/datasets');
    await page.waitForSelector('.table tbody tr');
    await sound('datasets-public');
    await page.getByRole('button', { name: 'English' }).click();
    await page.waitForSelector('h1:has-text("Data")');
    await go('/');
    await page.waitForSelector('text=Published figures');
    await sound('welcome-english');
    for (const hash of ['/households', '/findings']) { await go(hash); await page.waitForSelector('#password'); }
    await sound('sign-in');
  });

  it('USE-1 figures of the province lead to households, to one household, and to a department\'s record', async () => {
    const { page, go } = await come(device, 'demo');
    await go('/');
    await page.waitForSelector('[aria-labelledby=h-classes] .table button:has-text("毕节市")');
    await page.waitForSelector('[aria-labelledby=h-automation] .meter');
    await sound('overview');
    await page.locator('[aria-labelledby=h-classes]').getByRole('button', { name: '毕节市' }).click();
    await page.waitForSelector('[aria-labelledby=h-classes] .table button:has-text("金沙县")');
    await page.getByRole('button', { name: 'English' }).click();
    await page.waitForSelector('text=Classes by area');
    await sound('overview-english');
    await page.getByRole('button', { name: '中文' }).click();

    await go('/households');
    await page.waitForSelector('.table tbody td .strip');
    await sound('households');
    await page.getByRole('button', { name: '下一页' }).click();
    await page.waitForSelector('text=第 2 页');
    await page.getByLabel('分类').selectOption('POVERTY_CLASS_POOR');
    await page.waitForFunction(() => { const tags = [...document.querySelectorAll('.table tbody .tag')]; return tags.length > 0 && tags.every((tag) => tag.textContent?.includes('贫困') && !tag.textContent.includes('可能')); });
    await page.locator('.table tbody tr th a').first().click();
    await page.waitForSelector('#h-index');

    // One whose house changed in the past: it has a history.
    const changed = readKey(world).filter((_, i) => i % 36 === 1)[0]!;
    await go(`/${changed.household}`);
    await drawn(page, '#lost');
    await drawn(page, '#history');
    expect(await page.locator('#history .table tbody tr').count()).toBeGreaterThan(1);
    expect(await page.locator('#lost details').count()).toBe(7);
    await page.locator('#lost summary').first().click();
    await page.waitForSelector('#lost .table tbody tr');
    expect(await page.locator('body').innerText()).not.toMatch(/(?<![\da-f])\d{17}[\dX](?![\da-f])/);
    await sound('household');
    await page.locator('#facts').getByRole('link', { name: '查看', exact: true }).first().click();
    await page.waitForSelector('dt:has-text("采集人")');
    expect(await page.locator('body').innerText()).toMatch(/\d{6}\*{8}\d{3}[\dX]/);
    expect(await page.locator('body').innerText()).not.toMatch(/(?<![\da-f])\d{17}[\dX](?![\da-f])/);
    await sound('record');
  });

  it('USE-1 a finding is settled, with who and why', async () => {
    const { page, go } = await come(device, 'demo');
    await go('/findings');
    await page.waitForSelector('.finding');
    await sound('findings');
    // Two findings may read the same: the household tells them apart.
    const listed = () => page.locator('.finding').evaluateAll((all) => all.map((one) => `${one.querySelector('a')!.href} ${one.textContent}`));
    const first = (await listed())[0]!;
    await page.locator('.finding').first().getByRole('button', { name: '处理' }).click();
    await page.waitForSelector('.resolve');
    await page.getByText('采信入户').click();
    await page.fill('#resolver', 'gb101');
    await page.fill('#note', '已到现场核对');
    await page.waitForTimeout(400);
    await sound('resolve', false);
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('.resolve', { state: 'detached' });
    await page.waitForFunction(() => document.querySelector('.finding')?.textContent?.includes('采信入户'));
    await page.reload();
    await page.waitForSelector('.finding');
    expect(await listed()).not.toContain(first);
  });

  it('USE-1 datasets, a contract and the records that were rejected', async () => {
    const { page, go } = await come(device, 'demo');
    await go('/datasets?participant=mps');
    await page.waitForSelector('.table tbody tr');
    await sound('datasets');
    await page.getByRole('link', { name: '5', exact: true }).click();
    await page.waitForSelector('[aria-labelledby=h-rejected] .table tbody tr');
    await page.waitForSelector('[aria-labelledby=h-fields] .table tbody tr');
    await sound('dataset');
  });

  it('GIS-1 GIS-2 the map is coloured, drilled into by clicks, themed, and found in by names and pinyin', async () => {
    const { page, go } = await come(device, 'demo');
    await go('/map');
    await onMap(page);
    await page.waitForSelector('.side h2:has-text("贵州省")');
    await drawn(page, '.trend');
    await page.waitForTimeout(500);
    await sound('map', false);
    const first = await level(page);
    const box = (await page.locator('.stage .map').first().boundingBox())!;
    await page.mouse.click(box.x + box.width * 0.5, box.y + box.height * 0.45);
    await page.waitForFunction(() => document.querySelector('.side h2')?.textContent !== '贵州省');
    await page.mouse.dblclick(box.x + box.width * 0.5, box.y + box.height * 0.45);
    await page.waitForFunction((before) => document.querySelector('.stage')?.getAttribute('data-level') !== before, first);
    // Themes: other colours in the legend's order, other title.
    const title = await page.locator('.legend b').innerText();
    await openTools(page, device);
    await page.locator('.tools select').first().selectOption('index');
    await page.waitForFunction((before) => document.querySelector('.legend b')?.textContent !== before, title);
    await page.locator('.tools select').nth(1).selectOption('quantile');
    await page.waitForTimeout(700);
    await sound('map-index', false);
    await page.locator('.tools select').first().selectOption('incidence');
    await page.locator('.tools select').nth(1).selectOption('policy');
    await page.fill('.search input', 'xinzhai');
    await page.waitForSelector('#places li');
    await page.fill('.search input', '520523108214');
    // There are many of that name; the one of the code.
    await page.locator('#places li:has(b:text-is("新寨村村民委员会")):has-text("平坝镇")').click();
    await page.waitForFunction(() => document.querySelector('.side h2')?.textContent?.startsWith('新寨村'));
    await page.waitForFunction(() => document.querySelector('.stage')?.getAttribute('data-level') === 'hamlet');
    await page.waitForTimeout(900);
    await sound('map-hamlets', false);
    await page.locator('.side .path button').nth(2).click();
    await page.waitForFunction(() => document.querySelector('.side h2')?.textContent === '金沙县');
    await page.getByRole('button', { name: '排名' }).click();
    await page.waitForSelector('.rank li');
    await page.waitForTimeout(800);
    await sound('map-county');
    // The way back leads to the place before.
    await page.goBack();
    await page.waitForFunction(() => document.querySelector('.side h2')?.textContent?.startsWith('新寨村'));
    await page.waitForFunction(() => document.querySelector('.stage')?.getAttribute('data-level') === 'hamlet');
  });

  it('GIS-3 the map goes back in time, plays, compares two days, and is shared, saved and printed', async () => {
    const { page, go } = await come(device, 'demo');
    const asked = new Set<string>();
    const outlines: string[] = [];
    page.on('request', (request) => { if (/\.mvt\?.*date=/.test(request.url())) outlines.push(request.url()); });
    page.on('request', (request) => { const found = /\/map\/state\/.*date=([\d-]+)/.exec(request.url()); if (found) asked.add(found[1]!); });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await go('/map');
    await onMap(page);
    const figure = () => page.locator('.side .numbers dd').first().innerText();
    await page.waitForSelector('.side .numbers');
    const today = await figure();
    await page.locator('.time input[type=range]').first().fill('0');
    await page.waitForFunction((date) => document.querySelector('.side .note')?.textContent?.includes(date), world.days[0]!);
    const then = await figure();
    expect(then).not.toBe(today);
    expect(await page.locator('.time').innerText()).toContain('历史数据');
    await page.locator('.time input[type=range]').first().evaluate((range: HTMLInputElement) => { range.value = String(Number(range.max) - 3); range.dispatchEvent(new Event('input')); });
    await page.getByRole('button', { name: '播放' }).click();
    await page.waitForFunction(() => document.querySelector('.pulse')?.textContent?.includes('实时'), undefined, { timeout: 90_000 });
    expect(asked.size).toBeGreaterThan(3);
    // Numbers alone: the outlines stay.
    expect(outlines).toEqual([]);
    await page.waitForFunction((figure) => document.querySelector('.side .numbers dd')?.textContent === figure, today);
    await openTools(page, device);
    await page.getByLabel('两个日期对比').check();
    await page.waitForFunction(() => document.querySelectorAll('.view canvas').length === 2);
    // What has become of it since, in figures.
    await page.waitForSelector('.side .since');
    expect(await page.locator('.side .since').innerText()).toBe(`较 ${world.days[0]}`);
    const change = Number.parseFloat(today) - Number.parseFloat(then);
    expect(await page.locator('.side .change').first().innerText()).toBe(`${change > 0 ? '+' : '−'}${Math.abs(change).toFixed(1)} 个百分点`);
    await page.waitForTimeout(1500);
    await sound('map-compare', false);
    // The link shows another person the same.
    await page.getByRole('button', { name: '复制链接' }).click();
    await page.waitForSelector('text=已复制');
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const other = await page.context().newPage();
    await other.goto(link);
    await onMap(other);
    await other.waitForFunction(() => document.querySelectorAll('.view canvas').length === 2);
    expect(await other.locator('.stamp').allInnerTexts()).toEqual(await page.locator('.stamp').allInnerTexts());
    await other.close();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '导出图片' }).click()]);
    const file = join(shots, `real-${device}-export.png`);
    await download.saveAs(file);
    expect(download.suggestedFilename()).toMatch(/^fupin-map-.*\.png$/);
    const png = readFileSync(file);
    const ratio = device === 'phone' ? 2 : 1;
    expect([png.subarray(1, 4).toString(), png.readUInt32BE(16) > 600 * ratio, png.length > 20_000]).toEqual(['PNG', true, true]);
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    await page.waitForTimeout(300);
    await now.shot('map-print');
    expect(await page.locator('.paper canvas').count()).toBe(2);
    expect(now.troubles).toEqual([]);
  });

  it('SEC-1 SEC-2 a county officer begins at the county, and is told kindly what is not theirs', async () => {
    const { page, go } = await come(device, 'county', { mayFail: /403|404/ });
    await go('/');
    await page.waitForSelector('.page-head strong:has-text("金沙县")');
    await page.waitForSelector('[aria-labelledby=h-classes] .table tbody tr');
    await sound('county-overview');
    await go('/households');
    await page.waitForSelector('.table tbody tr');
    for (const place of await page.locator('.table tbody td.nowrap:nth-last-child(2)').allInnerTexts()) expect(place).toContain('新寨村');
    await go('/map');
    await onMap(page);
    await page.waitForSelector('.side h2:has-text("金沙县")');
    await page.waitForTimeout(900);
    await sound('county-map', false);
    await go('/households?at=52,5203');
    await page.waitForSelector('.elsewhere');
    await page.getByRole('link', { name: '回到我负责的地区' }).first().click();
    await page.waitForSelector('.table tbody tr');
    await go('/map?s=5203');
    await onMap(page);
    await page.waitForSelector('.side .elsewhere');
    await sound('county-elsewhere', false);
    await page.getByRole('link', { name: '回到我负责的地区' }).click();
    await page.waitForSelector('.side h2:has-text("金沙县")');
  });
});

describe('a village cadre on a phone', () => {
  it('USE-1 SEC-1 sees the village, its natural villages and its households', async () => {
    // Nothing is asked for that is refused.
    const { page, go } = await come('phone', 'village', { mayFail: /404/ });
    await go('/');
    await page.waitForSelector('[aria-labelledby=h-classes] .table button:has-text("上寨")');
    // By rule they are those of the village, no others.
    await page.waitForSelector('.rules .open');
    const found = (await page.locator('.rules .open').allInnerTexts()).reduce((sum, text) => sum + Number(text), 0);
    const figures = await page.locator('.figures li').filter({ hasText: '待核疑点' }).locator('.value').innerText();
    expect([await page.locator('.rules li').count() < 10, found]).toEqual([true, Number(figures)]);
    await sound('village-overview');
    await go('/households?class=POVERTY_CLASS_POOR');
    await page.waitForSelector('[aria-label=住户] .table tbody tr th a');
    await sound('village-households');
    await page.locator('.table tbody tr th a').first().click();
    await drawn(page, '#lost');
    await sound('village-household');
    await go('/findings');
    await page.waitForSelector('.finding, .empty');
    await sound('village-findings');
    await go('/map');
    await onMap(page);
    await page.waitForFunction(() => document.querySelector('.stage')?.getAttribute('data-level') === 'hamlet');
    await page.waitForTimeout(900);
    await sound('village-map', false);
  });
});

describe('certificates, caches, languages', () => {
  it('SEC-1 the service worker keeps files of the app and no answer of the API, over the real gateway', async () => {
    const { page, go, troubles } = await come('desktop', 'demo', { worker: true });
    await go('/');
    await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated' && navigator.serviceWorker.controller !== null);
    await page.reload();
    await page.waitForSelector('[aria-labelledby=h-classes] .table tbody tr');
    const kept = await page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat());
    expect(kept.length).toBeGreaterThan(3);
    expect(kept.filter((path) => !/^\/(assets\/|icon\.svg$|manifest\.webmanifest$|$)/.test(path))).toEqual([]);
    expect(troubles).toEqual([]);
  });
  it('SEC-1 nothing the pages ask for has a name, a number or a household in its address but the household\'s own id', async () => {
    const { page, go, requests } = await come('desktop', 'demo');
    await go('/households');
    await page.waitForSelector('.table tbody tr th a');
    await page.locator('.table tbody tr th a').first().click();
    await drawn(page, '#lost');
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.filter((address) => /[一-鿿]|%E[4-9]|\d{17}[\dXx]/.test(address))).toEqual([]);
  });
});
