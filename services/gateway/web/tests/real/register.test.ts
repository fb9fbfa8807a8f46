// The register in Chromium over the real services: a table is taken in, an entry read, printed and taken away, a
// birth recorded, a suggestion taken up, a county's exit tested. Nobody in it exists (合成数据).
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { parseCsv } from '../../src/core/csv';
import { registerColumns } from '../../src/core/registerTable';
import type { Device } from '../chromium';
import { Client } from './client';
import { readKey } from './records';
import { Story, until } from './story';
import { people, today } from './world';

const world = inject('world');
const story = new Story(world);
const township = new Client(world);
beforeAll(async () => { await story.begin(); await township.signIn('township'); });
afterAll(async () => { await story.end(); township.close(); });
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await story.now?.shot('register-failed');
  console.log(story.now?.page.url(), story.now?.troubles);
});

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checked = (body: string) => body + '10X98765432'[weights.reduce((sum, weight, i) => sum + weight * Number(body[i]), 0) % 11];
async function download(page: Page, button: string | RegExp): Promise<{ name: string; content: Buffer }> {
  const [got] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
  return { name: got.suggestedFilename(), content: readFileSync(await got.path()) };
}
interface Known { name: string; division: string; members: { name: string; relation: string }[] }
// Poor ones of several people, of which no other test opens a case; another for each device.
async function household(device: Device): Promise<{ name: string; head: string; number: string; division: string }> {
  const { households } = await township.json<{ households: { name: string; memberCount: number; score?: { povertyClass: string } }[] }>(`/v1/divisions/${people.township.division}/households?pageSize=500`);
  const poor = households.slice(8).filter((one) => one.memberCount > 1 && one.score?.povertyClass === 'POVERTY_CLASS_POOR');
  const one = await township.json<Known>(`/v1/${poor[device === 'phone' ? 1 : 0]!.name}`);
  return { name: one.name, division: one.division, head: one.members.find((member) => member.relation === '02')!.name, number: readKey(world).find((key) => key.household === one.name)!.head };
}
const header = '建档立卡编号,区划代码,户主姓名,户主身份证号,家庭人口,状态历史,主要致贫原因';

