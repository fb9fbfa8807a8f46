import { statSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessibility, launch, signIn, startServer, visit, type Device, type Mock, type Visit } from './harness';

let browser: Browser;
let server: Mock;
let now: Visit;
beforeAll(async () => { [browser, server] = await Promise.all([launch(), startServer()]); });
afterAll(async () => { await browser?.close(); await server?.close(); });
afterEach(async () => { server.breakPath(''); await now?.close(); });

const open = async (device: Device, options?: Parameters<typeof visit>[3]) => now = await visit(browser, server, device, options);
const anyHousehold = (division = '520525') => now.page.evaluate(async (code) => {
  const answer = await (await fetch(`/v1/divisions/${code}/households?pageSize=40`)).json() as { households: { name: string; openFindingCount: number }[] };
  return answer.households.find((one) => one.openFindingCount > 0)!.name.split('/')[1]!;
}, division);

describe.each<Device>(['desktop', 'phone'])('%s', (device) => {
  it('shows a visitor what is public and nothing else', async () => {
    const { page, troubles, shot } = await open(device);
    await page.goto(server.url);
    await page.waitForSelector('[aria-labelledby=h-published] .table a:has-text("毕节市")');
    expect(await page.title()).toBe('总览 · 扶贫云');
    expect(await page.locator('nav.tabs a').allInnerTexts()).toEqual(['总览', '地图', '申请', '查询进度', '公示栏', '数据']);
    expect(await page.locator('.synthetic').innerText()).toContain('合成数据');
    expect(await page.locator('a[href*="households"]').count()).toBe(0);
    await shot('overview-public');
    expect(await accessibility(page)).toEqual([]);
    await page.locator('[aria-labelledby=h-published]').getByRole('link', { name: '毕节市' }).click();
    await page.waitForSelector('.stage[data-ready]');
    await page.waitForSelector('.side button:has-text("纳雍县")');
    expect(page.url()).toContain('s=5205');
    expect(await page.locator('.legend').innerText()).toContain('不公开');
    expect(await page.locator('.causes li').first().innerText()).toContain('因病');
    await page.waitForTimeout(700);
    await shot('map-public', false);
    expect(await accessibility(page)).toEqual([]);
    await page.goto(server.url);
    await page.getByRole('button', { name: 'English' }).click();
    await page.waitForSelector('text=Published figures');
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    expect(await page.title()).toBe('Overview · Fupin Cloud');
    await shot('overview-english');
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.goto(`${server.url}/#/households`);
    await page.waitForSelector('#password');
    expect(await accessibility(page)).toEqual([]);
    expect(troubles).toEqual([]);
  });

  it('signs in, says so when the password is wrong, and comes back to where one wanted to go', async () => {
    const { page, troubles, shot } = await open(device);
    await page.goto(`${server.url}/#/findings?at=52,5205`);
    await page.fill('#name', 'officer');
    await page.fill('#password', 'guess');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.failure');
    expect(await page.inputValue('#password')).toBe('');
    await shot('sign-in');
    await page.fill('#password', 'synthetic');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.finding');
    expect(page.url()).toContain('#/findings?at=52,5205');
    await page.getByRole('button', { name: '退出' }).click();
    await page.waitForSelector('text=登录');
    expect(await page.locator('nav.tabs a').count()).toBe(6);
    expect(troubles).toEqual([]);
  });

  it('leads from a figure to the households behind it, to one household, and to a record', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server);
    await page.waitForSelector('text=贫困人口');
    await shot('overview');
    expect(await accessibility(page)).toEqual([]);
    await page.goto(`${server.url}/#/households?at=52,5205,520525&class=POVERTY_CLASS_POOR`);
    await page.waitForSelector('.table tbody td .strip');
    expect(new Set(await page.locator('.table tbody .tag').allInnerTexts())).toEqual(new Set(['贫困']));
    await page.goto(`${server.url}/#/households?at=52,5205,520525`);
    await page.waitForSelector('.table .tag.good');
    await page.getByRole('button', { name: '下一页' }).click();
    await page.waitForSelector('text=第 2 页');
    await shot('households');
    expect(await accessibility(page)).toEqual([]);
    await page.goto(`${server.url}/#/households/${await anyHousehold()}`);
    await page.waitForSelector('#lost canvas');
    await page.waitForSelector('#history canvas');
    expect(await page.locator('#lost details').count()).toBe(7);
    await page.locator('#lost summary').first().click();
    await page.waitForSelector('#lost .table tbody tr');
    expect(await page.locator('body').innerText()).not.toMatch(/\d{17}[\dX]/);
    await page.waitForTimeout(300);
    await shot('household');
    expect(await accessibility(page)).toEqual([]);
    await page.locator('#facts').getByRole('link', { name: '查看', exact: true }).first().click();
    await page.waitForSelector('text=采集人');
    await shot('record');
    expect(await accessibility(page)).toEqual([]);
    expect(troubles).toEqual([]);
  });

  it('settles a finding in a named person\'s hand', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server);
    await page.goto(`${server.url}/#/findings?at=52,5205,520525&rule=X001`);
    await page.waitForSelector('.finding');
    expect(new Set(await page.locator('.finding header .code').allInnerTexts())).toEqual(new Set(['X001']));
    await shot('findings', false);
    expect(await accessibility(page)).toEqual([]);
    const before = await page.locator('.finding').count();
    await page.locator('.finding').first().getByRole('button', { name: '处理' }).click();
    await page.waitForSelector('.resolve');
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('text=请选择处理方式');
    await page.getByText('采信部门').click();
    await page.fill('#note', '已到现场核对');
    await page.waitForTimeout(400);
    await shot('resolve', false);
    expect(await accessibility(page)).toEqual([]);
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('.resolve', { state: 'detached' });
    expect(await page.locator('.finding').first().innerText()).toContain('采信部门 · officer');
    await page.reload();
    await page.waitForSelector('.finding');
    expect(await page.locator('.finding').count()).toBe(before - 1);
    expect(troubles).toEqual([]);
  });

  it('shows datasets, contract and rejected records', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server);
    await page.goto(`${server.url}/#/datasets?participant=hud`);
    await page.waitForSelector('h1:has-text("数据")');
    await page.waitForSelector('.table tbody tr');
    expect(await page.locator('.table tbody tr').count()).toBe(3);
    await shot('datasets');
    await page.getByRole('link', { name: '农房安全鉴定' }).click();
    await page.waitForSelector('text=校验位');
    await page.waitForSelector('text=建筑面积');
    await shot('dataset');
    expect(await accessibility(page)).toEqual([]);
    expect(troubles).toEqual([]);
  });

  it('colours, selects and drills on the map', async () => {
    const glyphs: string[] = [];
    const { page, troubles, shot } = await open(device);
    page.on('request', (request) => { if (/glyph|\.pbf/.test(request.url())) glyphs.push(request.url()); });
    await signIn(page, server);
    await page.goto(`${server.url}/#/map`);
    await page.waitForSelector('.stage[data-ready]');
    await page.waitForSelector('text=贵州省');
    const first = await page.getAttribute('.stage', 'data-level');
    await page.waitForSelector('.trend canvas');
    await page.waitForTimeout(400);
    await shot('map', false);
    expect(await accessibility(page)).toEqual([]);
    const box = (await page.locator('.stage .map').first().boundingBox())!;
    await page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2 - 20);
    await page.waitForFunction((level) => document.querySelector('.stage')?.getAttribute('data-level') !== level, first);
    expect(await page.locator('.side h2').innerText()).not.toBe('贵州省');
    await page.waitForFunction(() => /v=\d/.test(location.hash));
    // Search by keyboard, down to a village.
    await page.fill('.search input', '纳雍');
    await page.waitForSelector('#places li');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('.side h2')?.textContent === '纳雍县');
    await page.waitForFunction(() => document.querySelector('.stage')?.getAttribute('data-level') === 'township');
    await page.waitForTimeout(700);
    await shot('map-county', false);
    await page.getByRole('button', { name: '排名' }).click();
    await page.waitForSelector('.rank li');
    expect(glyphs).toEqual([]);
    expect(troubles).toEqual([]);
  });

  it('GIS-2 shows households by cause and class, as share or number, and tells the causes of a place', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server);
    await page.goto(`${server.url}/#/map`);
    await page.waitForSelector('.stage[data-ready]');
    await page.waitForSelector('.causes canvas');
    expect(await page.locator('.causes .chart').first().getAttribute('aria-label')).toContain('因病');
    const tools = async () => { if (device === 'phone' && await page.locator('.bar .tools').isHidden()) await page.getByRole('button', { name: '图层' }).click(); };
    const told = () => page.locator('.legend li em').allInnerTexts().then((all) => all.join());
    const before = await told();
    await tools();
    await page.selectOption('.metric', 'cause.illness');
    await page.waitForFunction(() => document.querySelector('.legend b')?.textContent?.includes('因病'));
    expect(await page.locator('.legend b').innerText()).toContain('占在册和监测户比例');
    await page.waitForFunction((was) => [...document.querySelectorAll('.legend li em')].map((one) => one.textContent).join() !== was, before);
    await page.waitForFunction(() => location.hash.includes('m=cause.illness'));
    await page.waitForTimeout(400);
    await shot('map-cause', false);
    expect(await accessibility(page)).toEqual([]);
    await tools();
    await page.selectOption('.measure', 'count');
    await page.waitForFunction(() => document.querySelector('.legend b')?.textContent?.includes('因病户数'));
    // Numbers of households have no breaks of policy.
    expect(await page.getByText('分档').count()).toBe(0);
    const link = await page.evaluate(() => location.href);
    await page.selectOption('.metric', 'exited');
    await page.waitForFunction(() => document.querySelector('.legend b')?.textContent?.includes('已脱贫户'));
    await page.waitForTimeout(400);
    await shot('map-exited', false);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '导出图片' }).click()]);
    expect(download.suggestedFilename()).toContain('exited');
    // The link alone shows the same again, on a past day beside today.
    const days = await page.evaluate(async () => ((await (await fetch('/v1/map')).json()) as { firstDate: string }).firstDate);
    await page.goto('about:blank');
    await page.goto(`${link.includes('n=count') ? link : `${link}&n=count`}&c=${days}`);
    await page.waitForSelector('.stage[data-ready]');
    await page.waitForFunction(() => document.querySelectorAll('.view canvas').length === 2 && document.querySelector('.legend b')?.textContent?.includes('因病户数'));
    await page.waitForTimeout(1200);
    await shot('map-cause-compare', false);
    // A cause picked in the panel, and left again.
    await page.locator('.causes .pick button').nth(1).click();
    await page.waitForFunction(() => !document.querySelector('.legend b')?.textContent?.includes('因病'));
    await page.locator('.causes').scrollIntoViewIfNeeded();
    await page.waitForTimeout(300);
    await shot('map-causes-panel', false);
    await page.getByRole('button', { name: '排名' }).click();
    await page.locator('.filters select').first().selectOption('FIGURE_CAUSE:illness');
    await page.waitForSelector('.rank li');
    expect(troubles).toEqual([]);
  });

  it('GIS-1 shows who is counted in a place and in none of its parts', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server);
    const { placesForTiles } = await import('../../mock/data.mjs' as string) as { placesForTiles: () => { code: string; level: string; parts: unknown[]; point: [number, number] }[] };
    const { loadDivisions } = await import('../../mock/geo.mjs' as string) as { loadDivisions: () => Map<string, { code: string; level: string; parts: unknown[] }> };
    const township = [...loadDivisions().values()].find((one) => one.level === 'township' && one.code.startsWith('520525') && one.parts.length)!.code;
    const [longitude, latitude] = placesForTiles().find((one) => one.code === township)!.point;
    for (const metric of ['&d=2026-11-01', '&m=registered', '&m=cause.school&n=count', '']) {
      await page.goto('about:blank');
      await page.goto(`${server.url}/#/map?v=12.4,${longitude},${latitude}&s=52${metric}`);
      await page.waitForSelector('.stage[data-ready][data-rests="1"]');
    }
    await page.waitForTimeout(300);
    await shot('map-rest', false);
    const box = (await page.locator('.stage .map').first().boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForFunction((code) => location.hash.includes(`s=${code}`), township);
    await page.waitForSelector('text=户登记在本级');
    expect(troubles).toEqual([]);
  });

  it('keeps the state of the map in the address, compares two days, and prints and saves', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server);
    const other = await page.evaluate(async () => ((await (await fetch('/v1/map')).json()) as { firstDate: string }).firstDate);
    await page.goto(`${server.url}/#/map?v=6.60,106.7000,26.8000&s=5205&m=index&b=quantile&c=${other}`);
    await page.waitForSelector('.stage[data-ready]');
    await page.waitForSelector('.side h2:has-text("毕节市")');
    expect(await page.locator('.view canvas').count()).toBe(2);
    await page.waitForTimeout(1500);
    await shot('map-compare', false);
    if (device === 'phone') await page.getByRole('button', { name: '图层' }).click();
    expect(await page.locator('.tools select').first().inputValue()).toBe('index');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '导出图片' }).click()]);
    const file = `${process.env.SHOTS ?? 'out/shots'}/${device}-export.png`;
    await download.saveAs(file);
    expect(statSync(file).size).toBeGreaterThan(20_000);
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    await page.waitForTimeout(300);
    await shot('map-print');
    expect(await page.locator('.paper canvas').count()).toBe(2);
    await page.emulateMedia({ media: 'screen' });
    // Back to today by the address alone.
    await page.evaluate(() => { location.hash = '#/map?v=7.5,107,26.9&s=52'; });
    await page.waitForFunction(() => document.querySelectorAll('.view canvas').length === 1 && document.querySelector('.stage')?.getAttribute('data-level') === 'county');
    expect(troubles).toEqual([]);
  });
});

