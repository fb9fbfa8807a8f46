// Cases, notices and objections over the mock, at a desk and on a phone. Synthetic people (合成数据).
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript
import { photo } from '../../mock/cases.mjs';
import { accessibility, launch, signIn, startServer, visit, type Device, type Mock, type Visit } from './harness';

let browser: Browser;
let server: Mock;
let now: Visit;
beforeAll(async () => { browser = await launch(); });
afterAll(async () => { await browser?.close(); });
// A mock's cases are as new when it starts.
beforeEach(async () => { server = await startServer(); });
afterEach(async () => { server.breakPath(''); await now?.close(); await server?.close(); });

const open = async (device: Device, options?: Parameters<typeof visit>[3]) => now = await visit(browser, server, device, options);
const picture = { name: 'sheet.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(photo as string, 'base64') };
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
// Synthetic numbers of nobody, valid by their check character.
let people = 0;
const citizen = () => { const body = `5205251958010${String(1000 + ++people)}`; return body + '10X98765432'[weights.reduce((sum, weight, i) => sum + weight * Number(body[i]), 0) % 11]; };
const noSideways = async (page: Page) => expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
// Every target a thumb should hit is 44 points high, wherever it is.
const smallTargets = (page: Page) => page.evaluate(() => [...document.querySelectorAll<HTMLElement>('main .act, main .box, main .pick, main a.case')].filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML.slice(0, 80)));
const fine = async (page: Page) => { await noSideways(page); expect(await smallTargets(page)).toEqual([]); expect(await accessibility(page)).toEqual([]); };
async function chooseVillage(page: Page) {
  for (const name of ['毕节市', '纳雍县']) {
    await page.waitForFunction((wanted) => [...document.querySelectorAll('.levels option')].some((one) => one.textContent === wanted), name);
    await page.locator('.levels select').last().selectOption({ label: name });
  }
  await page.waitForFunction(() => document.querySelectorAll('.levels select').length === 3);
  await page.locator('.levels select').last().selectOption({ index: 1 });
  await page.waitForFunction(() => document.querySelectorAll('.levels select').length === 4);
  await page.locator('.levels select').last().selectOption({ index: 1 });
  await page.waitForSelector('text=已选择');
}
async function apply(page: Page, number: string) {
  await page.goto(`${server.url}/#/apply`);
  await page.reload();
  await chooseVillage(page);
  await page.fill('#applicant-name', '欧阳甲');
  await page.fill('#applicant-number', number);
  await page.fill('#applicant-phone', '0851-1234567');
  await page.fill('#applicant-reason', '家中两人生病，收入低（合成数据）');
  await page.getByText('我已了解').click();
}
const take = async (page: Page) => [(await page.locator('.receipt-number').innerText()).trim(), (await page.locator('.receipt-code').innerText()).replace(/\D/g, '')] as const;
async function follow(page: Page, receipt: string, code: string, kind = '申请') {
  await page.goto(`${server.url}/#/follow`);
  await page.locator('.pick').filter({ hasText: kind }).click();
  await page.fill('#receipt', receipt);
  await page.fill('#code', code);
  await page.locator('form').first().getByRole('button', { name: '查询' }).click();
}

