// What the map is coloured by, where the classes break, and the colours. Light to dark is less to more;
// the scales are ones that people with any colour vision can order.
import type { Key } from '../core/i18n';

// Households with this main cause (致贫原因), by the code of the list.
export type CauseMetric = `cause.${string}`;
// 'band' is the published map's: which of a few bands the incidence lies in, or that it is withheld.
export type Metric = 'incidence' | 'atRisk' | 'index' | 'band' | 'poor' | 'possibly' | 'stable' | 'registered' | 'exited' | 'returned' | CauseMetric;
export type Measure = 'share' | 'count';
export type Method = 'policy' | 'quantile';
export type FigureSet = 'index' | 'register' | 'causes';
// Numbers of a place by attribute or column; published: `shown` 0 nothing, 1 the band, 2 counts too.
export type Figures = Partial<Record<string, number | null>>;

export const groups: { label: Key; metrics: { value: Exclude<Metric, 'band' | CauseMetric>; label: Key }[] }[] = [
  { label: 'map.group.degree', metrics: [{ value: 'incidence', label: 'map.metric.incidence' }, { value: 'index', label: 'map.metric.index' }, { value: 'atRisk', label: 'map.metric.atRisk' }] },
  { label: 'map.group.class', metrics: [{ value: 'poor', label: 'map.metric.poor' }, { value: 'possibly', label: 'map.metric.possibly' }, { value: 'stable', label: 'map.metric.stable' }] },
  { label: 'map.group.register', metrics: [{ value: 'registered', label: 'map.metric.registered' }, { value: 'exited', label: 'map.metric.exited' }, { value: 'returned', label: 'map.metric.returned' }] },
];
export const metrics = groups.flatMap((group) => group.metrics);

export const causeOf = (metric: Metric): string => metric.startsWith('cause.') ? metric.slice('cause.'.length) : '';

// Per mille and centipoints. 30 per mille is the line below which a western county may leave the list;
// 6000 and 8000 are the class edges of the index.
const policy: Record<string, number[]> = {
  incidence: [30, 60, 100, 150, 200, 300],
  possibly: [50, 100, 150, 200, 300, 400],
  atRisk: [50, 100, 200, 300, 400, 500],
  index: [5000, 6000, 7000, 7500, 8000, 8500],
  band: [100, 300],  // the edition says which
  poor: [30, 60, 100, 150, 200, 300],
  stable: [400, 500, 600, 700, 800, 900],
  registered: [30, 60, 100, 150, 200, 300],
  exited: [20, 40, 60, 100, 150, 200],
  returned: [1, 2, 5, 10, 20, 50],
  cause: [50, 100, 150, 200, 300, 400],
};
export const policyBreaks = (metric: Metric): number[] => policy[causeOf(metric) ? 'cause' : metric]!;

const ramp = ['#fff5d6', '#fee39f', '#fdc564', '#f5993a', '#dc6b1d', '#ae440d', '#722705'];
// Where more is better.
const goodRamp = ['#eef6f3', '#cfe8df', '#a3d3c4', '#6fb7a4', '#3f9484', '#1f6f65', '#0b4a45'];
export const noData = '#e4e8eb';
export const withheld = '#c3ccd4';

// `many` colours, light to dark; dark to light for the index (low is worse).
export function coloursFor(metric: Metric, many: number): string[] {
  const from = metric === 'stable' || metric === 'exited' ? goodRamp : ramp;
  const picked = Array.from({ length: many }, (_, i) => from[many === 1 ? 3 : Math.round(i * (from.length - 1) / (many - 1))]!);
  return metric === 'index' ? picked.reverse() : picked;
}

// What a metric of households counts, and of what it is a share; null: it is a figure of its own.
function partsOf(metric: Metric): { top: string[]; of: string } | null {
  if (metric === 'incidence' || metric === 'index' || metric === 'band') return null;
  const cause = causeOf(metric);
  if (cause) return { top: [cause], of: 'with_cause' };
  return { top: metric === 'atRisk' ? ['poor', 'possibly'] : [metric], of: 'households' };
}
export const isCountable = (metric: Metric): boolean => partsOf(metric) !== null;
export const unitOf = (metric: Metric, measure: Measure): 'permille' | 'points' | 'households' =>
  metric === 'index' ? 'points' : measure === 'count' && isCountable(metric) ? 'households' : 'permille';

export const setOf = (metric: Metric): FigureSet => causeOf(metric) ? 'causes' : metric === 'registered' || metric === 'exited' || metric === 'returned' ? 'register' : 'index';
// The columns of that set that painting needs.
export function columnsOf(metric: Metric): string[] {
  const parts = partsOf(metric);
  return [...new Set(['households', ...(parts ? [...parts.top, parts.of] : [metric])])];
}

// The figure of one place, or null where there is nothing to show.
export function figureOf(metric: Metric, of: Figures, measure: Measure = 'share'): number | null {
  if (metric === 'band') return of.band ? of.band : null;
  const parts = partsOf(metric);
  if (!parts) return of.households ? (metric === 'index' ? of.index || null : of[metric] ?? null) : null;
  const whole = of[measure === 'count' ? 'households' : parts.of];
  if (!whole || parts.top.some((key) => of[key] === undefined || of[key] === null)) return null;
  const sum = parts.top.reduce((all, key) => all + of[key]!, 0);
  return measure === 'count' ? sum : 1000 * sum / whole;
}

// At most many - 1 rising breaks that split the values into about equal groups; a few different values are a class each.
export function quantiles(values: number[], many = 7): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const different = [...new Set(sorted.map(Math.round))];
  if (different.length <= many) return different.slice(1);
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

// MapLibre expressions. Figures in feature state are those of the day and set that is shown. `fallBack`:
// where there are none, the tile's own hold.
export const rawFigure = (key: string, fallBack: boolean): unknown => fallBack ? ['coalesce', ['feature-state', key], ['get', key]] : ['feature-state', key];
export function fillColour(metric: Metric, breaks: number[], measure: Measure = 'share', fallBack = true): unknown {
  const raw = (key: string) => rawFigure(key, fallBack);
  const number = (key: string) => ['to-number', raw(key), 0];
  const colours = coloursFor(metric, breaks.length + 1);
  if (metric === 'band') {
    return ['case', ['==', raw('shown'), 0], withheld, ['match', number('band'), ...colours.flatMap((colour, i) => [i + 1, colour]), noData]];
  }
  const parts = partsOf(metric);
  const sum = parts && (parts.top.length === 1 ? number(parts.top[0]!) : ['+', ...parts.top.map(number)]);
  const whole = parts && measure === 'share' ? parts.of : 'households';
  const value = !parts ? number(metric) : measure === 'count' ? sum : ['/', ['*', 1000, sum], ['max', 1, number(whole)]];
  const nothing: unknown[] = ['any', ['==', number(whole), 0], ...(parts?.top ?? [metric]).map((key) => ['==', raw(key), null])];
  if (metric === 'index') nothing.push(['==', number('index'), 0]);
  const steps = breaks.length ? ['step', value, colours[0], ...breaks.flatMap((edge, i) => [edge, colours[i + 1]])] : colours[0];
  return ['case', nothing, noData, steps];
}