it.each<Device>(['desktop', 'phone'])('ID-3 ID-8 ID-10 on a %s a register is taken in; its entry is read, printed, changed, and leads to a case', async (device) => {
  const known = await household(device), card = `JS-${device}-1`;
  const stranger = checked(device === 'phone' ? '52052319660704311' : '52052319660704309'), wrong = `${stranger.slice(0, 17)}${stranger.endsWith('1') ? '2' : '1'}`;
  const table = Buffer.from(`\ufeff${[header,
    `${card},${known.division},${known.head},${known.number},4,2015-06-01 建档立卡贫困户；2018-12-31 已脱贫户,因病`,
    `JS-${device}-2,${people.village.division},欧阳册,${stranger},3,2016-06-01 registered,`,
    `JS-${device}-3,${people.village.division},欧阳错,${wrong},3,2016-06-01 建档立卡贫困户,`].join('\r\n')}\r\n`);

  // The operator tries it, corrects nothing, and takes in what is right.
  let { page, go } = await story.come(device, 'demo');
  await go('/register');
  await page.getByRole('link', { name: '导入名册' }).click();
  await page.setInputFiles('#register-file', { name: 'js.csv', mimeType: 'text/csv', buffer: table });
  await page.getByRole('button', { name: '试导入' }).click();
  await page.waitForSelector('h2:has-text("试导入结果")');
  const sums = async () => (await page.locator('.sums dd b').allInnerTexts()).map(Number);
  expect(await sums()).toEqual([1, 1, 0, 0, 0, 1]);
  expect(await page.locator('.problems').innerText()).toContain('户主身份证号：');
  await story.sound('register-import-tried');
  expect((await township.send('GET', `/v1/${known.name}/registration`)).status).toBe(404);  // nothing was written
  const refused = parseCsv((await download(page, '下载退回的行')).content.toString('utf8'));
  expect(refused.map((row) => row.cells[0])).toEqual(['建档立卡编号', `JS-${device}-3`]);
  expect(refused[1]!.cells[7]).toContain('校验');
  await page.getByRole('button', { name: '正式导入（2 户会写入）' }).click();
  await page.waitForSelector('h2:has-text("导入结果") + .tag:has-text("已写入")');
  expect(await sums()).toEqual([1, 1, 0, 0, 0, 1]);
  await page.getByRole('button', { name: '再试一次' }).click();
  await page.waitForSelector('h2:has-text("试导入结果")');
  expect(await sums()).toEqual([0, 0, 0, 0, 2, 1]);
  for (const secret of [known.number, stranger, wrong]) expect(story.now.requests.filter((address) => address.includes(secret))).toEqual([]);

  // The township finds both, takes the register away, and prints the form.
  ({ page, go } = await story.come(device, 'township'));
  await go('/register');
  await page.waitForSelector(`tr:has-text("${card}"):has-text("已脱贫户")`);
  await page.waitForSelector(`tr:has-text("JS-${device}-2"):has-text("未入户")`);
  await story.sound('register');
  const exported = await download(page, '导出表格');
  const rows = parseCsv(exported.content.toString('utf8'));
  expect(rows[0]!.cells).toEqual(registerColumns);
  const mine = rows.find((row) => row.cells[0] === card)!.cells;
  expect([mine[1], mine[6], mine[7], mine[11], mine[12]]).toEqual([known.division, '2015-06-01 建档立卡贫困户;2018-12-31 已脱贫户', '因病', '是', '是']);
  for (const secret of [known.number, known.head, stranger]) expect(exported.content.toString('utf8')).not.toContain(secret);
  await page.locator(`tr:has-text("JS-${device}-2") th a`).click();
  await page.waitForSelector('text=还没有入户调查');
  await story.sound('register-unsurveyed');
  await go(`/${known.name}`);
  await page.waitForSelector('#register .tag.status:has-text("已脱贫户")');
  const { name: fileName, content } = await download(page, '下载登记表（PDF）');
  expect(fileName).toMatch(/^[\w.-]+\.pdf$/);
  expect(content.subarray(0, 4).toString()).toBe('%PDF');
  const file = join(world.dir, `${device}-form.pdf`);
  writeFileSync(file, content);
  const printed = execFileSync('pdftotext', ['-layout', file, '-']).toString();
  for (const word of ['登记表', known.head, card, '因病']) expect(printed).toContain(word);
  expect(printed).not.toContain(known.number);

  // Somebody is born.
  const before = await page.locator('#members tbody tr').count();
  await page.getByRole('button', { name: '登记变更' }).click();
  await page.selectOption('#change-kind', 'BIRTH');
  await page.fill('#change-date', today(1));
  await page.selectOption('#change-paper', 'BIRTH_CERTIFICATE');
  await page.fill('#change-member-name', '欧阳新');
  await page.selectOption('#change-member-relation', '30');
  await page.selectOption('#change-member-sex', '2');
  await page.fill('#change-reason', '户主之女出生（合成数据）');
  await story.sound('register-birth');
  await page.locator('#changes form').getByRole('button', { name: '登记变更' }).click();
  await page.waitForSelector('#changes .done:has-text("出生已登记")');
  await page.waitForFunction((many) => document.querySelectorAll('#members tbody tr').length === many + 1, before);
  await page.waitForSelector(`.life li.change:has-text("出生"):has-text("${today(1)}")`);
  await page.waitForSelector('.life li.status:has-text("登记为已脱贫户"):has-text("2018-12-31")');
  expect(await page.locator('#changes').innerText()).not.toContain('欧阳新');

  // The watch finds that it fell back; the suggestion becomes a case.
  await until(() => township.json<{ suggestions?: { kind: string; state: string }[] }>(`/v1/${known.name}/suggestions`), (found) => (found.suggestions ?? []).some((one) => one.kind === 'SUGGESTION_KIND_FELL_BACK' && one.state === 'STATE_OPEN'));
  await page.reload();
  await page.waitForSelector('#register .suggestion:has-text("疑似返贫")');
  await story.sound('register-household');
  await go('/suggestions');
  await page.getByRole('button', { name: '疑似返贫' }).click();
  await page.waitForSelector('.suggestion:has-text("疑似返贫")');
  await story.sound('register-suggestions');
  await page.locator('.suggestion', { has: page.locator(`a[href$="${known.name.replace('households/', '')}"]`) }).getByRole('button', { name: '立案：返贫重新纳入' }).click();
  await page.waitForSelector('.line li.now:has-text("提出返贫核实")');
  expect(story.now.troubles).toEqual([]);
  await go(`/${known.name}`);
  await page.waitForSelector('.life li.case:has-text("返贫重新纳入")');
  await page.getByText('已处理或失效的线索（1 条）').click();
  await page.waitForSelector('#register .suggestion:has-text("已立案")');
  expect(story.now.troubles).toEqual([]);
});