describe.each<Device>(['desktop', 'phone'])('%s', (device) => {
  it('ID-1 a visitor applies, gets a receipt, follows and withdraws; nothing personal stays behind', async () => {
    const { page, troubles, shot } = await open(device, { mayFail: /40\d/ });
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    const number = citizen();
    await page.goto(`${server.url}/#/apply`);
    await page.waitForSelector('.levels select');
    await page.getByRole('button', { name: '提交申请' }).click();
    await page.waitForSelector('text=请选择到村');
    await shot('apply-missing');
    await fine(page);
    await apply(page, number);
    await shot('apply');
    expect(await page.getAttribute('#applicant-number', 'autocomplete')).toBe('off');
    await page.getByRole('button', { name: '提交申请' }).click();
    await page.waitForSelector('.receipt-code');
    await shot('receipt');
    await fine(page);
    const [receipt, code] = await take(page);
    expect(code).toMatch(/^\d{8}$/);
    // A second application of the same person is refused, in words, beside the button.
    await apply(page, number);
    await page.getByRole('button', { name: '提交申请' }).click();
    await page.waitForSelector('.failure:has-text("请凭回执查询")');
    await shot('apply-refused');

    await follow(page, receipt, '00000000');
    await page.waitForSelector('.failure:has-text("回执号或取件码不正确")');
    await follow(page, receipt, code);
    await page.waitForSelector('.steps li.now:has-text("受理申请")');
    await shot('follow');
    await fine(page);
    await page.getByRole('button', { name: '撤回申请' }).click();
    await page.getByRole('button', { name: '确认撤回' }).click();
    await page.waitForSelector('.failure:has-text("请写明理由")');
    await page.fill('#why', '不再申请');
    await page.getByRole('button', { name: '确认撤回' }).click();
    await page.waitForSelector('.found .tag:has-text("已撤回")');
    expect(addresses.filter((address) => address.includes(number) || address.includes(code) || address.includes(receipt))).toEqual([]);
    expect(page.url()).not.toContain(receipt);
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }));
    for (const secret of [number, code, receipt, '欧阳']) expect(stored).not.toContain(secret);
    await page.goto(`${server.url}/#/apply`);
    await page.waitForSelector('#applicant-number');
    await page.waitForSelector('.levels select');
    expect(await page.inputValue('#applicant-number')).toBe('');
    expect(troubles).toEqual([]);
  });

  it('SEC-2 the board shows what hangs, masked, and an objection can be made and followed', async () => {
    const { page, troubles, shot } = await open(device);
    await page.goto(`${server.url}/#/board?at=520525`);
    await page.waitForSelector('.list li');
    await shot('board');
    await fine(page);
    await page.locator('.list li a').first().click();
    await page.waitForSelector('.sheet tbody tr');
    const sheet = await page.locator('.sheet').innerText();
    expect(sheet).not.toMatch(/\d{17}[\dX]|1\d{10}/);
    for (const name of await page.locator('.sheet tbody td:nth-child(2)').allInnerTexts()) expect(name).toContain('*');
    expect(sheet).toMatch(/还有 \d+ 天|今天最后一天/);
    await shot('notice');
    await fine(page);
    await page.getByRole('button', { name: '提出异议' }).click();
    await page.getByRole('button', { name: '提交异议' }).click();
    await page.waitForSelector('.failure:has-text("请写明异议内容")');
    await page.selectOption('#entry', '1');
    await page.fill('#objection', '他家去年新买了货车（合成数据）');
    await page.fill('#objector-phone', '手机');
    await page.getByRole('button', { name: '提交异议' }).click();
    await page.waitForSelector('.failure:has-text("7 至 13 位数字")');
    await page.fill('#objector-phone', '');
    await shot('objection');
    await fine(page);
    await page.getByRole('button', { name: '提交异议' }).click();
    await page.waitForSelector('.receipt-code');
    await shot('objection-receipt');
    const [receipt, code] = await take(page);
    await follow(page, receipt, code, '异议');
    await page.waitForSelector('text=正在核实');
    await shot('objection-follow');
    await fine(page);
    expect(troubles).toEqual([]);
  });

  it('USE-1 the queue of an officer: due first, in words, filtered by step, in both languages', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server, 'xiang');
    expect(await page.locator('nav.tabs a').allInnerTexts()).toEqual(['总览', '地图', '住户', '名册', '疑点', '办件', '公示', '异议', '数据']);
    await page.goto(`${server.url}/#/tasks`);
    await page.waitForSelector('a.case');
    const all = await page.locator('a.case').count();
    expect(await page.locator('a.case .tags').allInnerTexts().then((texts) => texts.every((text) => /超期|到期|还有|没有期限/.test(text)))).toBe(true);
    await shot('tasks', false);
    await fine(page);
    await page.selectOption('.select select', 'registration-2014~reviewed');
    await page.waitForFunction((before) => { const cards = document.querySelectorAll('a.case'); return cards.length > 0 && cards.length < before; }, all);
    expect(new Set(await page.locator('a.case .step').allInnerTexts())).toEqual(new Set(['乡镇审核']));
    if (device === 'phone') {
      await page.getByRole('button', { name: '更多' }).click();
      await page.waitForSelector('nav.more');
      await shot('nav-more', false);
      expect(await page.locator('nav.more a').allInnerTexts()).toEqual(['地图', '名册', '疑点', '数据']);
    }
    await page.getByRole('button', { name: 'English' }).click();
    await page.waitForSelector('a.case .step:has-text("township review")');
    await page.evaluate(() => { location.hash = '#/tasks'; });
    await page.waitForSelector('h1:has-text("My tasks")');
    await page.waitForFunction(() => document.querySelectorAll('a.case').length > 3);
    await shot('tasks-english', false);
    await fine(page);
    expect(troubles).toEqual([]);
  });

  it('ID-9 a case is appraised: what is missing stands beside the button, the meeting with its photo, then the notice', async () => {
    const { page, troubles, shot } = await open(device, { mayFail: /40\d/ });
    await signIn(page, server, 'cun');
    await page.goto(`${server.url}/#/tasks?p=registration-2014&s=appraised`);
    await page.locator('a.case').first().click();
    await page.waitForSelector('.line li.now:has-text("民主评议")');
    const button = page.getByRole('button', { name: '评议通过' });
    expect(await button.isDisabled()).toBe(true);
    expect(await page.locator('.list .need').first().innerText()).toBe('尚未登记民主评议会，请登记到会和表决人数');
    await shot('case');
    await fine(page);
    const fill = async (present: string, favour: string) => { await page.fill('#entitledCount', '30'); await page.fill('#presentCount', present); await page.fill('#inFavourCount', favour); await page.fill('#againstCount', '0'); };
    await fill('20', '20');
    await page.getByRole('button', { name: '登记评议会' }).click();
    await page.waitForSelector('.failure:has-text("请上传照片")');
    await page.setInputFiles('#meeting-photo', picture);
    await page.waitForSelector('canvas.shown');
    await page.getByRole('button', { name: '登记评议会' }).click();
    await page.waitForSelector('.need:has-text("30 人中至少须到 21 人")');
    await fill('25', '20');
    await shot('case-meeting');
    await page.getByRole('button', { name: '登记评议会' }).click();
    await page.waitForFunction(() => ![...document.querySelectorAll('button')].find((one) => one.textContent === '评议通过')?.disabled);
    await button.click();
    await page.getByRole('button', { name: '确认:评议通过' }).or(page.getByRole('button', { name: '确认：评议通过' })).click();
    await page.waitForSelector('.line li.now:has-text("第一次公示")');
    await page.getByRole('button', { name: '查看照片' }).first().click();
    await page.waitForSelector('.history canvas');
    await shot('case-history');
    expect(await page.locator('.history').innerText()).toContain('应到 30，实到 25，同意 20，反对 0');
    await fine(page);
    expect(troubles).toEqual([]);
  });

  it('ID-9 a notice is previewed, posted with place and photo, and taken down with a reason', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server, 'cun');
    await page.goto(`${server.url}/#/posting`);
    await page.waitForSelector('text=正在公示');
    await page.getByRole('button', { name: '预览并张贴' }).first().click();
    await page.waitForSelector('.sheet tbody tr');
    const [draft] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载公示（PDF）' }).click()]);
    expect(draft.suggestedFilename()).toMatch(/^notice-.*\.pdf$/);
    await page.getByRole('button', { name: '登记张贴' }).click();
    await page.waitForSelector('.failure:has-text("请填写张贴地点")');
    await page.fill('#posting-place', '村委会公示栏');
    await page.setInputFiles('#posting-photo', picture);
    await page.waitForSelector('canvas.shown');
    expect(await page.locator('.sheet').innerText()).toContain('自张贴之日起 7 天');
    await shot('posting');
    await fine(page);
    await page.emulateMedia({ media: 'print' });
    await shot('posting-print');
    expect(await page.locator('#posting-place').isVisible()).toBe(false);
    expect(await page.locator('.sheet').isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
    await page.getByRole('button', { name: '登记张贴' }).click();
    await page.waitForSelector('text=已登记张贴');
    await shot('posting-done');
    const before = await page.locator('section[aria-labelledby=h-hangs] .list > li').count();
    await page.locator('section[aria-labelledby=h-hangs]').getByRole('button', { name: '撤下' }).first().click();
    await page.fill('#take-why', '名单有误（合成数据）');
    await shot('posting-take-down');
    await fine(page);
    await page.getByRole('button', { name: '确认撤下' }).click();
    await page.waitForFunction((count) => document.querySelectorAll('section[aria-labelledby=h-hangs] .list > li').length < count, before);
    expect(troubles).toEqual([]);
  });

  it('ID-9 an objection is answered', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server, 'cun');
    await page.goto(`${server.url}/#/objections`);
    await page.waitForSelector('article.open');
    const before = await page.locator('article.open').count();
    await page.locator('article.open').first().getByRole('button', { name: '核实并答复' }).click();
    await page.getByRole('button', { name: '提交答复' }).click();
    await page.waitForSelector('.failure:has-text("请选择是否属实")');
    await page.locator('.pick').filter({ hasText: '不属实' }).click();
    await page.fill('#answer', '已查房产登记，没有县城住房（合成数据）');
    await shot('objections');
    await fine(page);
    await page.getByRole('button', { name: '提交答复' }).click();
    await page.waitForFunction((count) => document.querySelectorAll('article.open').length < count, before);
    expect(troubles).toEqual([]);
  });

  it('ID-9 the township reviews with score and findings side by side', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server, 'xiang');
    await page.goto(`${server.url}/#/review?p=registration-2014&s=reviewed`);
    await page.waitForSelector('.detail .sides');
    await page.waitForSelector('.detail .lost li');
    await shot('review');
    await fine(page);
    const second = page.locator('.queue .row').nth(1);
    const name = (await second.locator('.name b').innerText()).trim();
    await second.click();
    await page.waitForFunction((wanted) => document.querySelector('#h-detail')?.textContent?.includes(wanted), name);
    const queue = await page.locator('.queue .row').count();
    const revisit = page.getByRole('button', { name: '登记复查' });
    await page.waitForSelector('.detail .list .act');
    if (await revisit.count()) {
      await page.fill('#revisit-note', '再次入户，情况属实（合成数据）');
      await revisit.click();
      await page.waitForSelector('text=复查已登记');
    }
    await page.locator('.detail').getByRole('button', { name: '审核通过', exact: true }).click();
    await page.getByRole('button', { name: /确认.审核通过/ }).click();
    await page.waitForFunction((count) => document.querySelectorAll('.queue .row').length === count - 1, queue);
    expect(troubles).toEqual([]);
  });

  it('ID-10 a case is opened from the household; one its status forbids is refused in words', async () => {
    const { page, troubles, shot } = await open(device, { mayFail: /40\d/ });
    await signIn(page, server, 'xiang');
    const id = await page.evaluate(async () => {
      const read = async <T>(path: string) => await (await fetch(path)).json() as T;
      const who = await read<{ division: string }>('/session');
      const taken = new Set((await read<{ cases: { household: string }[] }>(`/v1/divisions/${who.division}/cases?pageSize=500`)).cases.map((one) => one.household));
      const { households } = await read<{ households: { name: string }[] }>(`/v1/divisions/${who.division}/households?pageSize=200`);
      return households.find((one) => !taken.has(one.name))!.name.split('/')[1]!;
    });
    await page.goto(`${server.url}/#/households/${id}`);
    await page.waitForSelector('.life li');
    await page.getByRole('button', { name: '发起办件' }).click();
    await page.locator('.pick').filter({ hasText: '返贫重新纳入' }).click();
    await page.fill('#lead', '走访发现主要劳力住院（合成数据）');
    await page.getByRole('button', { name: '受理', exact: true }).click();
    await page.waitForSelector('.failure');
    await page.locator('#cases').scrollIntoViewIfNeeded();
    await shot('household-open');
    await fine(page);
    await page.locator('.pick').filter({ hasText: '贫困户识别' }).click();
    await page.getByRole('button', { name: '受理', exact: true }).click();
    await page.waitForSelector('.line li.now:has-text("受理申请")');
    await page.goto(`${server.url}/#/households/${id}`);
    await page.waitForSelector('.life li.case');
    await page.waitForSelector('#cases .list li');
    await page.locator('#life').scrollIntoViewIfNeeded();
    await shot('household-life');
    expect(troubles).toEqual([]);
  });

  it('ID-9 the county decides all cases of a step as one job, and reads what was refused', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server, 'xian');
    await page.goto(`${server.url}/#/review?p=registration-2014&s=${device === 'desktop' ? 'approved' : 'proposed'}`);
    await page.waitForSelector('.detail .list .act');
    await page.getByRole('button', { name: '批量办理' }).click();
    await page.locator('.batch .pick').filter({ hasText: device === 'desktop' ? '审定' : '拟同意' }).first().click();
    await page.getByRole('button', { name: '开始批量办理' }).click();
    await page.waitForSelector('.failure:has-text("请确认")');
    await page.locator('.batch .pick').filter({ hasText: '我已看过' }).click();
    await shot('batch');
    await fine(page);
    await page.getByRole('button', { name: '开始批量办理' }).click();
    await page.waitForSelector('.job:has-text("批量办理完成")');
    // What was decided is gone from the queue, and nobody decides over another step unawares.
    if (device === 'desktop') { await page.waitForSelector('text=这一步已经没有办件'); expect(await page.locator('.detail').count()).toBe(0); }
    expect(page.url()).toContain('batch=b');
    await shot('batch-done');
    await fine(page);
    await page.reload();
    await page.waitForSelector('.job:has-text("批量办理完成")');
    expect(troubles).toEqual([]);
  });

  it('ID-9 the registration form takes a main cause and at most two others', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server, 'xiang');
    await page.goto(`${server.url}/#/tasks?p=registration-2014&s=form`);
    await page.locator('a.case').first().click();
    await page.waitForSelector('.need:has-text("登记表还缺")');
    await page.selectOption('#main-cause', 'illness');
    await page.getByLabel('因学').check();
    await page.getByLabel('缺劳力').check();
    expect(await page.getByLabel('缺水').isDisabled()).toBe(true);
    await shot('case-form');
    await fine(page);
    await page.getByRole('button', { name: '保存登记表' }).click();
    await page.waitForSelector('text=已保存');
    await page.getByRole('button', { name: '登记', exact: true }).click();
    await page.getByRole('button', { name: /确认.登记/ }).click();
    await page.waitForSelector('.actions .told:has-text("已批准")');
    expect(troubles).toEqual([]);
  });

  it('an operator sees cases and changes none', async () => {
    const { page, troubles, shot } = await open(device);
    await signIn(page, server);
    await page.goto(`${server.url}/#/tasks?at=52,5205,520525`);
    await page.locator('a.case').first().click();
    await page.waitForSelector('text=办理由当地工作人员进行');
    await shot('case-operator');
    await fine(page);
    await page.goto(`${server.url}/#/objections`);
    await page.waitForSelector('h1:has-text("您的角色不能查看此内容")');
    expect(troubles).toEqual([]);
  });
});

describe('trouble', () => {
  it('USE-1 is told where it is, with a way to try again, and the empty queue says so', async () => {
    const { page, shot } = await open('desktop', { mayFail: /503|40\d/ });
    await signIn(page, server, 'xiang');
    server.breakPath('/v1/divisions');
    await page.goto(`${server.url}/#/tasks`);
    await page.waitForSelector('[role=alert]:has-text("服务暂不可用")');
    await shot('tasks-trouble');
    server.breakPath('');
    await page.goto(`${server.url}/#/tasks?p=exit-2016&s=approved`);
    await page.waitForSelector('text=没有等待您办理的事项');
    await page.goto(`${server.url}/#/cases/no-such`);
    await page.waitForSelector('[role=alert]:has-text("没有该编号的办件")');
    await page.goto(`${server.url}/#/notices/no-such`);
    await page.waitForSelector('[role=alert]:has-text("没有该公示")');
  });
});
