// One thing that is being fetched: value, error and whether it is on its way. Newer calls win.
import { onScopeDispose, shallowReactive, watch } from 'vue';
import { ApiError } from './api';
import { session } from './session';

export interface Loaded<T> { value: T | null; error: ApiError | null; busy: boolean; run: () => Promise<void>; clear: () => void }

export function useLoad<T>(fetcher: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  let abort: AbortController | null = null;
  const state: Loaded<T> = shallowReactive({
    value: null, error: null, busy: false,
    async run() {
      abort?.abort();
      const mine = abort = new AbortController();
      state.busy = true;
      try {
        const value = await fetcher(mine.signal);
        if (abort !== mine) return;
        state.value = value;
        state.error = null;
      } catch (error) {
        if (abort !== mine) return;
        state.error = error instanceof ApiError ? error : new ApiError(-1);
        if (!(error instanceof ApiError)) console.error(error);
      } finally {
        if (abort === mine) state.busy = false;
      }
    },
    // What was read is of something else now.
    clear() {
      abort?.abort();
      abort = null;
      state.value = state.error = null;
      state.busy = false;
    },
  });
  // What could not be read for want of a session.
  watch(() => session.renewals, () => { if (state.error?.status === 401) void state.run(); });
  onScopeDispose(() => { abort?.abort(); abort = null; });
  return state;
}
