import { describe, expect, it } from 'vitest';
import { decodeState, encodeState } from '../../src/map/mapState';

describe('state of the map in the address', () => {
  it('comes back as it went', () => {
    const state = { zoom: 8.25, longitude: 106.7123, latitude: 26.5, selected: '520525', metric: 'index' as const, method: 'quantile' as const, date: '2026-09-01', other: '2026-11-01' };
    expect(decodeState(encodeState(state))).toEqual(state);
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
});
