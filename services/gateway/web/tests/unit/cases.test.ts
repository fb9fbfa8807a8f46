import { describe, expect, it } from 'vitest';
import { citizenNumberLooksRight, classNamed, daysLeft, evidenceKinds, evidenceParts, idOf, lastDay, mainPath, needText, noticePeriod, phoneLooksRight, procedureOf, scored, stepLine, textFits, timeLine, type CaseEvent, type Procedure } from '../../src/core/cases';
// @ts-expect-error plain JavaScript
import { readTextproto } from '../../mock/textproto.mjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const at = (text: string) => Date.parse(text);
const file = (name: string) => (readTextproto(readFileSync(join(__dirname, '../../../../../deploy/procedures', `${name}.procedure.textproto`), 'utf8'),
  ['procedures', 'basis', 'from_statuses', 'granted_statuses', 'steps', 'actions', 'levels', 'other_than', 'conditions']) as { procedures: Procedure[] }).procedures;
const event = (more: Partial<CaseEvent>): CaseEvent => ({ kind: 'ACTED', action: '', actionZh: '', actionEn: '', fromStep: '', fromStepZh: '', fromStepEn: '', toStep: '', toStepZh: '', toStepEn: '', actor: '', actorRole: '', reason: '', evidence: '', ...more });

describe('periods', () => {
  // The end of 12 March in China is told as its midnight.
  const end = '2026-03-12T16:00:00Z';
  it('ID-9 end with the end of their last day, wherever the browser is', () => expect(lastDay(end)).toBe('2026-03-12'));
  it.each([
    ['2026-03-05T01:00:00Z', 'far', 7], ['2026-03-09T15:59:59Z', 'near', 3], ['2026-03-08T15:59:59Z', 'far', 4], ['2026-03-11T15:59:59Z', 'near', 1], ['2026-03-11T16:00:00Z', 'today', 0],
    ['2026-03-12T15:59:59Z', 'today', 0], ['2026-03-12T16:00:00Z', 'over', 1], ['2026-03-15T01:00:00Z', 'over', 3],
  ])('ID-9 at %s are %s by %i days', (now, state, days) => expect(daysLeft(end, at(now))).toEqual({ state, days }));
  it('without an end have none', () => expect(lastDay(undefined)).toBe('—'));
});

describe('where a case stands', () => {
  const registration = file('registration-2014').find((one) => one.version === 2)!;
  it('ID-9 the way of the register passes two notices and an announcement', () => expect(mainPath(registration).map((step) => step.id)).toEqual(
    ['received', 'compared', 'appraised', 'first_notice', 'reviewed', 'second_notice', 'proposed', 'approved', 'announcement', 'form', 'granted']));
  it.each(['exit-2016', 'monitoring-2021', 'return-2016', 'risk-removal-2021'])('ID-10 every procedure has a way to its granting end: %s', (name) => {
    for (const one of file(name)) expect(mainPath(one).at(-1)?.end?.outcome).toBe('OUTCOME_GRANTED');
  });
  it('ID-1 what is passed, what is now and what comes are told apart, with their days', () => {
    const line = stepLine(registration, 'compared', [event({ kind: 'OPENED', time: '2026-03-02T01:00:00Z' }), event({ fromStep: 'received', toStep: 'compared', time: '2026-03-04T01:00:00Z' })]);
    expect(line.slice(0, 3).map((one) => one.state)).toEqual(['done', 'now', 'ahead']);
    expect(line.map((one) => one.time).slice(0, 3)).toEqual(['2026-03-02T01:00:00Z', '2026-03-04T01:00:00Z', undefined]);
  });
  it('ID-1 a refusal ends the line where it happened', () => {
    const line = stepLine(registration, 'refused', [event({ kind: 'OPENED', toStep: 'received', time: '2026-03-02T01:00:00Z' }), event({ fromStep: 'received', toStep: 'compared', time: '2026-03-04T01:00:00Z' }), event({ fromStep: 'compared', toStep: 'refused', time: '2026-03-05T01:00:00Z' })]);
    expect(line.map((one) => [one.step.id, one.state])).toEqual([['received', 'done'], ['compared', 'done'], ['refused', 'stopped']]);
  });
  it('a granted case is passed to its end', () => expect(stepLine(registration, 'granted').every((one) => one.state === 'done')).toBe(true));
  it('ID-9 a case keeps the version it was opened with', () => {
    const both = file('registration-2014');
    expect(procedureOf(both, 'registration-2014', 1)?.grantedStatuses).toEqual(['registered']);
    expect(procedureOf(both, 'registration-2014', 2)?.grantedStatuses).toEqual(['assisted']);
    expect(procedureOf(both, 'other', 1)).toBeUndefined();
  });
});

