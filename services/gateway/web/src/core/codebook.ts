// Codes in words: questions and choices of the survey form, datasets and code lists of the departments.
// Read once for all pages; until then, and where nothing is known, the code itself stands.
import { shallowRef } from 'vue';
import { call } from './api';
import { either, named, t } from './i18n';
import type { Dataset, Datasets, Form } from './types';
import { fieldValue } from './words';

type Question = NonNullable<Form['questions']>[number];
const questions = shallowRef(new Map<string, Question>());
const datasets = shallowRef(new Map<string, Dataset>());
const lists = shallowRef(new Map<string, Map<string, { zh: string; en: string }>>());
let reading: Promise<void> | null = null;

async function read(): Promise<void> {
  const [form, contracts] = await Promise.all([call<Form>('/v1/form'), call<Datasets>('/v1/datasets')]);
  questions.value = new Map((form.questions ?? []).map((one) => [one.code, one]));
  datasets.value = new Map((contracts.datasets ?? []).map((one) => [one.dataset, one]));
  lists.value = new Map((contracts.codeLists ?? []).map((list) => [list.id, new Map((list.codes ?? []).map((one) => [one.code, { zh: one.meaningZh, en: one.meaningEn }]))]));
}

const choiceOf = (question: Question | undefined, code: string): string => {
  const found = question?.choices?.find((choice) => choice.code === code);
  return found ? either(found.zh, found.en) : '';
};
const codeOf = (list: string | undefined, code: string): string => {
  const found = list ? lists.value.get(list)?.get(code) : undefined;
  return found ? either(found.zh, found.en) : '';
};
// "datasets/hud.housing_safety/records/...": a department's record; "members/1 M008" or "H001": an answer.
export function partsOf(source: string): { dataset?: string; record?: string; member?: number; question?: string } {
  const record = /^datasets\/([^/]+)\/records\/([^/]+)$/.exec(source);
  if (record) return { dataset: record[1], record: record[2] };
  const answer = /^(?:members\/(\d+))?\s*(\S+)?$/.exec(source);
  return { member: answer?.[1] === undefined ? undefined : Number(answer[1]), question: answer?.[2] };
}

export function useCodebook() {
  reading ??= read().catch(() => { reading = null; });
  return {
    question: (code: string) => questions.value.get(code),
    dataset: (id: string) => datasets.value.get(id),
    datasetName: (id: string): string => named(datasets.value.get(id)) || id,
    fieldName(dataset: string, field: string): string {
      const found = datasets.value.get(dataset)?.fields?.find((one) => one.name === field);
      return either(found?.labelZh, found?.labelEn) || field;
    },
    // Value of a department's field.
    field(dataset: string, name: string, value: string): string {
      const found = datasets.value.get(dataset)?.fields?.find((one) => one.name === name);
      return codeOf(found?.codeList, value) || fieldValue(name, value);
    },
    // A value of which only the sources are told: the choice of a question, or a code that one of the
    // dataset's fields can have.
    value(value: string, sources: string[] = []): string {
      if (value === 'true') return t('answer.yes');
      if (value === 'false') return t('answer.no');
      for (const source of sources) {
        const { dataset, question } = partsOf(source);
        const word = dataset ? (datasets.value.get(dataset)?.fields ?? []).map((one) => codeOf(one.codeList, value)).find(Boolean) : question ? choiceOf(questions.value.get(question), value) : '';
        if (word) return word;
      }
      return value;
    },
  };
}
