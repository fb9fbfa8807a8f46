// The path of divisions a page is at, kept in the address as `?at=52,5205`; names are read once.
import { computed, reactive, watch, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { call, divisionPath } from './api';
import { useLoad, type Loaded } from './load';
import { ownDivision, session } from './session';
import { noteText } from './synthetic';
import type { Overview, Totals } from './types';

export const divisionNames = reactive(new Map<string, string>());

let overviewOnce: Promise<Overview> | null = null;
export function readOverview(): Promise<Overview> {
  return call<Overview>('/v1/identification/overview').then((overview) => {
    noteText(overview.labelZh, overview.labelEn);
    return overview;
  });
}
const rootDivision = (): Promise<string> => {
  if (session.who?.division) return Promise.resolve(session.who.division);
  overviewOnce ??= readOverview().catch((error: unknown) => { overviewOnce = null; throw error; });
  return overviewOnce.then((overview) => overview.rootDivision);
};

export function keepNames(totals: Totals): void {
  for (const one of [totals.total, ...(totals.parts ?? [])]) divisionNames.set(one.division, one.nameZh);
}

export interface DivisionPath {
  path: ComputedRef<string[]>;
  here: ComputedRef<string>;
  totals: Loaded<Totals>;
  go: (path: string[]) => void;
}

export function useDivision(): DivisionPath {
  const route = useRoute();
  const router = useRouter();
  const name = route.name;
  const state = reactive({ root: '' });
  const path = computed(() => {
    const at = typeof route.query.at === 'string' ? route.query.at.split(',').filter(Boolean) : [];
    // An officer's path begins at the officer's own division.
    const own = ownDivision.value ? at.indexOf(ownDivision.value) : -1;
    return at.length ? at.slice(Math.max(0, own)) : state.root ? [state.root] : [];
  });
  const here = computed(() => path.value[path.value.length - 1] ?? '');
  const totals = useLoad<Totals>(async (signal) => {
    if (!here.value) state.root = await rootDivision();
    const found = await call<Totals>(divisionPath(here.value, 'totals'), { signal });
    keepNames(found);
    const unnamed = path.value.filter((code) => !divisionNames.has(code));
    await Promise.all(unnamed.map((code) => call<Totals>(divisionPath(code, 'totals'), { signal }).then(keepNames, () => {})));
    return found;
  });
  watch(here, (now, before) => { if (now && now !== before && route.name === name) void totals.run(); });
  void totals.run();
  const go = (next: string[]) => void router.push({ query: { ...route.query, at: next.join(','), page: undefined } });
  return { path, here, totals, go };
}
