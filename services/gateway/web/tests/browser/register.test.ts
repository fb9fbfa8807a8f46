// The register, suggestions, import and exit tests over the mock, at a desk and on a phone. Synthetic people (合成数据).
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/core/csv';
import { registerColumns } from '../../src/core/registerTable';
import { accessibility, launch, signIn, startServer, visit, type Device, type Mock, type Visit } from './harness';

let browser: Browser;
let server: Mock;
let now: Visit;
beforeAll(async () => { browser = await launch(); });
afterAll(async () => { await browser?.close(); });
beforeEach(async () => { server = await startServer(); });
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') { await now?.shot('register-failed'); console.log(now?.page.url(), now?.troubles); }
  await now?.close();
  await server?.close();
});

async function come(device: Device, who: string, hash: string, options?: Parameters<typeof visit>[3]) {
  now = await visit(browser, server, device, options);
  await signIn(now.page, server, who);
  await now.page.goto(`${server.url}/#${hash}`);
  return now;
}
async function fine(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  expect(await page.evaluate(() => [...document.querySelectorAll<HTMLElement>('main .act, main .box, main .pick')].filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML.slice(0, 80)))).toEqual([]);
  expect(await accessibility(page)).toEqual([]);
}
async function download(page: Page, begin: () => Promise<void>): Promise<{ name: string; content: Buffer }> {
  const [got] = await Promise.all([page.waitForEvent('download'), begin()]);
  return { name: got.suggestedFilename(), content: readFileSync(await got.path()) };
}
const choose = (page: Page, name: string, content: Buffer | string) => page.setInputFiles('#register-file', { name, mimeType: 'text/csv', buffer: Buffer.from(content) });
const yesterday = new Date(Date.now() - 16 * 3_600_000).toISOString().slice(0, 10);
const header = '建档立卡编号,区划代码,户主姓名,户主身份证号,家庭人口,状态历史';

