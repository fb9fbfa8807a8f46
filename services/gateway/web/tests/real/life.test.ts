// A household's whole way in Chromium over real services of its own, whose clock goes on by days: it applies,
// is registered, improves, leaves, falls back and returns. Nobody in it exists (合成数据).
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Counts } from '../../src/core/types';
import type { Device } from '../chromium';
import { Client } from './client';
import { readKey } from './records';
import { allows, caseOf, Story, until, type Applicant } from './story';
import { shots } from './visit';
import { people, World, type WorldFacts } from './world';

interface Answers { answers?: { question: string }[] }
interface Known extends Answers { name: string; division: string; members: (Answers & { name: string; relation: string; sex: string })[]; score?: { indexCentipoints: number; povertyClass: string } }

const begin = 300;  // days ago
const world = new World();
let facts: WorldFacts;
let story: Story;
let ago = begin;
const clients: Client[] = [];
async function signedIn(name: keyof typeof people): Promise<Client> {
  const client = new Client(facts);
  await client.signIn(name);
  clients.push(client);
  return client;
}

beforeAll(async () => {
  facts = await world.open(400, { loaded: begin, changed: [], stay: true });
  story = new Story(facts);
  await story.begin();
}, 120_000);
afterAll(async () => { await story?.end(); for (const client of clients) client.close(); await world.close(); });
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await story.now?.shot('life-failed');
  console.log(ago, story.now?.page.url(), story.now?.troubles);
});

function goTo(days: number): void { ago = days; world.goBack(days); }
const time = () => new Date(Date.now() - ago * 86_400_000);
// Nothing is published here: places are known without figures.
const come = (device: Device, who = '') => story.come(device, who, { time: time(), mayFail: who ? undefined : /404/ });

// A sheet as the page gets it: its words, and its first page as a picture to look at.
async function sheet(path: string, name: string): Promise<string> {
  const content = await story.now.page.evaluate(async (from) => {
    const answer = await fetch(from);
    return answer.ok ? (await answer.json() as { content: string }).content : `${answer.status} ${await answer.text()}`;
  }, path);
  const file = join(facts.dir, `${name}.pdf`);
  writeFileSync(file, Buffer.from(content, 'base64'));
  execFileSync('pdftoppm', ['-png', '-r', '60', '-singlefile', file, join(shots, `real-${name}`)]);
  return execFileSync('pdftotext', ['-layout', file, '-']).toString();
}

