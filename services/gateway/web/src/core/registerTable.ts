// The register as a table, out and in; deploy/forms/README.md describes it. Pure.
import { parseCsv, unquoted, type CsvRow } from './csv';
import type { Problem } from './types';

export interface RegisterLine {
  cardNumber: string; division: string; divisionNames?: string; headName: string; headCitizenNumber: string; personCount: number;
  statuses?: { date: string; status: string }[]; mainCause: string; otherCauses?: string[]; povertyClass: string; index: string;
  surveyed?: boolean; imported?: boolean; archived?: boolean; household?: string; line?: number;
}
// The columns in their order; `also`: other names they are known by; `needed` at an import, `unread` then.
const columns = [
  { field: 'card_number', name: '建档立卡编号', also: ['编号', '户编号', '贫困户编号'], needed: true },
  { field: 'division', name: '区划代码', also: ['行政区划代码', '村代码'], needed: true },
  { field: 'division_names', name: '区划名称', unread: true },
  { field: 'head_name', name: '户主姓名', also: ['户主', '姓名'], needed: true },
  { field: 'head_citizen_number', name: '户主身份证号', also: ['身份证号', '户主证件号码', '公民身份号码'], needed: true },
  { field: 'person_count', name: '家庭人口', also: ['人口', '家庭人口数', '人数'], needed: true },
  { field: 'statuses', name: '状态历史', also: ['状态'], needed: true },
  { field: 'main_cause', name: '主要致贫原因', also: ['致贫原因'] },
  { field: 'other_causes', name: '其他致贫原因' },
  { field: 'poverty_class', name: '登记时分类' },
  { field: 'index', name: '登记时指数' },
  { field: 'surveyed', name: '已入户', unread: true },
  { field: 'imported', name: '导入', unread: true },
  { field: 'archived', name: '已归档' },
  { field: 'household', name: '户', unread: true },
] as const satisfies { field: string; name: string; also?: readonly string[]; needed?: boolean; unread?: boolean }[];
type Field = typeof columns[number]['field'];
export const registerColumns: string[] = columns.map((one) => one.name);
export const importColumns: string[] = columns.filter((one) => !('unread' in one)).map((one) => one.name);
// Name of the column a problem is about.
export const columnOf = (field: string): string => columns.find((one) => one.field === field)?.name ?? '';

const yesNo = (yes: boolean | undefined) => yes ? '是' : '否';
export const registerCells = (line: RegisterLine): string[] => [
  line.cardNumber, line.division, line.divisionNames ?? '', line.headName, line.headCitizenNumber, String(line.personCount),
  (line.statuses ?? []).map((one) => `${one.date} ${one.status}`).join(';'), line.mainCause, (line.otherCauses ?? []).join('、'),
  line.povertyClass, line.index, yesNo(line.surveyed), yesNo(line.imported), yesNo(line.archived), line.household ?? '',
];

// A row of a file with what it says; `problems` of those that can be told without the service.
export interface ReadRow { row: CsvRow; line: RegisterLine; problems: Problem[] }
export interface ReadRegister { head: string[]; rows: ReadRow[]; missing: string[] }
const parts = (text: string, by: RegExp): string[] => text.split(by).map((one) => one.trim()).filter(Boolean);

// Rows of a table with our columns in any order; `missing`: columns that an import needs and are not there.
export function readRegister(text: string): ReadRegister {
  const [first, ...rest] = parseCsv(text);
  const head = (first?.cells ?? []).map((name) => name.trim());
  const at = new Map<Field, number>();
  for (const one of columns) {
    const place = [one.name, ...('also' in one ? one.also : [])].map((name) => head.indexOf(name)).find((i) => i >= 0);
    if (place !== undefined) at.set(one.field, place);
  }
  const cards = new Map<string, number>();
  const people = new Map<string, number>();
  const rows = rest.map((row): ReadRow => {
    const problems: Problem[] = [];
    const wrong = (reason: string, field: Field, messageZh: string, messageEn: string) => { problems.push({ reason, field, messageZh, messageEn }); };
    const cell = (field: Field): string => {
      const found = unquoted((row.cells[at.get(field) ?? -1] ?? '').trim());
      if (/^\d(\.\d+)?E\+\d+$/i.test(found)) wrong('REGISTER_CELL_MANGLED', field, '表格软件只保留了号码的前几位，请将该列设为文本后重新填写', 'the spreadsheet kept only the first digits; make the column text and type it again');
      else if (/^#(N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!)$/.test(found)) wrong('REGISTER_CELL_ERROR', field, '单元格为错误值，请更正', 'the cell holds an error; correct it');
      else return found;
      return '';
    };
    const once = (seen: Map<string, number>, field: Field, value: string, zh: string, en: string) => {
      const before = value ? seen.get(value) : undefined;
      if (before !== undefined) wrong('REGISTER_ROW_DOUBLE', field, `${zh}与第 ${before} 行相同，请只保留一行`, `the same ${en} as in row ${before}; keep one of them`);
      else if (value) seen.set(value, row.number);
    };
    const persons = cell('person_count');
    const line: RegisterLine = {
      line: row.number, cardNumber: cell('card_number'), division: cell('division'), headName: cell('head_name'), headCitizenNumber: cell('head_citizen_number').toUpperCase(),
      personCount: /^\d{1,4}$/.test(persons) ? Number(persons) : 0,
      statuses: parts(cell('statuses'), /[;；\n]/).map((one) => { const [date = '', ...status] = one.split(/[ \t]+/); return { date, status: status.join(' ') }; }),
      mainCause: cell('main_cause'), otherCauses: parts(cell('other_causes'), /[、,，;；]/), povertyClass: cell('poverty_class'), index: cell('index'), archived: cell('archived') === '是',
    };
    if (persons && !/^\d{1,4}$/.test(persons)) wrong('REGISTER_CELL_NUMBER', 'person_count', '家庭人口应为整数', 'the number of persons is a whole number');
    once(cards, 'card_number', line.cardNumber, '编号', 'card number');
    once(people, 'head_citizen_number', line.headCitizenNumber, '户主身份证号', 'citizen number');
    return { row, line, problems };
  });
  return { head, rows, missing: columns.filter((one) => 'needed' in one && one.needed && !at.has(one.field)).map((one) => one.name) };
}

// ---- what became of the rows ----
export const fates = ['LINE_FATE_ENTERED', 'LINE_FATE_ENTERED_UNSURVEYED', 'LINE_FATE_EXTENDED', 'LINE_FATE_ADOPTED', 'LINE_FATE_UNCHANGED', 'LINE_FATE_REFUSED'] as const;
export type Fate = typeof fates[number];
export interface LineResult { line: string | number; fate: Fate; household?: string; problems?: Problem[] }

// The rows that were refused, as they stood, and why in a last column: to be corrected and imported again.
export function refusedRows(read: ReadRegister, results: LineResult[], because: string, words: (problem: Problem) => string): string[][] {
  const refused = new Map(results.filter((one) => one.fate === 'LINE_FATE_REFUSED').map((one) => [Number(one.line), one.problems ?? []]));
  const rows = read.rows.filter((one) => refused.has(one.row.number))
    .map((one) => [...read.head.map((_, i) => unquoted(one.row.cells[i] ?? '')), refused.get(one.row.number)!.map(words).join('；')]);
  return [[...read.head, because], ...rows];
}
