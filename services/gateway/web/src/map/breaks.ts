// What the map is coloured by, where the classes break, and the colours. Light to dark is better to
// worse in every case; the scale is one that people with any colour vision can order.
import type { Key } from '../core/i18n';

// 'band' is the published map's: which of a few bands the incidence lies in, or that it is withheld.
export type Metric = 'incidence' | 'possibly' | 'atRisk' | 'index' | 'band';
export type Method = 'policy' | 'quantile';
export interface Figures {
  households: number; persons: number; poor: number; possibly: number; stable: number; unscorable: number;
  poor_persons: number; incidence: number; index: number;
  shown?: number; band?: number;  // published: 0 nothing, 1 the band, 2 counts too
}

export const metrics: { value: Exclude<Metric, 'band'>; label: Key; unit: 'permille' | 'points' }[] = [
  { value: 'incidence', label: 'map.metric.incidence', unit: 'permille' },
  { value: 'possibly', label: 'map.metric.possibly', unit: 'permille' },
  { value: 'atRisk', label: 'map.metric.atRisk', unit: 'permille' },
  { value: 'index', label: 'map.metric.index', unit: 'points' },
];

// Per mille and centipoints. 30 per mille is the line below which a western county may leave the list;
// 6000 and 8000 are the class edges of the index.
export const policyBreaks: Record<Metric, number[]> = {
  incidence: [30, 60, 100, 150, 200, 300],
  possibly: [50, 100, 150, 200, 300, 400],
  atRisk: [50, 100, 200, 300, 400, 500],
  index: [5000, 6000, 7000, 7500, 8000, 8500],
  band: [100, 300],  // the edition says which
};

const ramp = ['#fff5d6', '#fee39f', '#fdc564', '#f5993a', '#dc6b1d', '#ae440d', '#722705'];
export const noData = '#e4e8eb';
export const withheld = '#c3ccd4';

// `many` colours, light to dark for a share, dark to light for the index (low is worse).
export function coloursFor(metric: Metric, many: number): string[] {
  const picked = Array.from({ length: many }, (_, i) => ramp[many === 1 ? 3 : Math.round(i * (ramp.length - 1) / (many - 1))]!);
  return metric === 'index' ? picked.reverse() : picked;
}

// The figure of one place, or null where there is nothing to show.
export function figureOf(metric: Metric, of: Partial<Figures>): number | null {
  const { households, poor, possibly, incidence, index } = of;
  if (metric === 'band') return of.band ? of.band : null;
  if (!households) return null;
  if (metric === 'incidence') return incidence ?? null;
  if (metric === 'index') return index ? index : null;
  if (possibly === undefined || possibly === null) return null;
  if (metric === 'possibly') return 1000 * possibly / households;
  return poor === undefined || poor === null ? null : 1000 * (poor + possibly) / households;
}

// At most many - 1 rising breaks that split the values into about equal groups.
export function quantiles(values: number[], many = 7): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const breaks: number[] = [];
  for (let i = 1; i < many; i++) {
    const edge = sorted[Math.floor(i * sorted.length / many)];
    const rounded = edge === undefined ? undefined : Math.round(edge);
    if (rounded !== undefined && rounded > (breaks[breaks.length - 1] ?? sorted[0]!)) breaks.push(rounded);
  }
  return breaks;
}

// Index of the class a value falls in: a break belongs to the class above it.
export const classOfValue = (value: number, breaks: number[]): number => {
  let at = 0;
  while (at < breaks.length && value >= breaks[at]!) at += 1;
  return at;
};

// The class of a figure of `metric`.
export const classOfFigure = (metric: Metric, value: number, breaks: number[]): number => metric === 'band' ? value - 1 : classOfValue(value, breaks);

// A MapLibre expression for fill-color. Live figures (feature state) win over those of the tile.
export function fillColour(metric: Metric, breaks: number[]): unknown {
  const raw = (key: string) => ['coalesce', ['feature-state', key], ['get', key]];
  const number = (key: string) => ['to-number', raw(key), 0];
  if (metric === 'band') {
    const colours = coloursFor(metric, breaks.length + 1);
    return ['case', ['==', raw('shown'), 0], withheld, ['match', number('band'), ...colours.flatMap((colour, i) => [i + 1, colour]), noData]];
  }
  const perHousehold = (sum: unknown) => ['/', ['*', 1000, sum], ['max', 1, number('households')]];
  const needs = metric === 'incidence' ? 'incidence' : metric === 'index' ? 'index' : 'possibly';
  const value = metric === 'possibly' ? perHousehold(number('possibly'))
    : metric === 'atRisk' ? perHousehold(['+', number('poor'), number('possibly')]) : number(needs);
  const colours = coloursFor(metric, breaks.length + 1);
  const nothing: unknown[] = ['any', ['==', number('households'), 0], ['==', raw(needs), null]];
  if (metric === 'index') nothing.push(['==', number('index'), 0]);
  const steps = breaks.length ? ['step', value, colours[0], ...breaks.flatMap((edge, i) => [edge, colours[i + 1]])] : colours[0];
  return ['case', nothing, noData, steps];
}
