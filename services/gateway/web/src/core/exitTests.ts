// Tests of a county's exit (退出评估检查) as the API tells them.
export type Frame = 'EXIT_FRAME_UNSPECIFIED' | 'EXIT_FRAME_EXITED' | 'EXIT_FRAME_NOT_REGISTERED';
export type VisitOutcome = 'EXIT_VISIT_OUTCOME_UNSPECIFIED' | 'EXIT_VISIT_OUTCOME_RIGHT' | 'EXIT_VISIT_OUTCOME_WRONG' | 'EXIT_VISIT_OUTCOME_NOT_REACHED';
export type Approval = 'APPROVAL_UNSPECIFIED' | 'APPROVAL_CONTENT' | 'APPROVAL_NOT_CONTENT';
export type Verdict = 'EXIT_VERDICT_UNSPECIFIED' | 'EXIT_VERDICT_MET' | 'EXIT_VERDICT_NOT_MET';
export type RateKind = 'EXIT_RATE_UNSPECIFIED' | 'EXIT_RATE_INCIDENCE' | 'EXIT_RATE_WRONG_EXIT' | 'EXIT_RATE_MISSED' | 'EXIT_RATE_APPROVAL';

export interface ExitRate {
  rate: RateKind; estimated: boolean; numerator: string; denominator: string; rateMicro: number; hasInterval: boolean; lowMicro: number; highMicro: number;
  thresholdPermille: number; thresholdCertainty: string; verdict: Verdict;
}
export interface ExitStratum { division: string; nameZh: string; exitedCount: string; exitedSample: number; notRegisteredCount: string; notRegisteredSample: number }
export interface ExitTest {
  name: string; division: string; divisionNames?: string[]; standardZh: string; standardEn: string; basis?: { textZh: string; textEn: string; certainty: string }[];
  seed: string; seedChosen: boolean; sizeZh: string; sizeEn: string; ruralPopulation: string; populationSource: string; remainingHouseholdCount: string; remainingPersonCount: string;
  rates?: ExitRate[]; strata?: ExitStratum[]; sampledCount: number; visitedCount: number; notReachedCount: number; pendingCount: number; verdict: Verdict; creator: string; createTime?: string;
}
export interface Visit { outcome: VisitOutcome; approval: Approval; visitDate: string; note: string; visitor: string; recordTime?: string }
export interface Sampled {
  name: string; household: string; division: string; frame: Frame; personCount: number; headNameMasked: string; divisionNames?: string[]; visits?: Visit[]; etag: string;
}

// Millionths as percent: 21739 -> "2.17%"
export const microPercent = (micro: number): string => `${(micro / 10_000).toFixed(2)}%`;
// Whether a rate meets its threshold from above, as approval does, or from below.
export const atLeast = (rate: RateKind): boolean => rate === 'EXIT_RATE_APPROVAL';
