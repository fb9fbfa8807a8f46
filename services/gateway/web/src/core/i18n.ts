// Two languages, one catalogue file each. Chinese is the first language and the one typed against.
import { computed, shallowRef } from 'vue';
import type zhCN from '../messages/zh-CN';

export type Key = keyof typeof zhCN;
export type Language = 'zh-CN' | 'en';
type Catalogue = Record<Key, string>;

const catalogues: Record<Language, () => Promise<{ default: Catalogue }>> = {
  'zh-CN': () => import('../messages/zh-CN'),
  en: () => import('../messages/en'),
};

export const language = shallowRef<Language>('zh-CN');
const catalogue = shallowRef<Catalogue>({} as Catalogue);
export const chinese = computed(() => language.value === 'zh-CN');

export async function setLanguage(next: Language): Promise<void> {
  catalogue.value = (await catalogues[next]()).default;
  language.value = next;
  document.documentElement.lang = next;
  try { localStorage.setItem('language', next); } catch { /* private mode */ }
}

export function storedLanguage(): Language {
  try { return localStorage.getItem('language') === 'en' ? 'en' : 'zh-CN'; } catch { return 'zh-CN'; }
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return (catalogue.value[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const wide: Record<string, string> = { ',': '，', ':': '：', ';': '；', '(': '（', ')': '）', '?': '？' };
const foreign = (character: string | undefined): boolean => character !== undefined && character > '\x7f';
// Punctuation beside Chinese as printed papers have it: full width. The services write half of it.
export function fullWidth(text: string): string {
  let before = false, open = 0, out = '';
  for (let i = 0; i < text.length; i++) {
    const one = text[i]!;
    const mark = wide[one];
    if (mark && (before || foreign(text[i + 1]) || (one === ')' && open > 0))) {
      if (one === '(') open += 1; else if (one === ')') open -= 1;
      out += mark;
      before = true;
      if (text[i + 1] === ' ') i += 1;  // a full mark has its own room
      continue;
    }
    out += one;
    if (one !== ' ') before = foreign(one);
  }
  return out;
}

// Name of something the server named in both languages.
export const either = (zh: string | undefined, en: string | undefined): string =>
  chinese.value ? fullWidth(zh || en || '') : en || zh || '';
export const named = (thing: { nameZh?: string; nameEn?: string } | null | undefined): string =>
  either(thing?.nameZh, thing?.nameEn);
