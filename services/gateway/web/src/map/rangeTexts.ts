// Words for the classes of the legend: "< 3%", "3% – 6%", "≥ 30%".
import { unitOf, type Measure, type Metric } from './breaks';

export function rangeTexts(metric: Metric, breaks: number[], measure: Measure = 'share'): string[] {
  const unit = unitOf(metric, measure);
  // A band is one of incidence.
  const text = (value: number) => unit === 'households' ? String(value) : unit === 'points' ? (value / 100).toFixed(value % 100 ? 2 : 0) : `${value % 10 ? (value / 10).toFixed(1) : value / 10}%`;
  if (!breaks.length) return ['—'];
  return [`< ${text(breaks[0]!)}`, ...breaks.slice(1).map((edge, i) => `${text(breaks[i]!)} – ${text(edge)}`), `≥ ${text(breaks[breaks.length - 1]!)}`];
}

// The same for a narrow screen: where each class begins. "", "3%", "6%", ...
export const edgeTexts = (metric: Metric, breaks: number[], measure: Measure = 'share'): string[] =>
  ['', ...breaks.map((edge) => unitOf(metric, measure) === 'households' ? String(edge) : metric === 'index' ? String(Math.round(edge / 10) / 10) : `${Math.round(edge) / 10}`)];
