// Who is signed in and what this role may see. The server decides; this only hides what it would refuse.
import { computed, reactive } from 'vue';
import { ApiError, call } from './api';
import type { Session } from './types';

// `ended`: the server no longer knows `who`; `renewals`: how often that was mended by signing in again.
export const session = reactive<{ who: Session | null; known: boolean; ended: boolean; renewals: number }>({ who: null, known: false, ended: false, renewals: 0 });

// 'cases': may look at them; 'work': may act on them; 'import': may take a register in.
export type Area = 'public' | 'households' | 'exchange' | 'cases' | 'work' | 'import';

const areasOf: Record<string, Area[]> = {
  operator: ['public', 'households', 'exchange', 'cases', 'import'],
  officer: ['public', 'households', 'cases', 'work'],
  department: ['public', 'exchange'],
  enumerator: ['public'],
};

export const role = computed(() => (session.who?.role ?? '').replace(/^ROLE_/, '').toLowerCase());
export const may = (area: Area) => area === 'public' || (areasOf[role.value] ?? []).includes(area);

// The division whose officer it is; empty for those who see everything, or nothing.
export const ownDivision = computed(() => role.value === 'officer' ? session.who?.division ?? '' : '');

export async function loadSession(): Promise<void> {
  try {
    session.who = await call<Session | undefined>('/session') ?? null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    session.who = null;
  }
  session.known = true;
}

export async function signIn(name: string, password: string): Promise<void> {
  await call<void>('/session', { method: 'POST', body: { name, password } });
  await loadSession();
}

export async function signOut(): Promise<void> {
  try {
    await call<void>('/session', { method: 'DELETE' });
  } finally {
    session.who = null;
  }
}