describe.each<Device>(['desktop', 'phone'])('%s', (device) => {
  it('ID-8 the register of a division: filtered by status, as a table, with what an entry says', async () => {
    const { page, troubles, shot } = await come(device, 'xian', '/register');
    await page.waitForSelector('.table tbody tr');
    await shot('register');
    await fine(page);
    const all = await page.locator('.table tbody tr').count();
    await page.selectOption('.select select', { label: '防止返贫致贫对象' });
    await page.waitForFunction((before) => { const many = document.querySelectorAll('.table tbody tr').length; return many > 0 && many < before; }, all);
    expect(new Set(await page.locator('.table tbody td:nth-child(2) .tag').allInnerTexts())).toEqual(new Set(['防止返贫致贫对象']));
    await page.selectOption('.select select', '');
    await page.waitForFunction((before) => document.querySelectorAll('.table tbody tr').length === before, all);
    // Pages are gone through as fast as one clicks, each row once.
    const seen = new Set<string>();
    for (;;) {
      const cards = await page.locator('.table tbody td:last-child').allInnerTexts();
      for (const card of cards) { expect(seen.has(card)).toBe(false); seen.add(card); }
      const next = page.getByRole('button', { name: '下一页' });
      if (await next.isDisabled()) break;
      await next.click();
      await page.waitForFunction((old) => document.querySelector('.table tbody td:last-child')?.textContent !== old, cards[0]);
    }
    const { name, content } = await download(page, () => page.getByRole('button', { name: '导出表格' }).click());
    expect(name).toBe('register-520525.csv');
    const rows = parseCsv(content.toString('utf8'));
    expect(rows[0]!.cells).toEqual(registerColumns);
    expect(rows.length).toBe(seen.size + 1);
    expect(seen.size).toBeGreaterThan(100);
    expect(content.toString('utf8')).not.toMatch(/\d{17}[\dX]/);
    await page.getByRole('button', { name: 'English' }).click();
    await page.waitForSelector('h1:has-text("Register")');
    await shot('register-english');
    await fine(page);
    expect(troubles).toEqual([]);
  });

  it('ID-10 a suggestion says why; it is dismissed with a reason or becomes a case', async () => {
    const { page, troubles, shot } = await come(device, 'xian', '/register');
    await page.getByRole('link', { name: '线索' }).click();
    await page.waitForSelector('.suggestion');
    await shot('suggestions');
    await fine(page);
    await page.getByRole('button', { name: '疑似返贫' }).click();
    await page.waitForFunction(() => { const names = [...document.querySelectorAll('.suggestion .top b')].map((one) => one.textContent); return names.length > 0 && names.every((one) => one === '疑似返贫'); });
    const before = await page.locator('.suggestion').count();
    expect(await page.locator('.suggestion .top a').first().innerText()).toMatch(/^\S\*\* · /);
    const first = page.locator('.suggestion').first();
    await first.getByRole('button', { name: '排除线索' }).click();
    await first.getByRole('button', { name: '排除线索' }).click();
    await page.waitForSelector('.failure:has-text("请写明理由")');
    await first.locator('textarea').fill('入户核实：收入已恢复（合成数据）');
    await shot('suggestion-dismiss');
    await fine(page);
    await first.getByRole('button', { name: '排除线索' }).click();
    await page.waitForFunction((many) => document.querySelectorAll('.suggestion').length === many - 1, before);
    await page.locator('.suggestion').first().getByRole('button', { name: '立案：返贫重新纳入' }).click();
    await page.waitForSelector('h1:has-text("返贫重新纳入")');
    expect(troubles).toEqual([]);
  });

  it('ID-10 who is slower with a suggestion or a visit is told so, and reads it again', async () => {
    const { page, troubles } = await come(device, 'xian', '/suggestions', { mayFail: /400|409/ });
    await page.waitForSelector('.suggestion');
    const first = await page.evaluate(() => fetch('/v1/divisions/520525/suggestions?pageSize=1').then((answer) => answer.json()).then((list: { suggestions: { name: string }[] }) => list.suggestions[0]!.name));
    await page.evaluate((name) => fetch(`/v1/${name}:dismiss`, { method: 'POST', body: JSON.stringify({ requestId: 'other', reason: '合成数据', etag: '' }) }), first);
    const before = await page.locator('.suggestion').count();
    await page.locator('.suggestion').first().getByRole('button', { name: /立案/ }).click();
    await page.waitForSelector('.failure:has-text("该线索已立案、已排除或已失效")');
    await page.getByRole('button', { name: '重新读取' }).click();
    await page.waitForFunction((many) => document.querySelectorAll('.suggestion').length === many - 1, before);
    const test = await page.evaluate(() => fetch('/v1/exitTests', { method: 'POST', body: JSON.stringify({ requestId: 'other', division: '520525', ruralPopulation: 412300, populationSource: '合成数据' }) }).then((answer) => answer.json()).then((made: { name: string }) => made.name));
    await page.goto(`${server.url}/#/exit-tests/${test.split('/')[1]}`);
    const row = page.locator('.list > li').first();
    await row.getByRole('button', { name: '登记入户' }).click();
    await page.evaluate((name) => fetch(`/v1/${name}/sample/1:visit`, { method: 'POST', body: JSON.stringify({ requestId: 'another', outcome: 'EXIT_VISIT_OUTCOME_NOT_REACHED', approval: 'APPROVAL_UNSPECIFIED', visitDate: '2026-01-02', note: '无人在家（合成数据）' }) }), test);
    await row.getByText('退出属实', { exact: true }).click();
    await row.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('.failure:has-text("该样本户已被他人登记")');
    await page.getByRole('button', { name: '重新读取' }).click();
    await row.locator('.found .tag:has-text("未能入户")').waitFor();
    expect(troubles).toEqual([]);
  });

  it('ID-8 a table is tried row by row, then imported; refused rows come back with their reasons', async () => {
    const { page, troubles, shot } = await come(device, 'officer', '/register/import');
    await page.waitForSelector('#h-file');
    const [blank] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载空白表' }).click()]);
    expect(blank.suggestedFilename()).toBe('名册空白表.csv');
    await choose(page, '名册.xlsx', 'PK');
    await page.waitForSelector('.told:has-text("fupinctl register import 名册.xlsx --dry_run")');
    await choose(page, '名册 2026.xlsx', 'PK');
    await page.waitForSelector(`.told:has-text("fupinctl register import '名册 2026.xlsx' --dry_run")`);
    await choose(page, '名册.csv', '编号,姓名\n1,甲\n');
    await page.waitForSelector('.told:has-text("区划代码")');
    await shot('import-missing');
    // As a Chinese Excel saves it: GB18030, CRLF; one number is one digit short, one twice.
    const text = `${header}\r\nGZ-1,520525001001,赵甲,520525197501010011,3,2015-06-01 建档立卡贫困户\r\nGZ-2,520525001001,钱乙,52052519750101001,3,2015-06-01 建档立卡贫困户\r\n"GZ-3",520525001001,孙丙,520525197501010038,2,2015-06-01 建档立卡贫困户;2018-12-31 已脱贫户\r\nGZ-3,520525001001,李丁,520525197501010046,2,2015-06-01 建档立卡贫困户\r\n`;
    const village = await page.evaluate(() => fetch('/v1/divisions/520525/registrations?pageSize=1').then((answer) => answer.json()).then((list: { registrations: { division: string }[] }) => list.registrations[0]!.division));
    const gb = gb18030(text.replaceAll('520525001001', village));
    await choose(page, 'list.csv', gb);
    await page.waitForSelector('.chosen:has-text("4 行，GB18030")');
    expect(await page.getByRole('button', { name: /正式导入/ }).count()).toBe(0);
    await page.getByRole('button', { name: '试导入' }).click();
    await page.waitForSelector('h2:has-text("试导入结果")');
    await shot('import-tried');
    await fine(page);
    expect((await page.locator('.sums dd b').allInnerTexts()).map(Number)).toEqual([0, 2, 0, 0, 0, 2]);
    expect(await page.locator('.problems li').allInnerTexts()).toEqual(['户主身份证号：公民身份号码应为 18 位', '建档立卡编号：编号与第 4 行相同，请只保留一行']);
    const { name, content } = await download(page, () => page.getByRole('button', { name: '下载退回的行' }).click());
    expect(name).toBe('list-refused.csv');
    const refused = parseCsv(content.toString('utf8'));
    expect(refused[0]!.cells).toEqual([...header.split(','), '退回原因']);
    expect(refused.slice(1).map((row) => [row.cells[0], row.cells[6]])).toEqual([['GZ-2', '户主身份证号：公民身份号码应为 18 位'], ['GZ-3', '建档立卡编号：编号与第 4 行相同，请只保留一行']]);
    // Nothing was written yet.
    await page.getByRole('button', { name: '正式导入（2 户会写入）' }).click();
    await page.waitForSelector('h2:has-text("导入结果") + .tag:has-text("已写入")');
    await page.selectOption('.bar select', 'LINE_FATE_ENTERED_UNSURVEYED');
    await page.waitForFunction(() => document.querySelectorAll('.table tbody tr').length === 2);
    await shot('import-done');
    await fine(page);
    await page.getByRole('button', { name: '再试一次' }).click();
    await page.waitForSelector('h2:has-text("试导入结果")');
    expect((await page.locator('.sums dd b').allInnerTexts()).map(Number)).toEqual([0, 0, 0, 0, 2, 2]);
    expect(await page.getByRole('button', { name: /正式导入/ }).isDisabled()).toBe(true);
    expect(troubles).toEqual([]);
  });

  it('ID-8 a large table goes in parts of at most 500 rows; what fails can be gone on with', async () => {
    const { page } = await come(device, 'officer', '/register/import', { mayFail: /503/ });
    const sizes: number[] = [];
    page.on('request', (request) => { if (request.url().endsWith(':import')) sizes.push((request.postDataJSON() as { lines: object[] }).lines.length); });
    await page.waitForSelector('#h-file');
    await choose(page, 'large.csv', `\ufeff${header}\n${Array.from({ length: 1200 }, (_, i) => `L-${i},520525,赵甲,5205251975010${String(10000 + i)},3,2015-06-01 建档立卡贫困户`).join('\n')}`);
    await page.getByRole('button', { name: '试导入' }).click();
    await page.waitForSelector('h2:has-text("试导入结果")');
    expect(sizes).toEqual([500, 500, 200]);
    await page.waitForSelector('button:has-text("已显示 100 行，共 1200 行")').catch(async () => { await page.selectOption('.bar select', ''); await page.waitForSelector('button:has-text("已显示 100 行，共 1200 行")'); });
    server.breakPath('/v1/registrations:import');
    await page.getByRole('button', { name: /正式导入/ }).click();
    await page.waitForSelector('.failure:has-text("已办理 0 行，共 1,200 行")');
    server.breakPath('');
  });

  it('ID-10 a county is tested: drawn, visited, four rates against the standard', async () => {
    const { page, troubles, shot } = await come(device, 'xian', '/register');
    await page.getByRole('link', { name: '退出评估' }).click();
    await page.waitForSelector('text=还没有做过退出评估');
    await page.getByRole('button', { name: '新抽样' }).click();
    await page.getByRole('button', { name: '抽样', exact: true }).click();
    await page.waitForSelector('.failure:has-text("请填写农村户籍人口数及其来源")');
    await page.fill('#population', '412300');
    await page.fill('#source', '县统计局 2025 年年报');
    await page.getByText('样本数和随机种子').click();
    await page.fill('#seed', 'county-2026');
    await shot('exit-test-new');
    await fine(page);
    await page.getByRole('button', { name: '抽样', exact: true }).click();
    await page.waitForSelector('.list > li .act');
    await page.waitForSelector('text=本次抽样的随机种子是抽样人指定的');
    await page.selectOption('.bar select', 'EXIT_FRAME_EXITED');
    await page.waitForFunction(() => [...document.querySelectorAll('.list .what .tag')].every((one) => one.textContent === '已脱贫户'));
    const visited = async (i: number, outcome: string, note: string) => {
      const row = page.locator('.list > li').nth(i);
      await row.getByRole('button', { name: '登记入户' }).click();
      await row.getByText(outcome, { exact: true }).click();
      await row.getByText('认可', { exact: true }).click();
      if (note) await row.locator('textarea').fill(note);
      if (i === 1) { await shot('exit-test-visit'); await fine(page); }
      await row.getByRole('button', { name: '保存' }).click();
      await row.locator('.found .tag').waitFor();
    };
    await visited(0, '退出属实', '');
    await visited(1, '错退', '收入不稳定（合成数据）');
    await page.waitForSelector('.rate:has-text("错退率") .value:has-text("50.00%")');
    expect(await page.locator('.rate', { hasText: '群众认可度' }).locator('.tag').innerText()).toBe('达标');
    await shot('exit-test');
    await fine(page);
    await page.getByText('只看未入户的').click();
    await page.waitForFunction(() => ![...document.querySelectorAll('.list .found')].some((one) => one.querySelector('.tag')));
    await page.goto(`${server.url}/#/exit-tests`);
    await page.waitForSelector('td:has-text("人为指定")');
    await shot('exit-tests');
    await fine(page);
    expect(troubles).toEqual([]);
  });

  it('ID-3 ID-8 a household tells its entry, gives its form, and records who was born; its life is one line', async () => {
    const { page, troubles, shot } = await come(device, 'xian', '/register');
    await page.selectOption('.select select', { label: '防止返贫致贫对象' });
    await page.waitForFunction(() => [...document.querySelectorAll('.table tbody td:nth-child(2) .tag')].every((one) => one.textContent === '防止返贫致贫对象'));
    await page.locator('.table tbody th a').first().click();
    await page.waitForSelector('#register .tag.status:has-text("防止返贫致贫对象")');
    expect(await page.locator('#register .history b').allInnerTexts()).toEqual(['防止返贫致贫对象', '建档立卡贫困户']);
    await shot('household-register');
    const { name, content } = await download(page, () => page.getByRole('button', { name: '下载登记表（PDF）' }).click());
    expect(name).toMatch(/^registration-.*\.pdf$/);
    expect(content.subarray(0, 4).toString()).toBe('%PDF');
    const before = await page.locator('#members tbody tr').count();
    await page.getByRole('button', { name: '登记变更' }).click();
    await page.getByRole('button', { name: '登记变更' }).click();
    await page.waitForSelector('.failure:has-text("请选择变更类型")');
    await page.selectOption('#change-kind', 'BIRTH');
    await page.fill('#change-date', yesterday);
    await page.selectOption('#change-paper', 'BIRTH_CERTIFICATE');
    await page.fill('#change-member-name', '赵小丁');
    await page.selectOption('#change-member-relation', '20');
    await page.selectOption('#change-member-sex', '1');
    await page.fill('#change-reason', '户主之子出生（合成数据）');
    await shot('change-birth');
    await fine(page);
    await page.getByRole('button', { name: '登记变更' }).click();
    await page.waitForSelector('text=出生已登记');
    await page.waitForSelector('#changes li:has-text("赵**")');
    await page.waitForFunction((many) => document.querySelectorAll('#members tbody tr').length === many + 1, before);
    await page.locator('#life .filter select').selectOption('change');
    await page.waitForSelector(`.life li.change:has-text("出生 赵**"):has-text("${yesterday}")`);
    expect(await page.locator('.life li').count()).toBe(1);
    await page.locator('#life .filter select').selectOption('status');
    await page.waitForSelector('.life li.status:has-text("登记为建档立卡贫困户")');
    await page.locator('#life .filter select').selectOption('');
    await shot('household-life');
    await fine(page);
    expect(troubles).toEqual([]);
  });

  it('ID-3 a change whose answer was lost is sent again as the same request', async () => {
    const { page } = await come(device, 'xian', '/register', { mayFail: /ERR_CONNECTION_RESET/ });
    await page.locator('.table tbody th a').first().click();
    const ids: string[] = [];
    await page.route('**/changes', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      ids.push((route.request().postDataJSON() as { requestId: string }).requestId);
      return ids.length === 1 ? route.abort('connectionreset') : route.continue();
    });
    await page.getByRole('button', { name: '登记变更' }).click();
    await page.selectOption('#change-kind', 'BIRTH');
    await page.fill('#change-date', yesterday);
    await page.selectOption('#change-paper', 'BIRTH_CERTIFICATE');
    await page.fill('#change-member-name', '赵小丁');
    await page.selectOption('#change-member-relation', '20');
    await page.selectOption('#change-member-sex', '1');
    await page.fill('#change-reason', '户主之子出生（合成数据）');
    await page.getByRole('button', { name: '登记变更' }).click();
    await page.waitForSelector('#changes .failure');
    await page.getByRole('button', { name: '登记变更' }).click();
    await page.waitForSelector('text=出生已登记');
    expect(ids.length).toBe(2);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[0]).not.toBe('');
  });

  it('ID-3 who records a change of a household that has changed meanwhile reads it again, and chooses anew', async () => {
    const { page } = await come(device, 'xian', '/households', { mayFail: /409/ });
    await page.waitForSelector('.table tbody tr');
    const { households } = await page.evaluate(() => fetch('/v1/divisions/520525/households?pageSize=100').then((answer) => answer.json())) as { households: { name: string; memberCount: number }[] };
    const { name } = households.find((each) => each.memberCount === 4)!;
    await page.goto(`${server.url}/#/${name}`);
    await page.getByRole('button', { name: '登记变更' }).click();
    await page.selectOption('#change-kind', 'DEATH');
    await page.fill('#change-date', yesterday);
    await page.selectOption('#change-paper', 'DEATH_CERTIFICATE');
    await page.selectOption('#change-who', '2');
    await page.fill('#change-reason', '合成数据');
    await page.evaluate(([household, date]) => fetch(`/v1/${household}/changes`, { method: 'POST', body: JSON.stringify({ requestId: 'other', kind: 'CHANGE_KIND_MOVE_OUT', memberIndex: 1, date, evidence: 'EVIDENCE_KIND_HOUSEHOLD_BOOKLET', reason: '合成数据', relations: [] }) }), [name, yesterday]);
    const save = () => page.locator('#changes form').getByRole('button', { name: '登记变更' }).click();
    await save();
    await page.waitForSelector('.failure:has-text("该户已被他人更新")');
    await page.locator('#changes .failure button').click();
    await page.waitForFunction(() => document.querySelectorAll('#members tbody tr').length === 3);
    await save();
    await page.waitForSelector('.failure:has-text("请选择是谁")');
    await page.selectOption('#change-who', '1');
    await save();
    await page.waitForSelector('#changes .done:has-text("死亡已登记")');
  });

  it('ID-3 each kind of change asks for what it needs and sends no more', async () => {
    const { page, troubles, shot } = await come(device, 'xian', '/households');
    await page.waitForSelector('.table tbody tr');
    const { households } = await page.evaluate(() => fetch('/v1/divisions/520525/households?pageSize=100').then((answer) => answer.json())) as { households: { name: string; memberCount: number; division: string }[] };
    const one = households.find((each) => each.memberCount === 4 && households.filter((other) => other.division === each.division).length > 1)!;
    await page.goto(`${server.url}/#/${one.name}`);
    const sent: Record<string, unknown>[] = [];
    page.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith('/changes')) sent.push(request.postDataJSON() as Record<string, unknown>); });
    const begin = async (kind: string) => {
      await page.getByRole('button', { name: '登记变更' }).first().click();
      await page.selectOption('#change-kind', kind);
      await page.fill('#change-date', yesterday);
      await page.selectOption('#change-paper', 'HOUSEHOLD_BOOKLET');
      await page.fill('#change-reason', '合成数据');
    };
    const save = async () => { await page.locator('#changes form').getByRole('button', { name: '登记变更' }).click(); };
    const saved = async (word: string) => { await save(); await page.waitForSelector(`#changes .done:has-text("${word}已登记")`); return sent.pop()!; };
    const give = async (relations: string[]) => { for (const [i, code] of relations.entries()) await page.locator('.relations select').nth(i).selectOption(code); };

    // The head dies: who is left must say who is head now.
    await begin('DEATH');
    await page.selectOption('#change-who', '0');
    expect(await page.locator('.relations select').count()).toBe(3);
    await give(['02', '20']);
    await save();
    await page.waitForSelector('.failure:has-text("请填写每个人与户主的关系")');
    await give(['02', '20', '30']);
    await shot('change-death');
    await fine(page);
    expect(await saved('死亡')).toMatchObject({ kind: 'CHANGE_KIND_DEATH', evidence: 'EVIDENCE_KIND_HOUSEHOLD_BOOKLET', memberIndex: 0, relations: [{ memberIndex: 1, relation: '02' }, { memberIndex: 2, relation: '20' }, { memberIndex: 3, relation: '30' }] });
    await page.waitForFunction(() => document.querySelectorAll('#members tbody tr').length === 3);
    await begin('HEAD');
    await give(['10', '02', '20']);
    expect(Object.keys(await saved('变更户主')).sort()).toEqual(['date', 'etag', 'evidence', 'kind', 'reason', 'relations', 'requestId']);
    await begin('MARRIAGE_IN');
    await page.getByText('系统内的另一户').click();
    await page.waitForFunction(() => document.querySelectorAll('#change-from option').length > 1);
    await page.selectOption('#change-from', { index: 1 });
    await page.waitForSelector('#change-from-who');
    await page.selectOption('#change-from-who', '0');
    await page.selectOption('#change-from-relation', '38');
    await shot('change-marriage');
    expect(await saved('嫁入、入赘')).toMatchObject({ memberIndex: 0, member: { relation: '38' }, fromHousehold: expect.stringMatching(/^households\//) as string, relations: [] });
    await begin('MOVE_IN');
    await page.fill('#change-member-name', '钱六');
    await page.selectOption('#change-member-relation', '97');
    await page.selectOption('#change-member-sex', '2');
    await page.fill('#change-member-birth', '1990-03-04');
    expect(await saved('人员迁入')).toMatchObject({ member: { name: '钱六', relation: '97', sex: '2', birthDate: '1990-03-04', citizenNumber: '' }, evenIfElsewhere: false });
    await begin('MOVE_OUT');
    await page.selectOption('#change-who', '2');
    await page.fill('#change-destination', '广东省东莞市');
    expect(await saved('人员迁出')).toMatchObject({ memberIndex: 2, destination: '广东省东莞市', relations: [] });
    await begin('CORRECTION');
    await page.selectOption('#change-who', '1');
    await page.fill('#change-member-name', '周改');
    await page.selectOption('#change-member-relation', '10');
    await page.selectOption('#change-member-sex', '2');
    expect(await saved('更正成员信息')).toMatchObject({ memberIndex: 1, member: { name: '周改', relation: '10', sex: '2' } });
    await begin('SPLIT');
    await page.locator('.picks input[type=checkbox]').nth(2).check();
    await page.fill('#change-key', 'GZ-9001');
    await give(['02']);
    expect(await saved('分户')).toMatchObject({ split: { memberIndexes: [2], sourceKey: 'GZ-9001' }, relations: [{ memberIndex: 2, relation: '02' }] });
    await begin('MERGE');
    await page.selectOption('#change-other', { index: 1 });
    await page.waitForSelector('.relations select');
    const more = await page.locator('.relations select').count();
    await give(Array.from({ length: more }, () => '97'));
    const merged = await saved('并户') as { relations: { memberIndex: number }[]; otherHousehold: string };
    expect(merged.relations[0]!.memberIndex).toBe(await page.locator('#members tbody tr').count());
    await begin('RELOCATION');
    await save();
    await page.waitForSelector('.failure:has-text("请选到村，或填写省外去向")');
    await page.locator('#changes .pick').filter({ hasText: '省外' }).click();
    await page.fill('#change-destination', '广东省东莞市');
    await shot('change-relocation');
    expect(await saved('整户迁移')).toMatchObject({ destination: '广东省东莞市' });
    await page.waitForSelector('#changes .tag:has-text("该户已归档")');
    expect(await page.getByRole('button', { name: '登记变更' }).count()).toBe(0);
    await shot('changes');
    await fine(page);
    expect(troubles).toEqual([]);
  });

  it('ID-8 an entry that was never surveyed says so and gives its form', async () => {
    const { page, troubles, shot } = await come(device, 'xian', '/register');
    await page.waitForSelector('.table tbody tr');
    await page.selectOption('.select select', { label: '建档立卡贫困户' });
    await page.locator('tr:has-text("未入户") th a').first().click();
    await page.waitForSelector('text=还没有入户调查');
    expect((await download(page, () => page.getByRole('button', { name: '下载登记表（PDF）' }).click())).content.subarray(0, 4).toString()).toBe('%PDF');
    await shot('household-unsurveyed');
    await fine(page);
    expect(troubles).toEqual([]);
  });

  it('SEC-2 a notice is had as a PDF, by everyone while it hangs', async () => {
    now = await visit(browser, server, device);
    const { page, troubles } = now;
    await page.goto(`${server.url}/#/board?at=520525`);
    await page.locator('.list li a').first().click();
    const { name, content } = await download(page, () => page.getByRole('button', { name: '下载公示（PDF）' }).click());
    expect(name).toMatch(/\.pdf$/);
    expect(content.subarray(0, 4).toString()).toBe('%PDF');
    await fine(page);
    expect(troubles).toEqual([]);
  });
});

// The few characters of the test, as GB18030 writes them; Node has no encoder.
function gb18030(text: string): Buffer {
  const decoder = new TextDecoder('gb18030');
  const codes = new Map<string, number[]>();
  for (let high = 0x81; high <= 0xfe; high++) for (let low = 0x40; low <= 0xfe; low++) if (low !== 0x7f) codes.set(decoder.decode(Uint8Array.of(high, low)), [high, low]);
  return Buffer.from([...text].flatMap((char) => char.charCodeAt(0) < 128 ? [char.charCodeAt(0)] : codes.get(char)!));
}
