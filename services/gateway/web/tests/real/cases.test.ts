// One household's way from its own application to a notice on the board and an answered objection, in
// Chromium over the real services. Nobody in it exists (合成数据).
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import type { Device } from '../chromium';
import { Client } from './client';
import { allows, caseOf, Story, until } from './story';
import { people } from './world';

const world = inject('world');
const story = new Story(world);
const village = new Client(world);
const township = new Client(world);
beforeAll(async () => { await story.begin(); await village.signIn('village'); await township.signIn('township'); });
afterAll(async () => { await story.end(); village.close(); township.close(); });
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await story.now?.shot('cases-failed');
  console.log(story.now?.page.url(), story.now?.troubles);
});
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const numberOf = (body: string) => body + '10X98765432'[weights.reduce((sum, weight, i) => sum + weight * Number(body[i]), 0) % 11];

it.each<Device>(['desktop', 'phone'])('ID-1 ID-9 on a %s a household applies, is appraised and noticed, objected to and answered', async (device) => {
  const number = numberOf(`52052319750${device === 'phone' ? '8' : '9'}12119`);
  const addresses: string[] = [];

  // The household applies at home.
  let { page, go } = await story.come(device, '', { mayFail: /404/ });
  const { receipt, code } = await story.apply({ name: '欧阳试', number }, 'cases');
  addresses.push(...story.now.requests);
  const follow = async () => { await story.follow(receipt, code); await page.waitForSelector('.found .steps li.now'); };
  await follow();
  expect(await page.locator('.steps li.now').innerText()).toContain('受理申请');

  // The village sees it and what is missing; a survey is handed in from a tablet.
  ({ page, go } = await story.come(device, 'village'));
  await go('/tasks');
  await page.locator(`a.case[href$="${receipt}"]`).click();
  await page.waitForSelector('.need:has-text("尚未入户调查")');
  await story.sound('cases-received');
  const surveyed = await village.send('POST', '/v1/surveys', { requestId: `web-journey-${device}`, survey: {
    sourceKey: `JOURNEY-${device}`, division: people.village.division, provenance: { collector: 'village', enterer: 'village', method: 'COLLECTION_METHOD_MANUAL', collectTime: new Date().toISOString() },
    members: [{ citizenNumber: number, name: '欧阳试', relation: '02', sex: '1' }], answers: [],
  } });
  expect(surveyed.status, surveyed.body.toString()).toBe(200);
  await until(caseOf(village, receipt), allows('surveyed'));
  await page.reload();
  await page.waitForSelector('.line li.now');
  await story.act('完成入户调查', '信息比对');

  // The township compares; what is found is settled first, in a named person's hand.
  const compared = await until(caseOf(township, receipt), (shown) => shown.options.some((one) => one.action === 'compare' && (one.allowed || one.refusals?.some((why) => why.reason === 'FINDINGS_OPEN'))));
  if (compared.options.some((one) => one.refusals?.some((why) => why.reason === 'FINDINGS_OPEN'))) {
    const { findings } = await township.json<{ findings: { name: string; state: string }[] }>(`/v1/${compared.household}`);
    for (const one of findings.filter((each) => each.state === 'FINDING_STATE_OPEN')) await township.send('POST', `/v1/${one.name}:resolve`, { resolution: 'RESOLUTION_ACCEPT_FIELD', resolver: 'township', note: '合成数据' });
    await until(caseOf(township, receipt), allows('compare'));
  }
  ({ page, go } = await story.come(device, 'township'));
  await go(`/cases/${receipt}`);
  await page.waitForSelector('.sides');
  await story.act('比对通过', '民主评议');
  await story.sound('cases-compared');

  // The appraisal, and the notice on the wall.
  ({ page, go } = await story.come(device, 'village'));
  await go(`/cases/${receipt}`);
  await story.meet({ entitledCount: '30', presentCount: '25', inFavourCount: '20', againstCount: '3' });
  await story.act('评议通过', '第一次公示');
  await page.getByRole('button', { name: '查看照片' }).first().click();
  await page.waitForSelector('.history canvas');
  await story.sound('cases-appraised');
  await story.post('村委会公示栏', 'cases-posting');

  // The board, for everyone.
  ({ page, go } = await story.come(device));
  await go(`/board?at=${people.village.division}`);
  await page.locator('.list li a').first().click();
  await page.waitForSelector('.sheet tbody tr:has-text("欧阳*")');
  const sheet = await page.locator('main').innerText();
  for (const secret of ['欧阳试', number, '1234567']) expect(sheet).not.toContain(secret);
  await story.sound('cases-notice');
  const objected = await story.object('他家去年新买了货车（合成数据）');
  await follow();
  expect(await page.locator('.found').innerText()).toContain('正在公示');
  addresses.push(...story.now.requests);

  ({ page, go } = await story.come(device, 'village'));
  await story.answer('不属实', '货车是借用的，已核对行驶证（合成数据）', 'cases-objection');

  ({ page, go } = await story.come(device));
  await go('/follow');
  await page.locator('.pick').filter({ hasText: '异议' }).click();
  await page.fill('#receipt', objected[0]);
  await page.fill('#code', objected[1]);
  await page.locator('form').first().getByRole('button', { name: '查询' }).click();
  await page.waitForSelector('text=货车是借用的');
  await story.sound('cases-answered');
  addresses.push(...story.now.requests);
  for (const secret of [number, code, objected[1], '欧阳', encodeURIComponent('欧阳')]) expect(addresses.filter((address) => address.includes(secret))).toEqual([]);
});

