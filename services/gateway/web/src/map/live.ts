// Changed cells as the server pushes them. The browser itself reconnects and sends Last-Event-ID; when
// the server refused outright we open anew, and what was missed must be fetched again.
import { ref } from 'vue';
import type { Figures } from './breaks';

export type LiveCell = Figures & { id: number };
export type LiveState = 'off' | 'waiting' | 'live';

export function useLive(onCells: (cells: LiveCell[]) => void, onMissed: () => void) {
  const state = ref<LiveState>('off');
  let source: EventSource | null = null;
  let timer = 0;
  let pause = 1000;
  let missed = false;

  function open() {
    state.value = 'waiting';
    source = new EventSource('/map/events');
    source.onopen = () => {
      state.value = 'live';
      pause = 1000;
      if (missed) onMissed();
      missed = false;
    };
    source.addEventListener('cells', (event) => {
      try {
        onCells(JSON.parse((event as MessageEvent<string>).data) as LiveCell[]);
      } catch (error) {
        console.warn('event not understood', error);
      }
    });
    source.onerror = () => {
      state.value = 'waiting';
      if (source?.readyState !== EventSource.CLOSED) return;
      missed = true;
      timer = window.setTimeout(open, pause);
      pause = Math.min(60_000, pause * 2);
    };
  }
  return {
    state,
    start() { if (!source) open(); },
    stop() { clearTimeout(timer); source?.close(); source = null; state.value = 'off'; },
  };
}
