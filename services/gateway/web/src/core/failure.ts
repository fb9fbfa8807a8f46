// What a refusal says, in the reader's language.
import { ApiError } from './api';
import { either, t } from './i18n';

export interface Failure { texts: string[]; reasons: string[]; fields: Record<string, string> }

export function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError)) throw error;
  const told = error.problems.map((problem) => ({ ...problem, text: either(problem.messageZh, problem.messageEn) })).filter((problem) => problem.text);
  if (told.length) return { texts: told.map((problem) => problem.text), reasons: told.map((problem) => problem.reason), fields: Object.fromEntries(told.filter((problem) => problem.field).map((problem) => [problem.field, problem.text])) };
  const text = error.status === 0 ? t('state.offline') : error.status === 403 ? t('state.forbidden') : t('failure.notDone', { status: error.status > 0 ? error.status : '?' });
  return { texts: [text], reasons: [], fields: {} };
}
