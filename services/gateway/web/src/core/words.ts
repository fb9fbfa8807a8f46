// Words for the codes of the API, and their colours. Chosen to be told apart without red and green.
import { yuan } from './format';
import { chinese, t, type Key } from './i18n';
import type { Absence, FindingState, PovertyClass, Resolution, Severity } from './types';

export const classes: { value: PovertyClass; short: 'poor' | 'possibly' | 'stable' | 'unscorable'; label: Key; range: Key }[] = [
  { value: 'POVERTY_CLASS_POOR', short: 'poor', label: 'class.poor', range: 'class.poor.range' },
  { value: 'POVERTY_CLASS_POSSIBLY_POOR', short: 'possibly', label: 'class.possibly', range: 'class.possibly.range' },
  { value: 'POVERTY_CLASS_STABLE', short: 'stable', label: 'class.stable', range: 'class.stable.range' },
  { value: 'POVERTY_CLASS_NOT_SCORABLE', short: 'unscorable', label: 'class.unscorable', range: 'class.unscorable.range' },
];
export const classOf = (value: PovertyClass | undefined) => classes.find((one) => one.value === value);

export const classColours = { poor: '#b2431e', possibly: '#e6b155', stable: '#5f9fbf', unscorable: '#b4bcc4' };

const absences: Record<Absence, Key> = {
  ABSENCE_UNSPECIFIED: 'absence.none', ABSENCE_NOT_ASKED: 'absence.notAsked', ABSENCE_REFUSED: 'absence.refused',
  ABSENCE_NOT_APPLICABLE: 'absence.notApplicable', ABSENCE_NO_RECORD: 'absence.noRecord',
};
export const absence = (value: Absence): string => t(absences[value] ?? 'absence.none');

const states: Record<FindingState, Key> = {
  FINDING_STATE_UNSPECIFIED: 'finding.open', FINDING_STATE_OPEN: 'finding.open',
  FINDING_STATE_RESOLVED: 'finding.resolved', FINDING_STATE_CLEARED: 'finding.cleared',
};
export const findingState = (value: FindingState): string => t(states[value] ?? 'finding.open');

const severities: Record<Severity, Key> = {
  SEVERITY_UNSPECIFIED: 'severity.info', SEVERITY_INFO: 'severity.info',
  SEVERITY_WARNING: 'severity.warning', SEVERITY_SERIOUS: 'severity.serious',
};
export const severity = (value: Severity): string => t(severities[value] ?? 'severity.info');

export const resolutions: { value: Resolution; label: Key; hint: Key }[] = [
  { value: 'RESOLUTION_ACCEPT_FIELD', label: 'resolution.field', hint: 'resolution.field.hint' },
  { value: 'RESOLUTION_ACCEPT_DEPARTMENT', label: 'resolution.department', hint: 'resolution.department.hint' },
  { value: 'RESOLUTION_REVISIT', label: 'resolution.revisit', hint: 'resolution.revisit.hint' },
];
export const resolution = (value: Resolution): string => {
  const found = resolutions.find((one) => one.value === value);
  return found ? t(found.label) : '';
};

const relations: Record<string, Key> = {
  '01': 'relation.self', '02': 'relation.head', '10': 'relation.spouse', '20': 'relation.son', '30': 'relation.daughter',
  '40': 'relation.grandchild', '50': 'relation.parent', '60': 'relation.grandparent', '70': 'relation.sibling',
  '28': 'relation.sonInLaw', '38': 'relation.daughterInLaw', '90': 'relation.other', '99': 'relation.none',
};
// GB/T 4761: the second digit only says which one.
export const relation = (code: string): string => {
  const key = relations[code] ?? relations[`${code[0] ?? ''}0`];
  return key ? t(key) : code || '—';
};
export const sex = (code: string): string => code === '1' ? t('sex.male') : code === '2' ? t('sex.female') : '—';

const levels: Record<string, Key> = {
  province: 'level.province', prefecture: 'level.prefecture', county: 'level.county',
  township: 'level.township', village: 'level.village', hamlet: 'level.hamlet',
};
export const level = (code: string): string => levels[code] ? t(levels[code]!) : code;

export const method = (code: string | undefined): string =>
  code === 'COLLECTION_METHOD_AUTOMATIC' ? t('method.automatic') : code === 'COLLECTION_METHOD_MANUAL' ? t('method.manual') : '—';

// Value of a field; names that end in _fen are money and shown in yuan.
export const fieldValue = (name: string, value: string): string =>
  value === 'true' ? t('answer.yes') : value === 'false' ? t('answer.no')
    : name.endsWith('_fen') && /^-?\d+$/.test(value) ? t('unit.yuan', { amount: yuan(value) }) : value;

// Catalogs and rules name units in Chinese only.
const units: Record<string, string> = {
  元: 'yuan', 人: 'persons', 亩: 'mu', 公里: 'km', 月: 'months', 项: 'items', 次: 'times', 头: 'head', 只: 'head', 分钟: 'min', 级: 'grade', 年: '', 平方米: 'm²', 种: 'kinds', 度: 'kWh',
  间: 'rooms', 部: 'pieces', 辆: 'vehicles', 标准单位: 'standard units', 户: 'households', 张: 'pieces', 岁: 'years', 套: 'sets', 天: 'days', 公斤: 'kg', 件: 'pieces',
};
const per: Record<string, string> = { 人: 'person', 间: 'room' };
export const unit = (zh: string | undefined): string => {
  if (chinese.value || !zh) return zh ?? '';
  const [of, by] = zh.split('/') as [string, string?];
  return `${units[of] ?? of}${by ? ` per ${per[by] ?? by}` : ''}`;
};