it('ID-3 ID-8 a member leaves for a household of its own: both tell of each other, the new one asks to be surveyed', async () => {
  const { name } = await household('desktop');
  const { page, go } = await story.come('desktop', 'township');
  await go(`/${name}`);
  await page.getByRole('button', { name: '登记变更' }).click();
  await page.selectOption('#change-kind', 'SPLIT');
  await page.fill('#change-date', today(1));
  await page.selectOption('#change-paper', 'HOUSEHOLD_BOOKLET');
  await page.locator('#changes .pick', { hasNotText: '户主' }).first().click();
  await page.fill('#change-key', 'SPLIT-1');
  await page.locator('.relations select').selectOption('02');
  await page.fill('#change-reason', '成年子女分户（合成数据）');
  await page.locator('#changes form').getByRole('button', { name: '登记变更' }).click();
  await page.waitForSelector('#changes .done:has-text("分户已登记")');
  await page.locator('#changes').getByRole('link', { name: '后来的户' }).click();
  await page.waitForFunction((old) => location.hash !== `#/${old}`, name);
  await page.waitForSelector(`#register .kin[href$="${name.replace('households/', '')}"]`);
  await page.waitForSelector('#register .history li:has-text("随分户")');
  expect(await page.locator('#members tbody tr').count()).toBe(1);
  await story.sound('register-split');
  await page.locator('#register .kin').first().click();
  await page.waitForSelector('#register .kin');
  expect(story.now.troubles).toEqual([]);
});

it('ID-10 a county is tested: drawn from the register as it is, visited, and held against the standard', async () => {
  const { page, go } = await story.come('desktop', 'county');
  await go('/exit-tests');
  await page.getByRole('button', { name: '新抽样' }).click();
  await page.fill('#population', '412300');
  await page.fill('#source', '县统计局年报（合成数据）');
  await page.getByRole('button', { name: '抽样', exact: true }).click();
  await page.waitForSelector('.list > li .act');
  expect(await page.locator('text=系统产生').count()).toBe(1);
  await page.selectOption('.bar select', 'EXIT_FRAME_EXITED');
  await page.waitForFunction(() => [...document.querySelectorAll('.list .what .tag')].every((one) => one.textContent === '已脱贫户'));
  const row = page.locator('.list > li').first();
  await row.getByRole('button', { name: '登记入户' }).click();
  await row.getByText('错退', { exact: true }).click();
  await row.getByText('不认可', { exact: true }).click();
  await row.locator('textarea').fill('住房不安全（合成数据）');
  await row.getByRole('button', { name: '保存' }).click();
  await row.locator('.found .tag:has-text("错退")').waitFor();
  await page.waitForSelector('.rate:has-text("错退率") .value:has-text("100.00%")');
  expect(await page.locator('.rate', { hasText: '错退率' }).locator('.tag').innerText()).toBe('未达标');
  await story.sound('register-exit-test');
  await go('/exit-tests');
  await page.waitForSelector('.table tbody tr');
  await story.sound('register-exit-tests');
});
