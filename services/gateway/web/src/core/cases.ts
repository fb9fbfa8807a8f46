// Cases, notices and objections as the API tells them, and what pages make of them. Pure: the time of
// day comes in.
import { day } from './format';
import type { PovertyClass, Problem } from './types';

export type Channel = 'CHANNEL_UNSPECIFIED' | 'CHANNEL_WEB' | 'CHANNEL_VILLAGE_OFFICE' | 'CHANNEL_PHONE';
export type Outcome = 'OUTCOME_UNSPECIFIED' | 'OUTCOME_GRANTED' | 'OUTCOME_REFUSED' | 'OUTCOME_WITHDRAWN';
export type Purpose = 'PURPOSE_UNSPECIFIED' | 'PURPOSE_REGISTER' | 'PURPOSE_EXIT' | 'PURPOSE_MONITOR' | 'PURPOSE_REMOVE_RISK' | 'PURPOSE_RETURN';
export type Certainty = 'CERTAINTY_UNSPECIFIED' | 'CERTAINTY_PRIMARY' | 'CERTAINTY_SECONDARY' | 'CERTAINTY_EXAMPLE';

// ---- procedures ----
export interface Condition {
  survey?: { withinDays: number }; comparison?: { noOpenSeverity: string }; form?: object; revisit?: { permille: number };
  meeting?: { quorumPermille: number; approvePermille: number; photo: boolean };
  evidence?: { kind: string; nameZh: string; nameEn: string };
  stableIncome?: { months: number; indexCentipoints: number };
}
export interface Action {
  id: string; nameZh: string; nameEn: string; to: string; levels?: string[]; byApplicant?: boolean; afterPeriod?: boolean; reasonRequired?: boolean;
  conditions?: Condition[];
}
export interface Period { days: number; kind: string }
export interface Step {
  id: string; nameZh: string; nameEn: string; notice?: { type: string; level: string; period?: Period }; end?: { outcome: Outcome }; actions?: Action[];
}
export interface Procedure {
  id: string; version: number; nameZh: string; nameEn: string; purpose: Purpose; validFrom: string; validTo: string;
  basis?: { textZh: string; textEn: string; certainty: Certainty }[]; grantedStatuses?: string[]; steps?: Step[];
}
export interface Status { code: string; nameZh: string; nameEn: string }
export interface ListProcedures { procedures?: Procedure[]; statuses?: Status[] }

// ---- cases ----
export interface CaseOption {
  action: string; nameZh: string; nameEn: string; allowed: boolean; refusals?: Problem[];
  reasonRequired: boolean; to: string; grants: boolean; statuses?: string[];
}
export interface Meeting { entitledCount: number; presentCount: number; inFavourCount: number; againstCount: number; photo: boolean; recorder: string }
export interface CaseForm { mainCause: string; otherCauses?: string[]; remarks: string }
export interface Case {
  name: string; household: string; division: string; divisionNames?: string[]; headNameMasked: string; channel: Channel; reason: string;
  procedure: string; procedureVersion: number; procedureZh: string; procedureEn: string; step: string; stepZh: string; stepEn: string;
  openTime?: string; enterTime?: string; dueTime?: string; decideByTime?: string; options?: CaseOption[];
  notice?: { notice: string; postTime?: string; endTime?: string }; revisitDrawn: boolean; revisitDone: boolean; meeting?: Meeting;
  evidenceKinds?: string[]; openObjectionCount: number; outcome: Outcome; status: string; form?: CaseForm; etag: string;
  indexCentipoints: number; povertyClass: PovertyClass | number; openFindingCount: number; needsPosting: boolean;
}
export interface CaseRow {
  name: string; household: string; division: string; divisionNames?: string[]; headNameMasked: string; procedure: string; procedureZh: string; procedureEn: string;
  step: string; stepZh: string; stepEn: string; openTime?: string; dueTime?: string; overdue: boolean; indexCentipoints: number; povertyClass: PovertyClass | number;
  openFindingCount: number; needsPosting: boolean; noticeEndTime?: string; openObjectionCount: number; revisitDrawn: boolean;
}
export interface ListCases { cases?: CaseRow[]; nextPageToken?: string }
export interface StepCount {
  procedure: string; procedureZh: string; procedureEn: string; step: string; stepZh: string; stepEn: string; caseCount: string; overdueCount: string; mine: boolean; outcome: Outcome;
}
export interface CountCases { steps?: StepCount[] }
export interface CaseEvent {
  time?: string; kind: string; action: string; actionZh: string; actionEn: string; fromStep: string; fromStepZh: string; fromStepEn: string;
  toStep: string; toStepZh: string; toStepEn: string; actor: string; actorRole: string; reason: string; evidence: string;
}
export interface CaseBatch {
  name: string; state: 'STATE_UNSPECIFIED' | 'STATE_RUNNING' | 'STATE_DONE'; doneCount: string; refusedCount: string; totalCount: string;
  refusals?: { case: string; reason: string; messageZh: string; messageEn: string }[];
}
export interface ApplicationState {
  receipt: string; procedureZh: string; procedureEn: string; openTime?: string; steps?: { nameZh: string; nameEn: string; enterTime?: string }[];
  noticeEndTime?: string; reason: string; appealUntilTime?: string; mayWithdraw: boolean; decideByTime?: string; outcome: Outcome;
}

