// What the map shows, as part of the address: it can be shared, and says nothing about any person.
import { groups, isCountable, type Measure, type Method, type Metric } from './breaks';

export interface MapState {
  zoom: number | null; longitude: number; latitude: number;
  selected: string; metric: Metric; measure: Measure; method: Method; date: string; other: string;
}
type Query = Record<string, string | null | undefined | (string | null)[]>;

const text = (query: Query, name: string): string => typeof query[name] === 'string' ? query[name] as string : '';
const dateOr = (value: string): string => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : '';

// The day of `days` (rising) that shows what was known on `date`: the last that is not after it, or the first.
export const dayWithin = (date: string, days: string[]): string => [...days].reverse().find((day) => day <= date) ?? days[0] ?? '';

export function decodeState(query: Query): MapState {
  const at = text(query, 'v').split(',').map(Number);
  const valid = at.length === 3 && at.every(Number.isFinite) && at[0]! >= 0 && at[0]! <= 22 && Math.abs(at[1]!) <= 180 && Math.abs(at[2]!) <= 85;
  const wanted = text(query, 'm');
  const metric: Metric = groups.flatMap((group) => group.metrics).find((one) => one.value === wanted)?.value ?? (/^cause\.[a-z_]{1,24}$/.test(wanted) ? wanted as Metric : 'incidence');
  return {
    zoom: valid ? at[0]! : null, longitude: valid ? at[1]! : 0, latitude: valid ? at[2]! : 0,
    selected: /^[\w.-]{1,24}$/.test(text(query, 's')) ? text(query, 's') : '',
    metric, measure: text(query, 'n') === 'count' && isCountable(metric) ? 'count' : 'share',
    method: text(query, 'b') === 'quantile' ? 'quantile' : 'policy',
    date: dateOr(text(query, 'd')), other: dateOr(text(query, 'c')),
  };
}

export function encodeState(state: MapState): Record<string, string> {
  const query: Record<string, string> = {};
  if (state.zoom !== null) query.v = [state.zoom.toFixed(2), state.longitude.toFixed(4), state.latitude.toFixed(4)].join(',');
  if (state.selected) query.s = state.selected;
  if (state.metric !== 'incidence' && state.metric !== 'band') query.m = state.metric;
  if (state.measure !== 'share' && isCountable(state.metric)) query.n = state.measure;
  if (state.method !== 'policy') query.b = state.method;
  if (state.date) query.d = state.date;
  if (state.other) query.c = state.other;
  return query;
}
