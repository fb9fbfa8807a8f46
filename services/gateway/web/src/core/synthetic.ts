// Whether anything the server sent calls itself synthetic; then the shell says so on every page.
import { ref } from 'vue';

export const synthetic = ref(false);
export function noteText(...texts: (string | undefined)[]): void {
  if (texts.some((text) => text && /合成|synthetic/i.test(text))) synthetic.value = true;
}
