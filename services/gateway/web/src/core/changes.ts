// Natural changes of households as the API tells them.
export type ChangeKind = 'BIRTH' | 'DEATH' | 'MARRIAGE_IN' | 'MARRIAGE_OUT' | 'MOVE_IN' | 'MOVE_OUT' | 'HEAD' | 'RELOCATION' | 'SPLIT' | 'MERGE' | 'CORRECTION';
export interface HouseholdChange {
  name: string; household: string; kind: string; date: string; evidence: string; reason: string; destination: string; recorder: string; recordTime?: string;
  personsMasked?: string[]; parents?: string[]; children?: string[]; closed: boolean;
}
// What a kind asks for beside day, evidence and reason.
export const needs: Record<ChangeKind, ('member' | 'who' | 'head' | 'to' | 'split' | 'other' | 'from')[]> = {
  BIRTH: ['member'], DEATH: ['who'], MARRIAGE_IN: ['member', 'from'], MARRIAGE_OUT: ['who'], MOVE_IN: ['member', 'from'], MOVE_OUT: ['who'],
  HEAD: ['head'], RELOCATION: ['to'], SPLIT: ['split'], MERGE: ['other'], CORRECTION: ['who', 'member'],
};
export const changeKinds = Object.keys(needs) as ChangeKind[];
export const evidenceKinds = ['BIRTH_CERTIFICATE', 'DEATH_CERTIFICATE', 'MARRIAGE_CERTIFICATE', 'HOUSEHOLD_BOOKLET', 'POLICE_CERTIFICATE', 'VILLAGE_STATEMENT', 'COURT_DOCUMENT'] as const;
export const plainKind = (kind: string): ChangeKind => kind.replace(/^CHANGE_KIND_/, '') as ChangeKind;
// "households/520102-ab/versions/3" -> "520102-ab"
export const householdOfVersion = (version: string): string => version.replace(/^households\//, '').replace(/\/versions\/.*$/, '');
