import { describe, expect, it } from 'vitest';
import { decodeText, EncodingError, parseCsv, toCsv } from '../../src/core/csv';
import { partsOf } from '../../src/core/registerImport';
import { importColumns, readRegister, refusedRows, registerCells, registerColumns, type RegisterLine } from '../../src/core/registerTable';

const cells = (text: string) => parseCsv(text).map((row) => row.cells);
const line: RegisterLine = {
  cardNumber: '5201020010010007', division: '520102001001', divisionNames: '贵州省/贵阳市', headName: '赵甲', headCitizenNumber: '52010219750101001X', personCount: 3,
  statuses: [{ date: '2014-06-01', status: '建档立卡贫困户' }, { date: '2018-12-31', status: '已脱贫户' }], mainCause: '因病', otherCauses: ['因学', '缺技术'],
  povertyClass: '贫困', index: '45.20', surveyed: true, imported: false, archived: false, household: 'households/520102-ab',
};

describe('ID-8 a table as CSV', () => {
  it('the empty table has every column an import needs, and no row', () => expect(readRegister(toCsv([importColumns]))).toMatchObject({ missing: [], rows: [] }));
  it.each([
    ['plain', 'a,b\r\nc,d\r\n', [['a', 'b'], ['c', 'd']]],
    ['without an end', 'a,b\nc,d', [['a', 'b'], ['c', 'd']]],
    ['old line ends', 'a\rb\r', [['a'], ['b']]],
    ['a mark before it', '\ufeffa,b', [['a', 'b']]],
    ['quotes with comma, quote and line end', '"a,b","say ""x""","c\r\nd"\n', [['a,b', 'say "x"', 'c\r\nd']]],
    ['quotes inside a cell are its own', 'a"b,c', [['a"b', 'c']]],
    ['empty cells', ',,\na,,\n', [['a', '', '']]],
    ['nothing', '', []],
  ])('is read: %s', (_, text, rows) => expect(cells(text)).toEqual(rows));
  it('tells the number a spreadsheet shows, empty rows counted', () => expect(parseCsv('head\n\n"a\nb"\n\nc').map((row) => row.number)).toEqual([1, 3, 5]));
  it('is written with a byte order mark, CRLF and quotes where needed', () => expect(toCsv([['a', 'b,c'], ['say "x"', 'd\ne']])).toBe('\ufeffa,"b,c"\r\n"say ""x""","d\ne"\r\n'));
  it.each(['=1+1', '+86', '-cmd', '@SUM(A1)', '\tx'])('gives a spreadsheet no formula to run: %s', (text) => expect(toCsv([[text]])).toBe(`\ufeff'${text}\r\n`));
  it.each(['-5', '-0.25', '45.20'])('leaves a number alone: %s', (text) => expect(toCsv([[text]])).toBe(`\ufeff${text}\r\n`));
  it('has tabs when a spreadsheet saved it as Unicode text', () => {
    expect(cells('a\tb\n"c\td"\te,f\n')).toEqual([['a', 'b'], ['c\td', 'e,f']]);
    expect(cells('a,b\tc\n')).toEqual([['a', 'b\tc']]);
  });
  it.each(['UTF-16LE', 'UTF-16BE'] as const)('is %s by its mark', (encoding) => {
    const units = [0xfeff, ...[...'户主'].map((one) => one.charCodeAt(0))];
    const bytes = Uint8Array.from(units.flatMap((unit) => encoding === 'UTF-16LE' ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255]));
    expect(decodeText(bytes)).toEqual({ text: '户主', encoding });
    expect(() => decodeText(bytes.slice(0, 5))).toThrow(EncodingError);
  });
  it('is UTF-8 or GB18030 without one, or refused', () => {
    expect(decodeText(new TextEncoder().encode('户主'))).toEqual({ text: '户主', encoding: 'UTF-8' });
    expect(decodeText(Uint8Array.of(0xbb, 0xa7, 0xd6, 0xf7))).toEqual({ text: '户主', encoding: 'GB18030' });
    expect(() => decodeText(Uint8Array.of(0xff, 0xff, 0x41))).toThrow(EncodingError);
  });
});

describe('ID-8 the register as a table', () => {
  it('comes back as it went out', () => {
    const odd = { ...line, headName: '=赵"甲",乙', mainCause: '' };
    const read = readRegister(toCsv([registerColumns, registerCells(line), registerCells({ ...odd, cardNumber: '2', headCitizenNumber: '520102197501010028' })]));
    expect(read.missing).toEqual([]);
    const { divisionNames: _names, surveyed: _surveyed, imported: _imported, household: _household, ...back } = line;
    expect(read.rows.map((row) => row.line)).toEqual([{ ...back, line: 2 }, { ...back, line: 3, cardNumber: '2', headCitizenNumber: '520102197501010028', headName: '=赵"甲",乙', mainCause: '' }]);
    expect(read.rows.flatMap((row) => row.problems)).toEqual([]);
  });
  it('has its columns in any order and under other names; what is missing is named', () => {
    const read = readRegister('人口,户主,编号\n4,钱乙,7\n');
    expect(read.rows[0]!.line).toMatchObject({ personCount: 4, headName: '钱乙', cardNumber: '7' });
    expect(read.missing).toEqual(['区划代码', '户主身份证号', '状态历史']);
  });
  it.each([
    ['4.2E+17', '3', 'REGISTER_CELL_MANGLED'], ['#N/A', '3', 'REGISTER_CELL_ERROR'], ['7', '三', 'REGISTER_CELL_NUMBER'],
  ])('tells what is wrong by itself: card %s, persons %s', (card, persons, reason) =>
    expect(readRegister(`编号,人口\n${card},${persons}\n`).rows[0]!.problems.map((one) => one.reason)).toEqual([reason]));
  it('tells a card number or a person that stands there twice, at the second', () => {
    const { rows } = readRegister('编号,身份证号\n1,52010219750101001x\n1,52010219750101001X\n,\n,1\n');
    expect(rows.map((row) => row.problems.map((one) => one.field))).toEqual([[], ['card_number', 'head_citizen_number'], []]);
  });
  it('reads histories with either semicolon and names with blanks', () =>
    expect(readRegister('状态\n2014-06-01 建档立卡贫困户；2018-12-31  exited now ;\n').rows[0]!.line.statuses).toEqual([{ date: '2014-06-01', status: '建档立卡贫困户' }, { date: '2018-12-31', status: 'exited now' }]));
  it('gives refused rows back as they stood, with the reasons last', () => {
    const read = readRegister('编号,备注\n1,甲\n2,"乙,丙"\n');
    expect(refusedRows(read, [{ line: '2', fate: 'LINE_FATE_UNCHANGED' }, { line: '3', fate: 'LINE_FATE_REFUSED', problems: [{ reason: 'A', field: '', messageZh: '一', messageEn: 'one' }, { reason: 'B', field: '', messageZh: '二', messageEn: 'two' }] }], '原因', (one) => one.messageZh))
      .toEqual([['编号', '备注', '原因'], ['2', '乙,丙', '一；二']]);
  });
});

describe('ID-8 an import goes in parts', () => {
  it.each([[0, []], [1, [1]], [500, [500]], [501, [500, 1]], [1200, [500, 500, 200]]])('of at most 500 rows: %i', (count, sizes) =>
    expect(partsOf(Array.from({ length: count }, () => line)).map((part) => part.length)).toEqual(sizes));
  it('of less than the gateway takes at once', () => {
    const long = { ...line, headName: '长'.repeat(2000) };
    for (const part of partsOf(Array.from({ length: 300 }, () => long))) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(1 << 20);
  });
});
