// Words for the codes of cases.
import type { CaseEvent, Channel, Outcome, Purpose, Status } from '../../core/cases';
import { named, t, type Key } from '../../core/i18n';

const events: Record<string, Key> = {
  OPENED: 'event.opened', POSTED: 'event.posted', TAKEN_DOWN: 'event.takenDown', OBJECTED: 'event.objected', SETTLED: 'event.settled', MET: 'event.met',
  ATTACHED: 'event.attached', REVISITED: 'event.revisited', FORM_FILLED: 'event.formFilled', APPEALED: 'event.appealed', HOUSEHOLD_GONE: 'event.householdGone',
};
export const eventWord = (event: CaseEvent): string =>
  event.kind === 'SETTLED' && event.action === 'substantiated' ? t('event.settledTrue') : events[event.kind] ? t(events[event.kind]!) : event.kind;

const channels: Partial<Record<Channel, Key>> = { CHANNEL_WEB: 'channel.web', CHANNEL_VILLAGE_OFFICE: 'channel.office', CHANNEL_PHONE: 'channel.phone' };
export const channel = (value: Channel): string => channels[value] ? t(channels[value]!) : t('channel.officer');

const outcomes: Partial<Record<Outcome, Key>> = { OUTCOME_GRANTED: 'outcome.granted', OUTCOME_REFUSED: 'outcome.refused', OUTCOME_WITHDRAWN: 'outcome.withdrawn' };
export const outcome = (value: Outcome): string => outcomes[value] ? t(outcomes[value]!) : t('outcome.open');
export const ended = (value: Outcome | undefined): boolean => Boolean(value && value !== 'OUTCOME_UNSPECIFIED');

const purposes: Partial<Record<Purpose, Key>> = {
  PURPOSE_REGISTER: 'purpose.register', PURPOSE_EXIT: 'purpose.exit', PURPOSE_MONITOR: 'purpose.monitor', PURPOSE_REMOVE_RISK: 'purpose.removeRisk', PURPOSE_RETURN: 'purpose.return',
};
export const purpose = (value: Purpose): string => purposes[value] ? t(purposes[value]!) : value;

const causeKeys: Record<string, Key> = {
  illness: 'cause.illness', disability: 'cause.disability', school: 'cause.school', disaster: 'cause.disaster', land: 'cause.land', water: 'cause.water', skill: 'cause.skill',
  labour: 'cause.labour', capital: 'cause.capital', traffic: 'cause.traffic', motivation: 'cause.motivation', other: 'cause.other',
};
export const cause = (code: string): string => causeKeys[code] ? t(causeKeys[code]!) : code;
export const statusName = (list: Status[] | undefined, code: string): string => named(list?.find((one) => one.code === code)) || code;
