import { describe, expect, it } from 'vitest';
import { dayWithin, decodeState, encodeState } from '../../src/map/mapState';

describe('state of the map in the address', () => {
  it('comes back as it went', () => {
    const state = { zoom: 8.25, longitude: 106.7123, latitude: 26.5, selected: '520525', metric: 'index' as const, measure: 'share' as const, method: 'quantile' as const, date: '2026-09-01', other: '2026-11-01' };
    expect(decodeState(encodeState(state))).toEqual(state);
  });
  it('keeps the filter by cause or class, and whether numbers or shares are shown', () => {
    const state = { ...decodeState({}), metric: 'cause.illness' as const, measure: 'count' as const };
    expect(encodeState(state)).toEqual({ m: 'cause.illness', n: 'count' });
    expect(decodeState({ m: 'cause.illness', n: 'count' })).toEqual(state);
    expect(decodeState({ m: 'returned' }).metric).toBe('returned');
    // A rate has no number of households.
    expect(decodeState({ m: 'incidence', n: 'count' }).measure).toBe('share');
    expect(decodeState({ m: 'cause.<b>' }).metric).toBe('incidence');
    expect(decodeState({ m: 'band' }).metric).toBe('incidence');
  });
  it('leaves out what is usual', () => {
    expect(encodeState(decodeState({}))).toEqual({});
    expect(Object.keys(encodeState({ ...decodeState({}), selected: '52' }))).toEqual(['s']);
  });
  it('ignores what makes no sense', () => {
    expect(decodeState({ v: '99,1,1', m: 'x', b: 'y', d: '2026-13-45', c: 'tomorrow', s: '<script>' })).toEqual(decodeState({}));
    expect(decodeState({ v: '5,NaN,1' }).zoom).toBeNull();
    expect(decodeState({ v: ['5,1,1', null] }).zoom).toBeNull();
  });
  it('takes the day that shows what was known on a date', () => {
    const days = ['2026-03-01', '2026-03-02', '2026-06-01'];
    expect(dayWithin('2026-03-02', days)).toBe('2026-03-02');
    expect(dayWithin('2026-05-31', days)).toBe('2026-03-02');
    expect(dayWithin('2020-01-01', days)).toBe('2026-03-01');
    expect(dayWithin('2999-01-01', days)).toBe('2026-06-01');
    expect(dayWithin('2026-03-02', [])).toBe('');
  });
});
