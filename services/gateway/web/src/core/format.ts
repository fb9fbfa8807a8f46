// Numbers and times as people read them. Times are those of Asia/Shanghai, wherever the browser is.
import type { Count } from './types';

const zone = 'Asia/Shanghai';
const empty = '—';

export const count = (value: Count): string => Number(value ?? 0).toLocaleString('en-US');

// 5732 -> "57.32"
export const points = (centipoints: number | undefined): string =>
  centipoints === undefined ? empty : (centipoints / 100).toFixed(2);

// 123 -> "12.3%"
export const permille = (value: number | undefined): string => value === undefined ? empty : `${(value / 10).toFixed(1)}%`;

// part of whole, one decimal; nothing of nothing is unknown, not zero
export const share = (part: Count, whole: Count): string => {
  const all = Number(whole ?? 0);
  return all === 0 ? empty : `${(100 * Number(part ?? 0) / all).toFixed(1)}%`;
};

// 12 -> "+12", -3 -> "−3", as `show` writes numbers
export const signed = (value: number, show: (value: number) => string): string => `${value > 0 ? '+' : value < 0 ? '−' : '±'}${show(Math.abs(value))}`;

// fen (integer) -> "1,234.50"
export const yuan = (fen: Count): string =>
  (Number(fen ?? 0) / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function parts(time: string | number | Date): Record<string, string> | null {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return null;
  const list = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
  }).formatToParts(date);
  return Object.fromEntries(list.map((part) => [part.type, part.value]));
}

// "2026-11-25 09:03"
export const moment = (time: string | number | Date | undefined): string => {
  const part = time === undefined || time === '' ? null : parts(time);
  return part ? `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}` : empty;
};
export const day = (time: string | number | Date | undefined): string => {
  const text = moment(time);
  return text === empty ? empty : text.slice(0, 10);
};

// Days from `from` to `to`, both YYYY-MM-DD, ends included; at most `limit` newest.
export function daysBetween(from: string, to: string, limit = 3660): string[] {
  const start = Date.parse(`${from}T00:00:00Z`);
  const end = Date.parse(`${to}T00:00:00Z`);
  if (Number.isNaN(start) || Number.isNaN(end) || start > end) return [];
  const length = Math.min(limit, Math.round((end - start) / 86_400_000) + 1);
  return Array.from({ length }, (_, i) => new Date(end - (length - 1 - i) * 86_400_000).toISOString().slice(0, 10));
}

// Protobuf duration "93600s" -> { value: 26, unit: 'hours' }
export function duration(text: string | undefined): { value: string; unit: 'minutes' | 'hours' | 'days' } | null {
  const seconds = Number.parseFloat(text ?? '');
  if (Number.isNaN(seconds)) return null;
  if (seconds < 5_400) return { value: Math.round(seconds / 60).toString(), unit: 'minutes' };
  if (seconds < 172_800) return { value: (seconds / 3_600).toFixed(0), unit: 'hours' };
  return { value: (seconds / 86_400).toFixed(0), unit: 'days' };
}