// From the appraisal to the form: three sheets hang for their days, four levels look at it.
async function throughNotices(receipt: string, from: number): Promise<void> {
  goTo(from);
  await come('phone', 'village');
  await story.openCase(receipt);
  await story.meet({ entitledCount: '30', presentCount: '25', inFavourCount: '20', againstCount: '3' });
  await story.act('评议通过', '第一次公示');
  await story.post('村委会公示栏');
  goTo(from - 8);
  await come('phone', 'village');
  await story.openCase(receipt);
  await story.act('公示无异议', '乡镇审核');
  await come('desktop', 'township2');
  await story.openCase(receipt);
  await revisit();
  await story.act('审核通过', '第二次公示');
  await story.post('新寨村公示栏');
  goTo(from - 16);
  await come('desktop', 'township');
  await story.openCase(receipt);
  await story.act('公示无异议', '县级复审');
  await come('desktop', 'county');
  await story.openCase(receipt);
  await revisit();
  await story.act('拟同意', '县级审定');
  // Nobody approves what he proposed himself.
  expect(await story.now.page.getByRole('button', { name: '审定', exact: true }).isDisabled()).toBe(true);
  expect(await story.now.page.locator('#need-approve').innerText()).toContain('须由另一人办理');
  await come('desktop', 'county2');
  await story.openCase(receipt);
  await story.act('审定', '公告');
  await story.post('县政府公告栏');
  goTo(from - 22);
  await come('desktop', 'county');
  await story.openCase(receipt);
  await story.act('公告期满', '填写登记表');
}
async function revisit(): Promise<void> {
  const { page } = story.now;
  if (await page.locator('#revisit-note').count() === 0) return;  // not drawn
  await page.fill('#revisit-note', '情况属实（合成数据）');
  await page.getByRole('button', { name: '登记复查' }).click();
  await page.waitForSelector('text=复查已登记');
}
async function granted(action: string, text: string): Promise<void> {
  const { page } = story.now;
  await page.getByRole('button', { name: action, exact: true }).click();
  await page.locator('.confirm .act.main').click();
  await page.waitForSelector(`.told:has-text("${text}")`);
}
async function fillForm(): Promise<void> {
  const { page } = story.now;
  await page.selectOption('#main-cause', { label: '因病' });
  await page.locator('.picks .pick').filter({ hasText: '缺劳力' }).click();
  await page.getByRole('button', { name: '保存登记表' }).click();
  await page.waitForSelector('text=已保存');
}
async function openCase(household: string, procedure: string): Promise<string> {
  const { page, go } = await come('desktop', 'township');
  await go(`/${household}`);
  await page.getByRole('button', { name: '发起办件' }).click();
  await page.locator('.pick').filter({ hasText: procedure }).click();
  await page.fill('#lead', '入户走访（合成数据）');
  await page.getByRole('button', { name: '受理', exact: true }).click();
  await page.waitForSelector('.line li.now');
  return page.url().replace(/^.*\/cases\//, '');
}

it('ID-1 ID-8 ID-9 ID-10 a household applies, is registered, exits, falls back and returns, in a browser', async () => {
  const village = await signedIn('village'), township = await signedIn('township');
  // A household of one, so that its survey can be told again: with the answers of the poorest and of the best.
  const list = (await township.json<{ households: { name: string; division: string; memberCount: number; score?: { indexCentipoints: number }; openFindingCount: number }[] }>(`/v1/divisions/${people.village.division}/households?pageSize=500`)).households;
  const scored = list.filter((one) => one.score).sort((a, b) => a.score!.indexCentipoints - b.score!.indexCentipoints);
  const chosen = scored.find((one) => one.memberCount === 1 && one.openFindingCount === 0)!.name;
  const [poorest, best] = await Promise.all([scored[0]!, scored[scored.length - 1]!].map((one) => township.json<Known>(`/v1/${one.name}`))) as [Known, Known];
  const itself = await township.json<Known>(`/v1/${chosen}`);
  const key = readKey(facts).find((one) => one.household === chosen)!;
  const applicant: Applicant = { name: itself.members[0]!.name, number: key.head };
  const surveys = { count: 0 };
  async function survey(like: Known): Promise<void> {
    const answer = await village.send('POST', '/v1/surveys', { requestId: `life-${++surveys.count}`, survey: {
      sourceKey: key.sourceKey, division: itself.division, provenance: { collector: 'village', enterer: 'village', method: 'COLLECTION_METHOD_MANUAL', collectTime: time().toISOString() },
      members: [{ citizenNumber: key.head, name: applicant.name, relation: '02', sex: itself.members[0]!.sex, answers: like.members[0]!.answers }], answers: like.answers,
    } });
    expect(answer.status, answer.body.toString()).toBe(200);
  }
  const scoreOf = async () => (await township.json<Known>(`/v1/${chosen}`)).score!;
  const classOf = (score: { povertyClass: string }) => score.povertyClass.replace('POVERTY_CLASS_', '');

  // It applies at home; the village visits it.
  await come('phone');
  const { receipt, code } = await story.apply(applicant, 'life');
  await survey(poorest);
  await until(scoreOf, (score) => score.indexCentipoints < 6000);
  await until(caseOf(village, receipt), allows('surveyed'));
  await come('phone', 'village');
  await story.openCase(receipt);
  await story.act('完成入户调查', '信息比对');
  await until(caseOf(township, receipt), allows('compare'));
  await come('desktop', 'township');
  await story.openCase(receipt);
  await story.act('比对通过', '民主评议');
  // Noticed, and objected to: it is true, so all begins again at the appraisal.
  goTo(begin - 2);
  await come('phone', 'village');
  await story.openCase(receipt);
  await story.meet({ entitledCount: '30', presentCount: '25', inFavourCount: '20', againstCount: '3' });
  await story.act('评议通过', '第一次公示');
  await story.post('村委会公示栏');
  let { page, go } = await come('phone');
  await go(`/board?at=${people.village.division}`);
  await page.locator('.list li a').first().click();
  await page.waitForSelector('.sheet tbody tr');
  const notice = page.url().replace(/^.*\/notices\//, '');
  const printed = await sheet(`/v1/notices/${notice}:render`, 'life-notice');
  expect(printed).toContain('公示');
  expect(printed).toContain(itself.members[0]!.name[0]);
  for (const secret of [applicant.name, applicant.number, '1234567']) expect(printed).not.toContain(secret);
  await story.object('他家去年新买了货车（合成数据）');
  goTo(begin - 10);
  await come('phone', 'village');
  await story.openCase(receipt);
  expect(await story.now.page.getByRole('button', { name: '公示无异议' }).isDisabled()).toBe(true);
  expect(await story.now.page.locator('#need-first_notice_over').innerText()).toContain('异议');
  await story.sound('life-objected');
  await story.answer('属实', '货车已于上月转卖，重新评议（合成数据）');
  await throughNotices(receipt, begin - 12);
  await come('desktop', 'township');
  await story.openCase(receipt);
  expect(await story.now.page.getByRole('button', { name: '登记', exact: true }).isDisabled()).toBe(true);
  await fillForm();
  await granted('登记', '防止返贫致贫对象');
  // On the map with its main cause, and the other one beside it.
  const onMap = async () => (await township.json<{ cell: { counts: Counts } }>(`/v1/map/cells/${itself.division}`)).cell.counts;
  const causes = (await until(onMap, (counts) => counts.registeredHouseholdCount === '1')).causes!.map((one) => [one.nameZh, one.householdCount, one.otherHouseholdCount]);
  expect(causes).toEqual([['因病', '1', '0'], ['缺劳力', '0', '1']]);
  ({ page, go } = await come('phone'));
  await story.follow(receipt, code);
  await page.waitForSelector('.found');
  await story.sound('life-followed');
  ({ page, go } = await come('desktop', 'township'));
  await go(`/${chosen}`);
  await page.waitForSelector('.life li');
  const form = await sheet(`/v1/${chosen}/registrationForm:render`, 'life-form');
  for (const word of ['登记表', applicant.name, '因病', '缺劳力']) expect(form).toContain(word);
  expect(form).not.toContain(applicant.number);

  // Its situation improves; half a year later it leaves, as strictly as it came.
  goTo(240);
  await survey(best);
  await until(scoreOf, (score) => score.indexCentipoints >= 6000);
  goTo(52);
  await survey(best);
  const exit = await openCase(chosen, '脱贫退出');
  await come('phone', 'village');
  await story.openCase(exit);
  await story.act('完成入户调查', '信息比对');
  await until(caseOf(township, exit), allows('compare'));
  await come('desktop', 'township');
  await story.openCase(exit);
  await story.act('比对通过', '民主评议');
  await throughNotices(exit, 51);
  await come('desktop', 'township');
  await story.openCase(exit);
  await granted('登记', '已脱贫户');
  await until(onMap, (counts) => counts.exitedHouseholdCount === '1' && !counts.causes?.length);

  // It falls back: the register notices, and it returns by its own procedure.
  goTo(28);
  await survey(poorest);
  await until(scoreOf, (score) => classOf(score) === 'POOR');
  const suggestions = () => township.json<{ suggestions?: { kind: string; state: string }[] }>(`/v1/${chosen}/suggestions`);
  await until(suggestions, (found) => (found.suggestions ?? []).some((one) => one.kind === 'SUGGESTION_KIND_FELL_BACK' && one.state === 'STATE_OPEN'));
  const back = await openCase(chosen, '返贫重新纳入');
  await come('phone', 'village');
  await story.openCase(back);
  await story.act('完成入户调查', '信息比对');
  await until(caseOf(township, back), allows('compare'));
  await come('desktop', 'township');
  await story.openCase(back);
  await story.act('比对通过', '民主评议');
  await throughNotices(back, 27);
  await come('desktop', 'township');
  await story.openCase(back);
  await fillForm();
  await granted('登记', '防止返贫致贫对象');
  await until(onMap, (counts) => counts.registeredHouseholdCount === '1' && counts.returnedHouseholdCount === '1' && counts.causes?.[0]?.nameZh === '因病');
  ({ page, go } = await come('desktop', 'township'));
  await go(`/${chosen}`);
  await page.waitForSelector('.life li.case');
  await story.sound('life-whole');
  const { changes } = await township.json<{ changes: { statusZh: string }[] }>(`/v1/${chosen}/registration`);
  expect(changes.length).toBe(3);
}, 400_000);
