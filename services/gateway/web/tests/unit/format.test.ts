import { describe, expect, it } from 'vitest';
import { count, day, daysBetween, duration, moment, permille, points, share, signed, yuan } from '../../src/core/format';

describe('numbers', () => {
  it('shows an index with two decimals', () => {
    expect(points(5732)).toBe('57.32');
    expect(points(6000)).toBe('60.00');
    expect(points(0)).toBe('0.00');
    expect(points(undefined)).toBe('—');
  });
  it('turns fen into yuan', () => {
    expect(yuan('123456789')).toBe('1,234,567.89');
    expect(yuan(5)).toBe('0.05');
    expect(yuan('-100')).toBe('-1.00');
  });
  it('reads 64-bit counts that come as text', () => {
    expect(count('1234567')).toBe('1,234,567');
    expect(count(undefined)).toBe('0');
  });
  it('has no share of nothing', () => {
    expect(share('1', '8')).toBe('12.5%');
    expect(share(0, 0)).toBe('—');
    expect(permille(3)).toBe('0.3%');
    expect([signed(1200, count), signed(-30, permille), signed(0, count)]).toEqual(['+1,200', '−3.0%', '±0']);
  });
});

describe('times', () => {
  it('are those of Shanghai, wherever we are', () => {
    expect(moment('2026-11-25T16:30:00Z')).toBe('2026-11-26 00:30');
    expect(moment('2026-11-25T15:59:59.123Z')).toBe('2026-11-25 23:59');
    expect(day('2026-12-31T16:00:00Z')).toBe('2027-01-01');
  });
  it('may be absent or broken', () => {
    expect(moment(undefined)).toBe('—');
    expect(moment('soon')).toBe('—');
    expect(day('')).toBe('—');
  });
  it('lists days, ends included', () => {
    expect(daysBetween('2026-02-27', '2026-03-02')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
    expect(daysBetween('2026-03-02', '2026-03-02')).toEqual(['2026-03-02']);
    expect(daysBetween('2026-03-02', '2026-02-27')).toEqual([]);
    expect(daysBetween('', '2026-02-27')).toEqual([]);
    expect(daysBetween('2026-01-01', '2026-12-31', 3)).toEqual(['2026-12-29', '2026-12-30', '2026-12-31']);
  });
  it('reads durations', () => {
    expect(duration('120s')).toEqual({ value: '2', unit: 'minutes' });
    expect(duration('7200.5s')).toEqual({ value: '2', unit: 'hours' });
    expect(duration('864000s')).toEqual({ value: '10', unit: 'days' });
    expect(duration(undefined)).toBeNull();
  });
});
