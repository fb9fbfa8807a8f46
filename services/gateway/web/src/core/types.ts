// Answers of the JSON API as this app reads them. 64-bit integers travel as text, so every count is
// `Count`; read it with n().
export type Count = string | number | undefined;
export const n = (value: Count): number => Number(value ?? 0);

export type PovertyClass =
  | 'POVERTY_CLASS_UNSPECIFIED' | 'POVERTY_CLASS_POOR' | 'POVERTY_CLASS_POSSIBLY_POOR'
  | 'POVERTY_CLASS_STABLE' | 'POVERTY_CLASS_NOT_SCORABLE';
export type Absence =
  | 'ABSENCE_UNSPECIFIED' | 'ABSENCE_NOT_ASKED' | 'ABSENCE_REFUSED' | 'ABSENCE_NOT_APPLICABLE' | 'ABSENCE_NO_RECORD';
export type FindingState =
  | 'FINDING_STATE_UNSPECIFIED' | 'FINDING_STATE_OPEN' | 'FINDING_STATE_RESOLVED' | 'FINDING_STATE_CLEARED';
export type Resolution =
  | 'RESOLUTION_UNSPECIFIED' | 'RESOLUTION_ACCEPT_FIELD' | 'RESOLUTION_ACCEPT_DEPARTMENT' | 'RESOLUTION_REVISIT';
export type Severity = 'SEVERITY_UNSPECIFIED' | 'SEVERITY_INFO' | 'SEVERITY_WARNING' | 'SEVERITY_SERIOUS';

export interface Session { name: string; displayName: string; role: string; division: string }

export interface Problem { reason: string; field: string; messageZh: string; messageEn: string }
export interface ProblemDocument { title: string; status: number; code: string; requestId: string; problems: Problem[] }

export interface SystemState {
  services?: { name: string; nameZh: string; nameEn: string; ready: boolean }[];
  noticeZh?: string;
  noticeEn?: string;
}

export interface DivisionTotal {
  division: string; nameZh: string; level: string;
  householdCount: Count; personCount: Count; poorCount: Count; possiblyPoorCount: Count;
  stableCount: Count; notScorableCount: Count; poorPersonCount: Count; openFindingCount: Count;
}
export interface Totals { total: DivisionTotal; parts?: DivisionTotal[] }

export interface RuleTotal {
  rule: string; nameZh: string; nameEn: string; kind: string;
  openCount: Count; resolvedCount: Count; clearedCount: Count;
}
export interface FindingCounts { division: string; rules?: RuleTotal[] }
export interface Overview {
  catalog: string; catalogVersion: number; labelZh: string; labelEn: string;
  householdCount: Count; personCount: Count; rules?: RuleTotal[];
  automaticCount: Count; manualCount: Count; absentCount: Count; pendingCount: Count;
  refused?: Problem[]; parkedEventCount: Count; rootDivision: string;
}

export interface DatasetStatistics {
  dataset: string; participant: string; nameZh: string; nameEn: string;
  participantNameZh: string; participantNameEn: string;
  acceptedNewCount: Count; acceptedChangeCount: Count; unchangedCount: Count; rejectedCount: Count;
  automaticCount: Count; manualCount: Count; newestBusinessTime?: string; newestReceiveTime?: string;
}
export interface Statistics { datasets?: DatasetStatistics[] }
export interface Dataset {
  dataset: string; nameZh: string; nameEn: string; participant: string; version: number; freshnessHours: number;
  fields?: { name: string; type: string; labelZh: string; labelEn: string; required: boolean; unit: string; codeList: string }[];
}
export interface Datasets {
  datasets?: Dataset[];
  codeLists?: { id: string; nameZh: string; nameEn: string; codes?: { code: string; meaningZh: string; meaningEn: string }[] }[];
}
export interface Rejection {
  name: string; streamId: string; batchNumber: Count; index: number; problems?: Problem[];
  receiveTime?: string; correctTime?: string;
}
export interface ExchangeRecord {
  name: string; dataset: string; sourceVersion: Count; businessTime?: string; receiveTime?: string;
  participant: string; system: string; collector: string; enterer: string; method: string;
  streamId: string; batchNumber: Count; index: number; principal: string; fields?: { [name: string]: string };
}

export interface FillCount { automaticCount: Count; manualCount: Count; absentCount: Count; automaticPermille: number }
export interface Automation {
  division: string; nameZh: string; level: string; householdCount: Count; values?: FillCount;
  parts?: { division: string; nameZh: string; level: string; householdCount: Count; values?: FillCount }[];
  indicators?: { indicator: string; nameZh: string; nameEn: string; values?: FillCount }[];
  datasets?: {
    dataset: string; nameZh: string; nameEn: string; participant: string;
    valueCount: Count; coveredHouseholdCount: Count; coveragePermille: number; meanAge?: string;
  }[];
}

