// Words for natural changes and their evidence.
import { plainEvidence, plainKind, type ChangeKind, type EvidenceKind } from '../../core/changes';
import { t, type Key } from '../../core/i18n';

const kinds: Record<ChangeKind, Key> = {
  BIRTH: 'change.birth', DEATH: 'change.death', MARRIAGE_IN: 'change.marriageIn', MARRIAGE_OUT: 'change.marriageOut', MOVE_IN: 'change.moveIn', MOVE_OUT: 'change.moveOut',
  HEAD: 'change.head', SPLIT: 'change.split', MERGE: 'change.merge', RELOCATION: 'change.relocation', CORRECTION: 'change.correction',
};
export const kindHints: Partial<Record<ChangeKind, Key>> = {
  MOVE_IN: 'change.moveIn.hint', MOVE_OUT: 'change.moveOut.hint', SPLIT: 'change.split.hint', MERGE: 'change.merge.hint', RELOCATION: 'change.relocation.hint', CORRECTION: 'change.correction.hint',
};
const evidences: Record<EvidenceKind, Key> = {
  BIRTH_CERTIFICATE: 'change.paper.birth', DEATH_CERTIFICATE: 'change.paper.death', MARRIAGE_CERTIFICATE: 'change.paper.marriage', HOUSEHOLD_BOOKLET: 'change.paper.booklet',
  POLICE_CERTIFICATE: 'change.paper.police', VILLAGE_STATEMENT: 'change.paper.village', COURT_DOCUMENT: 'change.paper.court',
};
export const kindWord = (kind: string): string => { const key = kinds[plainKind(kind)]; return key ? t(key) : kind; };
export const evidenceWord = (evidence: string): string => { const key = evidences[plainEvidence(evidence)]; return key ? t(key) : '—'; };