describe('texts of the service', () => {
  const option = { nameZh: '审核通过', nameEn: 'review passed' };
  it('USE-1 beside its button a refusal says only what is needed', () => {
    expect(needText('《贫困户识别(两公示一公告)》“乡镇审核”的“审核通过”:该户被抽中复查', option)).toBe('该户被抽中复查');
    expect(needText('《贫困户识别（两公示一公告）》“乡镇审核”的“审核通过”：该户被抽中复查', option)).toBe('该户被抽中复查');
    expect(needText('《程序》“步骤”:须由村级人员办理', option)).toBe('须由村级人员办理');
    expect(needText('identification (two notices, one announcement), township review, review passed: somebody must go there', option)).toBe('somebody must go there');
    expect(needText('something else', option)).toBe('something else');
  });
  it('evidence is words, files and notices', () => expect(evidenceParts('应到 30 实到 25 blobs/5205-x')).toEqual({ text: '应到 30 实到 25', files: ['blobs/5205-x'], notices: [] }));
  it('a posting names its notice, an objection nothing to show', () => {
    expect(evidenceParts('村委会公示栏 notices/n1')).toEqual({ text: '村委会公示栏', files: [], notices: ['notices/n1'] });
    expect(evidenceParts('objections/o1').text).toBe('');
  });
  it('classes travel as numbers or names', () => { expect(classNamed(2)).toBe('POVERTY_CLASS_POSSIBLY_POOR'); expect(classNamed('POVERTY_CLASS_POOR')).toBe('POVERTY_CLASS_POOR'); expect(classNamed(9)).toBe('POVERTY_CLASS_UNSPECIFIED'); });
  it('ID-7 an index without a class means nothing', () => {
    expect(scored({ indexCentipoints: 7150, povertyClass: 4 })).toBe(false);
    expect(scored({ indexCentipoints: 7150, povertyClass: 0 })).toBe(false);
    expect(scored({ indexCentipoints: 7150, povertyClass: 2 })).toBe(true);
  });
  it('ID-9 the days of a notice are told where all versions of a procedure agree', () => {
    const both = file('registration-2014');
    expect(noticePeriod(both, 'registration-2014', 'first_notice')).toEqual({ days: 7, kind: 'DAY_KIND_CALENDAR' });
    expect(noticePeriod(both, 'registration-2014', 'received')).toBeNull();
    const other = structuredClone(both);
    other[0]!.steps!.find((step) => step.id === 'first_notice')!.notice!.period!.days = 5;
    expect(noticePeriod(other, 'registration-2014', 'first_notice')).toBeNull();
  });
  it('names lead to ids', () => expect(idOf('cases/520102016-a')).toBe('520102016-a'));
});

describe('the time line of a household', () => {
  it('ID-10 scores, findings and cases are one line, newest first', () => expect(timeLine<string>(
    [{ time: '2026-01-02T00:00:00Z', what: 'score' }, { time: undefined, what: 'never' }], [{ time: '2026-03-02T00:00:00Z', what: 'case' }, { time: '2026-02-02T00:00:00Z', what: 'finding' }]).map((one) => one.what)).toEqual(['case', 'finding', 'score']));
});

describe('what an applicant types', () => {
  // Synthetic: the published example of GB 11643 and its neighbours.
  it.each([['11010519491231002X', true], ['11010519491231002x', true], [' 110105 19491231 002X ', true], ['110105194912310021', false], ['1101051949123100', false], ['', false], ['abcdefghijklmnopqr', false]])('ID-1 the number "%s" looks right: %s', (number, right) => expect(citizenNumberLooksRight(number)).toBe(right));
  it.each([['0851-1234567', true], ['13800000000', true], ['+86 138 0000 0000', true], ['12345', false], ['phone', false], ['12345678901234', false]])('ID-1 the phone "%s" looks right: %s', (phone, right) => expect(phoneLooksRight(phone)).toBe(right));
  it('a text fits by its bytes, and blanks are no text', () => { expect(textFits('字'.repeat(666), 2000)).toBe(true); expect(textFits('字'.repeat(667), 2000)).toBe(false); expect(textFits('  ', 2000)).toBe(false); });
  it('names what was attached as the procedure does', () => {
    const authorisation = { kind: 'authorisation', nameZh: '农户授权承诺书', nameEn: 'signed authorisation' };
    const procedure = { steps: [{ id: 'lead', actions: [{ id: 'checked', conditions: [{ survey: {} }, { evidence: authorisation }] }] }, { id: 'end' }] } as never;
    expect(evidenceKinds(procedure)).toEqual([authorisation]);
    expect(evidenceKinds(undefined)).toEqual([]);
  });
});