export interface Score {
  catalog: string; catalogVersion: number; indexCentipoints: number; povertyClass: PovertyClass;
  lowCentipoints: number; highCentipoints: number; completenessPermille: number; classCertain: boolean;
  inputHash: string; scoreTime?: string; version: Count;
  automaticCount: number; manualCount: number; absentCount: number;
}
export interface HouseholdSummary {
  name: string; division: string; divisionNames?: string[]; headNameMasked: string; memberCount: number; score?: Score; openFindingCount: number;
}
export interface ListHouseholds { households?: HouseholdSummary[]; nextPageToken?: string }

export interface Answer {
  question: string; number?: string; yes?: boolean; choice?: string; text?: string; absent?: Absence;
}
export interface Member {
  name: string; maskedCitizenNumber: string; relation: string; sex: string; birthDate: string;
  answers?: Answer[]; householdCount: number;
}
export interface Fact {
  dataset: string; record: string; sourceVersion: Count; businessTime?: string; memberIndex: number;
  fields?: { [name: string]: string }; automatic: boolean;
}
export interface Finding {
  name: string; rule: string; ruleNameZh: string; ruleNameEn: string; kind: string; severity: Severity;
  memberIndex: number; fieldValue: string; departmentValue: string;
  fieldSources?: string[]; departmentSources?: string[];
  state: FindingState; resolution: Resolution; resolver: string; note: string;
  findTime?: string; resolveTime?: string; adviceZh: string; adviceEn: string; unitZh: string;
}
export interface ListFindings { findings?: Finding[]; nextPageToken?: string }
export interface Provenance {
  collector: string; enterer: string; device: string; method: string; collectTime?: string; receiveTime?: string;
}
export interface Household {
  name: string; division: string; divisionNames?: string[]; surveyVersion: Count;
  members?: Member[]; answers?: Answer[]; facts?: Fact[]; findings?: Finding[]; score?: Score; provenance?: Provenance;
}
export interface Contribution {
  indicator: string; nameZh: string; nameEn: string; dimensionZh: string; dimensionEn: string; value: string; absence: Absence;
  scoreCentipoints: number; weightUnits: number; pointsLostMicro: number; automatic: boolean;
  evidence?: string[]; unitZh: string;
}
export interface ScoreExplanation {
  household: string; score?: Score; contributions?: Contribution[]; labelZh: string; labelEn: string;
}
export interface Form {
  catalog: string; version: number; labelZh: string; labelEn: string;
  questions?: {
    code: string; scope: string; type: string; textZh: string; textEn: string; unitZh: string;
    sectionZh: string; sectionEn: string; choices?: { code: string; zh: string; en: string }[];
  }[];
}

export interface Box { west: number; south: number; east: number; north: number }
export interface Counts {
  householdCount: Count; personCount: Count; poorHouseholdCount: Count; possiblyPoorHouseholdCount: Count;
  stableHouseholdCount: Count; notScorableHouseholdCount: Count; poorPersonCount: Count;
  incidencePermille: number; meanIndexCentipoints: number;
  registeredHouseholdCount?: Count; exitedHouseholdCount?: Count; monitoredHouseholdCount?: Count; returnedHouseholdCount?: Count;
  causes?: CauseCount[];
}
// Code empty: not stated.
export interface CauseCount { code: string; nameZh: string; nameEn: string; householdCount: Count; otherHouseholdCount: Count }
export interface Cell {
  division: string; nameZh: string; level: string; counts?: Counts; updateTime?: string; bounds?: Box;
}
export interface CellWithParts { cell: Cell; path?: Cell[]; parts?: Cell[]; date: string }
export interface ListCellDays { days?: { date: string; counts?: Counts }[] }
export interface RankCells { cells?: Cell[] }
export interface Place { division: string; nameZh: string; level: string; pathZh?: string[]; bounds?: Box }
// The public edition of the map: small counts withheld, everything else rounded.
export type Shown = 'SHOWN_UNSPECIFIED' | 'SHOWN_NOTHING' | 'SHOWN_BAND' | 'SHOWN_COUNTS';
export interface Edition {
  date: string; periodFrom: string; countsCount: number; bandCount: number; withheldCount: number; smallCount: number; roundTo: number;
  bandEdgePermille?: number[];
}
export interface PublishedCell {
  division: string; nameZh: string; level: string; shown: Shown; band: number; bounds?: Box;
  counts?: {
    householdCount: Count; personCount: Count; poorHouseholdCount: Count; possiblyPoorHouseholdCount: Count; stableHouseholdCount: Count;
    poorPersonCount: Count; incidencePermille: number;
    causes?: CauseCount[]; causesShown?: boolean;  // from the township up
  };
}
export interface PublishedCellWithParts { cell: PublishedCell; path?: PublishedCell[]; parts?: PublishedCell[]; edition: Edition }
export interface MapDescription {
  levels?: { level: string; nameZh: string; nameEn: string; minZoom: number; maxZoom: number }[];
  bounds?: Box; outlineSourceZh: string; outlineSourceEn: string; firstDate: string;
}
