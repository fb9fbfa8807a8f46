// Words for the codes of exit tests.
import { t, type Key } from '../../core/i18n';
import type { Approval, Frame, RateKind, Verdict, VisitOutcome } from '../../core/exitTests';

const rates: Record<RateKind, Key | ''> = {
  EXIT_RATE_UNSPECIFIED: '', EXIT_RATE_INCIDENCE: 'exitTest.incidence', EXIT_RATE_WRONG_EXIT: 'exitTest.wrongExit', EXIT_RATE_MISSED: 'exitTest.missed', EXIT_RATE_APPROVAL: 'exitTest.approval',
};
const verdicts: Record<Verdict, Key> = { EXIT_VERDICT_UNSPECIFIED: 'exitTest.noVerdict', EXIT_VERDICT_MET: 'exitTest.met', EXIT_VERDICT_NOT_MET: 'exitTest.notMet' };
const frames: Record<Frame, Key> = { EXIT_FRAME_UNSPECIFIED: 'filter.all', EXIT_FRAME_EXITED: 'exitTest.exited', EXIT_FRAME_NOT_REGISTERED: 'exitTest.notRegistered' };
const approvals: Record<Approval, Key> = { APPROVAL_UNSPECIFIED: 'exitTest.notAsked', APPROVAL_CONTENT: 'exitTest.content', APPROVAL_NOT_CONTENT: 'exitTest.notContent' };
const word = (key: Key | '', code: string) => key ? t(key) : code;

export const rateWord = (rate: RateKind): string => word(rates[rate] ?? '', rate);
export const verdictWord = (verdict: Verdict): string => t(verdicts[verdict] ?? 'exitTest.noVerdict');
export const verdictTone = (verdict: Verdict) => ({ good: verdict === 'EXIT_VERDICT_MET', bad: verdict === 'EXIT_VERDICT_NOT_MET' });
export const frameWord = (frame: Frame): string => t(frames[frame] ?? 'filter.all');
export const approvalWord = (approval: Approval): string => t(approvals[approval] ?? 'exitTest.notAsked');
// What was found means another thing in each of the two samples.
export const outcomeWord = (outcome: VisitOutcome, frame: Frame): string =>
  outcome === 'EXIT_VISIT_OUTCOME_RIGHT' ? t(frame === 'EXIT_FRAME_EXITED' ? 'exitTest.rightExit' : 'exitTest.rightOut')
    : outcome === 'EXIT_VISIT_OUTCOME_WRONG' ? t(frame === 'EXIT_FRAME_EXITED' ? 'exitTest.foundWrong' : 'exitTest.foundMissed')
      : outcome === 'EXIT_VISIT_OUTCOME_NOT_REACHED' ? t('exitTest.notReached') : t('exitTest.pending');
