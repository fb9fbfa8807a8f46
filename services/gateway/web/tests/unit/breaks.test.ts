import { createExpression } from '@maplibre/maplibre-gl-style-spec';
import { describe, expect, it } from 'vitest';
import { classOfFigure, classOfValue, coloursFor, figureOf, fillColour, metrics, noData, policyBreaks, quantiles, setOf, withheld, type Metric } from '../../src/map/breaks';
import { edgeTexts, rangeTexts } from '../../src/map/rangeTexts';

const place = { households: 200, persons: 700, poor: 20, possibly: 50, stable: 128, unscorable: 2, poor_persons: 70, incidence: 100, index: 7421, registered: 18, exited: 9, returned: 1, with_cause: 20, illness: 12 };

describe('breaks', () => {
  it('put a break into the class above it', () => {
    expect(classOfValue(29, [30, 60])).toBe(0);
    expect(classOfValue(30, [30, 60])).toBe(1);
    expect(classOfValue(60, [30, 60])).toBe(2);
  });
  it('hold the class edges of the index and rise', () => {
    expect(policyBreaks('index')).toContain(6000);
    expect(policyBreaks('index')).toContain(8000);
    for (const { value } of metrics) expect([...policyBreaks(value)].sort((a, b) => a - b)).toEqual(policyBreaks(value));
  });
  it('split values into equal groups', () => {
    const values = Array.from({ length: 70 }, (_, i) => i);
    expect(quantiles(values)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(quantiles([5, 5, 5, 5])).toEqual([]);
    expect(quantiles([])).toEqual([]);
    expect(quantiles([1, 2])).toEqual([2]);
    // One place among many nothings must stand out.
    expect(quantiles([0, 0, 0, 0, 0, 0, 0, 0, 1])).toEqual([1]);
    expect(quantiles([0, 0, 0, 4, 9])).toEqual([4, 9]);
  });
  it('figure a place', () => {
    expect(figureOf('incidence', place)).toBe(100);
    expect(figureOf('possibly', place)).toBe(250);
    expect(figureOf('atRisk', place)).toBe(350);
    expect(figureOf('index', place)).toBe(7421);
    expect(figureOf('index', { ...place, index: 0 })).toBeNull();
    expect(figureOf('incidence', { ...place, households: 0 })).toBeNull();
    expect(figureOf('incidence', { households: 3 })).toBeNull();
  });
  it('give one colour per class, dark for worse', () => {
    expect(new Set(coloursFor('incidence', 7)).size).toBe(7);
    expect(coloursFor('index', 7)).toEqual([...coloursFor('incidence', 7)].reverse());
    expect(coloursFor('incidence', 1)).toHaveLength(1);
  });
  it('are written out', () => {
    expect(rangeTexts('incidence', [30, 65])).toEqual(['< 3%', '3% – 6.5%', '≥ 6.5%']);
    expect(rangeTexts('index', [6000, 8000])).toEqual(['< 60', '60 – 80', '≥ 80']);
    expect(edgeTexts('incidence', [30, 65])).toEqual(['', '3', '6.5']);
  });
});

describe('fill colour', () => {
  const spec = { type: 'color', 'property-type': 'data-driven', expression: { interpolated: true, parameters: ['zoom', 'feature', 'feature-state'] } };
  const paint = (metric: Metric, properties: object, state: object = {}) => {
    const made = createExpression(fillColour(metric, policyBreaks(metric)), spec as never);
    if (made.result === 'error') throw new Error(made.value.map((error) => error.message).join());
    return (made.value.evaluate({ zoom: 7 }, { type: 3, properties } as never, state as never) as { toString(): string }).toString();
  };
  it('paints bands of the published map, and what is withheld', () => {
    const band = (properties: object) => (createExpression(fillColour('band', [100, 300]), spec as never) as { value: { evaluate: (...args: unknown[]) => { toString(): string } } }).value.evaluate({ zoom: 7 }, { type: 3, properties }, {}).toString();
    for (const of of [1, 2, 3]) expect(band({ shown: 1, band: of })).toBe(coloursFor('band', 3)[classOfFigure('band', figureOf('band', { band: of })!, [100, 300])]);
    expect(band({ shown: 0 })).toBe(withheld);
    expect(band({ shown: 2, band: 0, households: 0 })).toBe(noData);
  });
  it('agrees with the legend', () => {
    for (const value of [...metrics.map((one) => one.value), 'cause.illness' as const]) {
      const at = classOfValue(figureOf(value, place)!, policyBreaks(value));
      expect(paint(value, place), value).toBe(coloursFor(value, 7)[at]!);
    }
  });
  it('shows a cause as a share of who is on the register, or as a number', () => {
    expect(figureOf('cause.illness', place)).toBe(600);
    expect(figureOf('cause.illness', place, 'count')).toBe(12);
    expect(figureOf('cause.illness', { ...place, with_cause: 0, illness: 0 })).toBeNull();
    expect(figureOf('cause.illness', { ...place, with_cause: 0, illness: 0 }, 'count')).toBe(0);
    expect(figureOf('registered', place)).toBe(90);
    expect(figureOf('incidence', place, 'count')).toBe(100);
    expect([setOf('incidence'), setOf('exited'), setOf('cause.land')]).toEqual(['index', 'register', 'causes']);
    expect(rangeTexts('cause.illness', [1, 5], 'count')).toEqual(['< 1', '1 – 5', '≥ 5']);
  });
  it('shows nothing of a day whose figures are not here, whatever the tile says', () => {
    const made = createExpression(fillColour('incidence', policyBreaks('incidence'), 'share', false), spec as never) as { value: { evaluate: (...args: unknown[]) => { toString(): string } } };
    expect(made.value.evaluate({ zoom: 7 }, { type: 3, properties: place }, {}).toString()).toBe(noData);
    expect(made.value.evaluate({ zoom: 7 }, { type: 3, properties: place }, { households: 5, incidence: 10 }).toString()).toBe(coloursFor('incidence', 7)[0]!);
  });
  it('prefers what came live', () => {
    expect(paint('incidence', place, { incidence: 10 })).toBe(coloursFor('incidence', 7)[0]!);
    expect(paint('incidence', place, { incidence: 0 })).toBe(coloursFor('incidence', 7)[0]!);
  });
  it('shows what is withheld or empty as no data', () => {
    expect(paint('incidence', { ...place, households: 0 })).toBe(noData);
    expect(paint('incidence', { name: 'x', households: 4 })).toBe(noData);
    expect(paint('atRisk', { households: 4 })).toBe(noData);
    expect(paint('index', { ...place, index: 0 })).toBe(noData);
  });
});
