// Something a page asks the server to do: whether it is on its way, and what a refusal says. What carries a request
// id keeps it until it is done: an answer that got lost must not do it twice.
import { ref, shallowRef } from 'vue';
import { failureOf, type Failure } from './failure';

export function useSend() {
  const busy = ref(false);
  const failure = shallowRef<Failure | null>(null);
  // What the page itself finds wrong.
  const refuse = (text: string): void => { failure.value = { texts: [text], reasons: [], fields: {} }; };
  // True: done.
  async function send(deed: () => Promise<void>): Promise<boolean> {
    failure.value = null;
    busy.value = true;
    try {
      await deed();
      return true;
    } catch (error) {
      failure.value = failureOf(error);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, failure, refuse, send };
}
