// The register and its suggestions as the API tells them.
import type { PovertyClass } from './types';

// ---- entries ----
export interface StatusChange {
  status: string; statusZh: string; statusEn: string; time?: string; case: string; procedure: string; procedureZh: string; procedureEn: string;
  change: string; inheritedFrom: string; imported: boolean;
}
export interface Registration {
  household: string; cardNumber: string; status: string; statusZh: string; statusEn: string; changes?: StatusChange[]; povertyClass: PovertyClass;
  indexCentipoints?: number; mainCause: string; mainCauseZh: string; otherCausesZh?: string[]; division: string; divisionNames?: string[];
  headNameMasked: string; personCount: number; surveyed: boolean; closed: boolean; parents?: string[]; children?: string[]; imports?: { importer: string; importTime?: string; line: string }[];
}
export interface ListRegistrations { registrations?: Registration[]; nextPageToken?: string }

// ---- suggestions ----
export type SuggestionState = 'STATE_UNSPECIFIED' | 'STATE_OPEN' | 'STATE_TAKEN_UP' | 'STATE_DISMISSED' | 'STATE_LAPSED';
export interface SuggestionFacts {
  status: string; statusZh: string; statusEn: string; povertyClass: PovertyClass; indexCentipoints: number; scoreTime?: string;
  referenceClass: PovertyClass; referenceIndexCentipoints: number; referenceTime?: string; stableMonths: number;
  openSeriousFindingCount: number; openWarningFindingCount: number;
}
export interface Suggestion {
  name: string; household: string; headNameMasked?: string; division: string; divisionNames?: string[]; rule: string; kind: string; nameZh: string; nameEn: string;
  textZh: string; textEn: string; state: SuggestionState; createTime?: string; facts?: SuggestionFacts; procedure: string; procedureZh: string; procedureEn: string;
  case: string; openCase: string; settler: string; settleTime?: string; reason: string; etag: string;
}
