// Natural changes (自然变更) of households as the API tells them, and what each kind asks for. Pure.
import type { Member } from './types';

export const changeKinds = ['BIRTH', 'DEATH', 'MARRIAGE_IN', 'MARRIAGE_OUT', 'MOVE_IN', 'MOVE_OUT', 'HEAD', 'SPLIT', 'MERGE', 'RELOCATION', 'CORRECTION'] as const;
export type ChangeKind = typeof changeKinds[number];
export const evidenceKinds = ['BIRTH_CERTIFICATE', 'DEATH_CERTIFICATE', 'MARRIAGE_CERTIFICATE', 'HOUSEHOLD_BOOKLET', 'POLICE_CERTIFICATE', 'VILLAGE_STATEMENT', 'COURT_DOCUMENT'] as const;
export type EvidenceKind = typeof evidenceKinds[number];

export interface HouseholdChange {
  name: string; household: string; kind: string; date: string; evidence: string; reason: string; destination: string; recorder: string; recordTime?: string;
  personsMasked?: string[]; parents?: string[]; children?: string[]; closed: boolean;
}
export const plainKind = (kind: string): ChangeKind => kind.replace(/^CHANGE_KIND_/, '') as ChangeKind;
export const plainEvidence = (evidence: string): EvidenceKind => evidence.replace(/^EVIDENCE_KIND_/, '') as EvidenceKind;
// "households/520102-ab/versions/3" -> "520102-ab"
export const householdOfVersion = (version: string): string => version.replace(/^households\//, '').replace(/\/versions\/.*$/, '');

export const joins = (kind: ChangeKind | ''): boolean => kind === 'BIRTH' || kind === 'MARRIAGE_IN' || kind === 'MOVE_IN';
export const leaves = (kind: ChangeKind | ''): boolean => kind === 'DEATH' || kind === 'MARRIAGE_OUT' || kind === 'MOVE_OUT';
export const headRelation = '02';

// Codes of GB/T 4761 one chooses from; the head aside.
export const relationChoices = ['10', '20', '30', '28', '38', '40', '50', '60', '70', '97', '99'];

// Who must be given a relation to the head anew, by index: everybody when the head changes, whoever is left when
// the head leaves, and whoever comes into another household.
export function toBeRelated(kind: ChangeKind | '', members: Member[], at: { who: number; leaving: number[]; others: number }): number[] {
  const all = members.map((_, i) => i);
  const isHead = (i: number) => members[i]?.relation === headRelation;
  if (kind === 'HEAD') return all;
  if (leaves(kind)) return isHead(at.who) ? all.filter((i) => i !== at.who) : [];
  if (kind === 'SPLIT') return at.leaving.length === 0 ? [] : at.leaving.some(isHead) ? all : [...at.leaving].sort((a, b) => a - b);
  return kind === 'MERGE' ? Array.from({ length: at.others }, (_, i) => members.length + i) : [];
}