it.each<Device>(['desktop', 'phone'])('ID-9 ID-10 on a %s the township opens cases from households and decides a step as one job', async (device) => {
  const { households } = await township.json<{ households: { name: string }[] }>(`/v1/divisions/${people.township.division}/households?pageSize=500`);
  // Other tests put some into the register; those cannot be identified once more.
  const { registrations } = await township.json<{ registrations?: { household: string }[] }>(`/v1/divisions/${people.township.division}/registrations?pageSize=500`);
  const free = households.filter((one) => !registrations?.some((entry) => entry.household === one.name));
  const mine = free.filter((_, i) => i % 2 === (device === 'phone' ? 1 : 0)).slice(0, 4);
  expect(mine.length).toBe(4);
  const { page, go } = await story.come(device, 'township', { mayFail: /409/ });
  await go(`/${mine[0]!.name}`);
  await page.getByRole('button', { name: '发起办件' }).click();
  // Back into the register goes only who had left it.
  await page.locator('.pick').filter({ hasText: '返贫重新纳入' }).click();
  await page.fill('#lead', '走访发现主要劳力住院（合成数据）');
  await page.getByRole('button', { name: '受理', exact: true }).click();
  await page.waitForSelector('.failure:has-text("只受理")');
  await story.sound('cases-open');
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
  await story.sound('cases-review');
  await page.getByRole('button', { name: '批量办理' }).click();
  await page.locator('.batch .pick').filter({ hasText: '完成入户调查' }).click();
  await page.locator('.batch .pick').filter({ hasText: '我已看过' }).click();
  await page.getByRole('button', { name: '开始批量办理' }).click();
  await page.waitForSelector(`.job:has-text("批量办理完成"):has-text("共 ${waiting} 件")`);
  await story.sound('cases-batch');
  // What happened to the household is one line: scores, findings, cases.
  await go(`/${mine[0]!.name}`);
  await page.waitForSelector('#cases .list li:has-text("信息比对")');
  await page.waitForSelector('.life li.case:has-text("完成入户调查")');
  await page.waitForSelector('.life li.score');
  await story.sound('cases-life');
  await go('/posting');
  await page.waitForSelector('#h-waiting');
  await go('/tasks');
  await page.waitForSelector('a.case .step:has-text("信息比对")');
  await story.sound('cases-tasks');
});