describe('the map, live', () => {
  it('repaints what the server pushes, and asks for what it missed', async () => {
    const { page, troubles } = await open('desktop', { mayFail: /map\/events/ });
    await signIn(page, server);
    await page.goto(`${server.url}/#/map`);
    await page.waitForSelector('.stage[data-ready]');
    await page.waitForSelector('text=实时更新');
    const worst = page.locator('.legend li').nth(6).locator('em');
    expect(await worst.innerText()).toBe('0');
    const ids = await page.evaluate(async () => {
      const { places } = await (await fetch('/v1/map/places?query=%E6%AF%95%E8%8A%82')).json() as { places: { division: string }[] };
      return places[0]!.division;
    });
    expect(ids).toBe('5205');
    // 毕节市's tile id, as the mock numbers places.
    const { loadDivisions } = await import('../../mock/geo.mjs' as string) as { loadDivisions: () => Map<string, unknown> };
    const id = [...loadDivisions().keys()].indexOf('5205') + 1;
    const cell = { id, households: 100, persons: 400, poor: 90, possibly: 5, stable: 5, unscorable: 0, poor_persons: 360, incidence: 900, index: 4000 };
    server.push([cell]);
    await page.waitForFunction(() => document.querySelectorAll('.legend li em')[6]?.textContent === '1');
    server.push([{ ...cell, incidence: 10 }]);
    await page.waitForFunction(() => document.querySelectorAll('.legend li em')[6]?.textContent === '0' && document.querySelectorAll('.legend li em')[0]?.textContent === '1');
    server.dropListeners();
    await page.waitForSelector('text=正在重新连接');
    await page.waitForSelector('text=实时更新');
    expect(server.lastEventIds[server.lastEventIds.length - 1]).toBe('2');
    // A past day is not live.
    await page.evaluate(() => { location.hash = '#/map?d=2026-11-01'; });
    await page.waitForSelector('text=历史数据');
    expect(troubles).toEqual([]);
  });

  it('GIS-3 plays the days with numbers alone: no outline is fetched again, and the next day is there before its turn', async () => {
    const { page, troubles } = await open('desktop');
    await signIn(page, server);
    await page.goto(`${server.url}/#/map`);
    await page.waitForSelector('.stage[data-ready]');
    await page.waitForTimeout(800);
    const asked: string[] = [];
    let bytes = 0;
    page.on('response', (response) => { const url = response.url(); if (new URL(url).pathname.startsWith('/map/')) void response.body().then((body) => { asked.push(url); bytes += body.length; }).catch(() => undefined); });
    const shown: { date: string; next: boolean }[] = [];
    const day = page.locator('output').first();
    await page.getByRole('button', { name: '播放' }).click();
    for (let before = await day.innerText(); shown.length < 5;) {
      await page.waitForFunction((was) => document.querySelector('output')?.textContent !== was, before);
      before = await day.innerText();
      shown.push({ date: before, next: asked.some((url) => url.includes(`date=${before}`)) });
    }
    await page.getByRole('button', { name: '暂停' }).click();
    await page.waitForTimeout(800);
    expect(asked.filter((url) => url.includes('.mvt'))).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every((url) => url.includes('/map/state/'))).toBe(true);
    // The first steps wait for their day; those after it were fetched while the one before was shown.
    expect(shown.slice(2).every((one) => one.next)).toBe(true);
    const dates = new Set(asked.map((url) => /date=([\d-]+)/.exec(url)![1]));
    expect(asked.length).toBe(new Set(asked).size);
    const whole = await page.evaluate(async (urls) => (await Promise.all(urls.map(async (url) => (await (await fetch(url.replace('/state/', '/tiles/').replace('?', '.mvt?'))).arrayBuffer()).byteLength))).reduce((a, b) => a + b, 0), asked.filter((url) => url.includes(`date=${shown[3]!.date}`)).map((url) => url.replace('figures=index&', '')));
    console.log(`play: ${asked.length} blocks of ${dates.size} days, ${Math.round(bytes / dates.size)} bytes a day; the tiles of a day would be ${whole}`);
    expect(bytes / dates.size).toBeLessThan(whole / 4);
    // Where it stopped, the figures beside the map are of that day.
    await page.waitForSelector(`.side:has-text("${await day.innerText()} 当日")`);
    expect(troubles).toEqual([]);
  });
});

