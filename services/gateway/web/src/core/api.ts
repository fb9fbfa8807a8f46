// Calls of the JSON API. A failure is an ApiError that carries the server's own texts.
import { reactive } from 'vue';
import type { Problem, ProblemDocument } from './types';

export class ApiError extends Error {
  constructor(readonly status: number, readonly problems: Problem[] = [], readonly requestId = '') {
    super(problems[0]?.reason ?? `HTTP ${status}`);
  }
}

type Listener = () => void;
let refused: Listener = () => {};
// Called when the server no longer knows who we are.
export const onRefused = (listener: Listener) => { refused = listener; };

// How far the server can be reached; the shell shows a line when it cannot.
export const reach = reactive({ offline: false });

export async function call<T>(path: string, options: { method?: string; body?: unknown; signal?: AbortSignal } = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  let answer: Response;
  let body: unknown;
  try {
    answer = await fetch(path, {
      method: options.method ?? 'GET', headers, signal: options.signal, credentials: 'same-origin', cache: 'no-store',
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
    });
    // An answer that breaks off is none.
    if (answer.ok && answer.status !== 204) body = await answer.json();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    reach.offline = true;
    throw new ApiError(0);
  }
  reach.offline = false;
  if (answer.ok) return body as T;
  let document: Partial<ProblemDocument> = {};
  try { document = await answer.json() as ProblemDocument; } catch { /* not ours: a front or proxy answered */ }
  if (answer.status === 401 && path !== '/session') refused();
  throw new ApiError(answer.status, document.problems ?? [], document.requestId ?? '');
}

const part = encodeURIComponent;
// A resource name has slashes that separate and must stay.
export const resource = (name: string) => name.split('/').map(part).join('/');

export function query(values: Record<string, string | number | undefined>): string {
  const list = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return list.length ? `?${list.map(([key, value]) => `${key}=${part(String(value))}`).join('&')}` : '';
}

export const divisionPath = (division: string, tail: string) => `/v1/divisions/${part(division)}/${tail}`;
export const cellPath = (division: string, tail = '') => `/v1/map/cells/${part(division)}${tail}`;