// ---- notices ----
export interface Notice {
  name: string; type: string; division: string; divisionNames?: string[]; titleZh: string; textZh: string; procedureZh: string; procedureEn: string;
  stepZh: string; stepEn: string; postTime?: string; endTime?: string; place: string; photo: boolean;
  entries?: { number: number; headNameMasked: string; placeZh: string; personCount: number }[]; takeDownReason: string;
}
export interface Objection {
  name: string; notice: string; noticeTitleZh: string; entry: number; cases?: string[]; text: string; anonymous: boolean; createTime?: string;
  settled: boolean; substantiated: boolean; answer: string; settleTime?: string;
}
export interface ObjectionState { receipt: string; createTime?: string; settled: boolean; substantiated: boolean; answer: string; settleTime?: string }

// ---- ids ----
export const idOf = (name: string): string => name.slice(name.indexOf('/') + 1);
// Names a try, so that sending it twice does it once.
export function requestId(): string {
  return `web-${[...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

// ---- periods ----
// A period ends with the end of its last day: the moment told is the midnight after it.
export const lastDay = (end: string | undefined): string => end ? day(Date.parse(end) - 1) : day(undefined);
export interface Left { state: 'over' | 'today' | 'near' | 'far'; days: number }
// Days left to the last day of a period, as a calendar on the wall counts them.
export function daysLeft(end: string, now: number, near = 3): Left {
  const at = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
  const days = at(lastDay(end)) - at(day(now));
  if (Date.parse(end) <= now) return { state: 'over', days: Math.max(1, -days) };
  return { state: days === 0 ? 'today' : days <= near ? 'near' : 'far', days };
}

// ---- where a case stands ----
// How long a notice of a step hangs, where all versions of the procedure agree.
export function noticePeriod(list: Procedure[] | undefined, id: string, step: string): Period | null {
  const found = (list ?? []).filter((one) => one.id === id).flatMap((one) => one.steps?.find((each) => each.id === step)?.notice?.period ?? []);
  return found.length && found.every((one) => one.days === found[0]!.days && one.kind === found[0]!.kind) ? found[0]! : null;
}
export const procedureOf = (list: Procedure[] | undefined, id: string, version: number): Procedure | undefined =>
  list?.find((one) => one.id === id && one.version === version) ?? list?.find((one) => one.id === id);
const isEnd = (step: Step | undefined): boolean => Boolean(step?.end && step.end.outcome !== 'OUTCOME_UNSPECIFIED');

// The steps of a case that goes well, from the first to the granting end.
export function mainPath(procedure: Procedure): Step[] {
  const steps = procedure.steps ?? [];
  const at = (id: string) => steps.findIndex((step) => step.id === id);
  const path: Step[] = [];
  for (let step = steps[0]; step && !path.includes(step);) {
    path.push(step);
    const here = at(step.id);
    const ahead = (step.actions ?? []).map((action) => at(action.to)).filter((to) => to > here && (!isEnd(steps[to]) || steps[to]?.end?.outcome === 'OUTCOME_GRANTED'));
    if (isEnd(step) || ahead.length === 0) break;
    step = steps[Math.min(...ahead)];
  }
  return path;
}
export interface LineStep { step: Step; state: 'done' | 'now' | 'ahead' | 'stopped'; time?: string }
// The line of steps with what is done, what is now and what comes; an end that was not the aim stands
// behind what was reached.
export function stepLine(procedure: Procedure, current: string, events: CaseEvent[] = []): LineStep[] {
  const entered = new Map<string, string>();
  for (const event of events) if (event.toStep && event.time && (event.toStep !== event.fromStep || event.kind === 'OPENED')) entered.set(event.toStep, event.time);
  const path = mainPath(procedure);
  const first = path[0];
  if (first && !entered.has(first.id) && events[0]?.time) entered.set(first.id, events[0].time);
  const with_ = (step: Step, state: LineStep['state']): LineStep => ({ step, state, ...(state !== 'ahead' && entered.has(step.id) ? { time: entered.get(step.id)! } : {}) });
  const here = path.findIndex((step) => step.id === current);
  if (here >= 0) return path.map((step, i) => with_(step, i < here || (i === here && isEnd(step)) ? 'done' : i === here ? 'now' : 'ahead'));
  const aside = procedure.steps?.find((step) => step.id === current);
  const reached = path.reduce((last, step, i) => entered.has(step.id) ? i : last, 0);
  return [...path.slice(0, reached + 1).map((step) => with_(step, 'done')), ...(aside ? [with_(aside, isEnd(aside) ? 'stopped' : 'now')] : [])];
}

// ---- refusals ----
// Beside the button a refusal is about, procedure, step and action need no repeating.
export function needText(text: string, option: Pick<CaseOption, 'nameZh' | 'nameEn'>): string {
  const zh = /^《.*?》“.*?”(?:的“.*?”)?[:：](.+)$/s.exec(text);
  if (zh) return zh[1]!.trim();
  const tail = `, ${option.nameEn}: `;
  const at = option.nameEn ? text.indexOf(tail) : -1;
  return at >= 0 ? text.slice(at + tail.length) : text;
}

export const refusedFor = (option: Pick<CaseOption, 'refusals'>, reason: string): boolean => (option.refusals ?? []).some((one) => one.reason === reason);

// ---- events ----
// "应到 30 实到 25 blobs/x" -> what is said and what is named
export function evidenceParts(evidence: string): { text: string; files: string[]; notices: string[] } {
  const words = evidence.split(' ').filter(Boolean);
  const files = words.filter((word) => word.startsWith('blobs/'));
  const notices = words.filter((word) => word.startsWith('notices/'));
  return { text: words.filter((word) => !/^(blobs|notices|objections)\//.test(word)).join(' '), files, notices };
}

// What the steps of a procedure ask to be attached.
export const evidenceKinds = (procedure: Procedure | undefined): { kind: string; nameZh: string; nameEn: string }[] =>
  (procedure?.steps ?? []).flatMap((step) => (step.actions ?? []).flatMap((action) => (action.conditions ?? []).flatMap((one) => one.evidence ?? [])));

export interface Moment<T> { time: string; what: T }
// Several lists of dated things as one, newest first; what has no time is left out.
export const timeLine = <T>(...lists: { time: string | undefined; what: T }[][]): Moment<T>[] =>
  lists.flat().filter((one): one is Moment<T> => Boolean(one.time) && !Number.isNaN(Date.parse(one.time!))).sort((a, b) => Date.parse(b.time) - Date.parse(a.time));

// ---- what an applicant types ----
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
// Eighteen characters with the check character of GB 11643; the server looks closer.
export function citizenNumberLooksRight(text: string): boolean {
  const number = text.replace(/\s/g, '').toUpperCase();
  if (!/^\d{17}[\dX]$/.test(number)) return false;
  const sum = weights.reduce((all, weight, i) => all + weight * Number(number[i]), 0);
  return '10X98765432'[sum % 11] === number[17];
}
export const phoneLooksRight = (text: string): boolean => /^[\d\s+-]{7,20}$/.test(text) && /^\d{7,13}$/.test(text.replace(/\D/g, ''));
const bytes = (text: string) => new TextEncoder().encode(text).length;
export const textFits = (text: string, mostBytes: number): boolean => text.trim() !== '' && bytes(text) <= mostBytes;

// PovertyClass travels as a number where the field is one.
const classNames: PovertyClass[] = ['POVERTY_CLASS_UNSPECIFIED', 'POVERTY_CLASS_POOR', 'POVERTY_CLASS_POSSIBLY_POOR', 'POVERTY_CLASS_STABLE', 'POVERTY_CLASS_NOT_SCORABLE'];
export const classNamed = (value: PovertyClass | number | undefined): PovertyClass =>
  typeof value === 'number' ? classNames[value] ?? 'POVERTY_CLASS_UNSPECIFIED' : value ?? 'POVERTY_CLASS_UNSPECIFIED';

// Whether the index of a row means something.
export const scored = (row: Pick<CaseRow, 'indexCentipoints' | 'povertyClass'>): boolean =>
  row.indexCentipoints > 0 && classNamed(row.povertyClass) !== 'POVERTY_CLASS_NOT_SCORABLE' && classNamed(row.povertyClass) !== 'POVERTY_CLASS_UNSPECIFIED';

// Codes of the list of causes, in its order.
export const causes = ['illness', 'disability', 'school', 'disaster', 'land', 'water', 'skill', 'labour', 'capital', 'traffic', 'motivation', 'other'] as const;