describe('trouble', () => {
  it('is told where it is, with a way to try again', async () => {
    const { page, shot } = await open('desktop', { mayFail: /503/ });
    server.breakPath('/v1/exchange');
    await page.goto(server.url);
    await page.waitForSelector('[aria-labelledby=h-departments] [role=alert]');
    expect(await page.locator('[aria-labelledby=h-departments] [role=alert]').innerText()).toContain('服务暂不可用');
    await page.waitForSelector('.table a:has-text("毕节市")');
    await shot('trouble');
    server.breakPath('');
    await page.getByRole('button', { name: '重试' }).click();
    await page.waitForSelector('text=公安厅');
  });
  it('of a session that has ended leads to the sign-in and back', async () => {
    const { page } = await open('desktop', { mayFail: /401/ });
    await signIn(page, server);
    server.forget();
    await page.goto(`${server.url}/#/households?at=52`);
    await page.waitForSelector('#password');
    await page.fill('#name', 'officer');
    await page.fill('#password', 'synthetic');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.table tbody tr');
    expect(page.url()).toContain('#/households?at=52');
  });
  it('of a session that has ended keeps what was typed, for the same person only', async () => {
    const { page } = await open('desktop', { mayFail: /401/ });
    await signIn(page, server);
    await page.goto(`${server.url}/#/findings?at=52,5205,520525&rule=X001`);
    await page.locator('.finding').first().getByRole('button', { name: '处理' }).click();
    await page.getByText('采信部门').click();
    await page.fill('#note', '已到现场核对');
    server.forget();
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('dialog:has-text("登录已过期")');
    expect(await page.inputValue('dialog #name')).toBe('officer');
    await page.fill('dialog #password', 'guess');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog .failure');
    await page.fill('dialog #password', 'synthetic');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(await page.inputValue('#note')).toBe('已到现场核对');
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('.resolve', { state: 'detached' });
    expect(await page.locator('.finding').first().innerText()).toContain('已到现场核对');
    server.forget();
    await page.getByRole('link', { name: '名册' }).click();
    await page.fill('dialog #name', 'cun');
    await page.fill('dialog #password', 'synthetic');
    await page.keyboard.press('Enter');
    await page.waitForSelector('header .who:has-text("村")', { state: 'attached' });
    expect(new URL(page.url()).hash).toBe('#/');
  });
  it('of a page for another role is told, without asking to sign in again', async () => {
    const { page, troubles } = await open('desktop');
    await signIn(page, server);
    await page.goto(`${server.url}/#/review`);
    await page.waitForSelector('h1:has-text("您的角色不能查看此内容")');
    await page.getByRole('link', { name: '换一个账号登录' }).click();
    await page.fill('#name', 'xiang');
    await page.fill('#password', 'synthetic');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("审核审定")');
    expect(troubles).toEqual([]);
  });
  it('of a link to a day or a place that is not there ends where there is something', async () => {
    const { page, troubles } = await open('desktop', { mayFail: /404/ });
    await page.goto(`${server.url}/#/map?d=2020-01-01`);
    await page.waitForSelector('.stage[data-ready]');
    const first = (await (await fetch(`${server.url}/v1/map/editions`)).json() as { editions: { date: string }[] }).editions.map((one) => one.date).sort()[0]!;
    expect(await page.locator('output').first().innerText()).toBe(first);
    expect(await page.locator('.legend em').allInnerTexts()).not.toEqual(['0', '0', '0', '0']);
    await page.goto(`${server.url}/#/map?s=999999`);
    await page.getByRole('link', { name: '回到默认地区' }).click();
    await page.waitForSelector('.side h2:has-text("贵州省")');
    await signIn(page, server);
    await page.goto(`${server.url}/#/map?d=2999-01-01&m=cause.nothing`);
    await page.waitForSelector('.stage[data-ready]');
    await page.waitForSelector('text=实时更新');
    expect(await page.inputValue('.metric')).toBe('incidence');
    // The map's own link begins anew, its panel too.
    await page.getByRole('button', { name: '毕节市' }).click();
    await page.waitForSelector('.side h2:has-text("毕节市")');
    await page.locator('nav.tabs').getByRole('link', { name: '地图' }).click();
    await page.waitForSelector('.side h2:has-text("贵州省")');
    expect(troubles).toEqual([]);
  });
  it('of a search is told as such, and Enter waits for what was typed', async () => {
    const { page } = await open('desktop', { mayFail: /503/ });
    await page.goto(`${server.url}/#/map`);
    await page.waitForSelector('.stage[data-ready]');
    const box = page.getByRole('combobox', { name: '搜索地名、拼音或代码' });
    await box.fill('毕节');
    await page.waitForSelector('[role=option]:has-text("毕节市")');
    await box.fill('贵阳');
    await box.press('Enter');
    await page.waitForSelector('.side h2:has-text("贵阳市")');
    server.breakPath('/v1/map/places');
    await box.fill('安顺');
    await page.waitForSelector('[role=option]:has-text("暂时无法搜索")');
  });
});

describe('keyboard and kept files', () => {
  it('reaches everything, starting with a way past the header', async () => {
    const { page } = await open('desktop');
    await page.goto(server.url);
    await page.waitForSelector('.table a:has-text("毕节市")');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.keyboard.press('Shift+Tab');
    const style = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(style).toBe('solid');
  });
  it('keeps files of the app and no answer of the API', async () => {
    const { page } = await open('desktop', { worker: true, mayFail: /./ });
    await page.goto(server.url);
    await page.waitForSelector('.table a:has-text("毕节市")');
    await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated' && navigator.serviceWorker.controller !== null);
    await page.reload();
    await page.waitForSelector('.table a:has-text("毕节市")');
    const kept = await page.evaluate(async () => {
      const names = await caches.keys();
      return (await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat();
    });
    expect(kept.length).toBeGreaterThan(3);
    expect(kept.filter((path) => !/^\/(assets\/|icon\.svg$|manifest\.webmanifest$|$)/.test(path))).toEqual([]);
    await page.context().setOffline(true);
    await page.reload();
    await page.waitForSelector('text=连不上服务器');
    await page.context().setOffline(false);
  });
});
