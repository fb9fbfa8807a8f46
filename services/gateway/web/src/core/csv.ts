// CSV as spreadsheets read and write it (RFC 4180), in UTF-8, GB18030 or UTF-16.

// A field that a spreadsheet would take for a formula gets an apostrophe before it; numbers do not.
const quoted = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
};
// The apostrophe of `quoted` taken away again.
export const unquoted = (text: string): string => text.replace(/^'(?=[=+\-@\t\r])/, '');
// With a byte order mark, without which a Chinese Excel reads UTF-8 as GBK.
export const toCsv = (rows: readonly (readonly string[])[]): string => `\ufeff${rows.map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`;

// `number` is what a spreadsheet shows beside the row: empty rows are left out, but counted.
export interface CsvRow { number: number; cells: string[] }
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let inside = false;
  let number = 0;
  const body = text.replace(/^\ufeff/, '');
  // "Unicode text" of a spreadsheet has tabs.
  const first = body.split(/[\r\n]/, 1)[0]!;
  const separator = first.includes('\t') && !first.includes(',') ? '\t' : ',';
  const endRow = () => {
    number++;
    cells.push(cell);
    if (cells.some((one) => one.trim())) rows.push({ number, cells });
    cells = [];
    cell = '';
  };
  for (let i = 0; i < body.length; i++) {
    const char = body[i]!;
    if (inside) {
      if (char !== '"') cell += char;
      else if (body[i + 1] === '"') { cell += '"'; i++; } else inside = false;
    } else if (char === '"' && cell === '') inside = true;
    else if (char === separator) { cells.push(cell); cell = ''; } else if (char === '\n' || char === '\r') {
      if (char === '\r' && body[i + 1] === '\n') i++;
      endRow();
    } else cell += char;
  }
  if (cell || cells.length) endRow();
  return rows;
}

export class EncodingError extends Error {}
export type Encoding = 'UTF-8' | 'GB18030' | 'UTF-16LE' | 'UTF-16BE';
// A byte order mark says what it is. Without one, what is not UTF-8 is taken for GB18030, in which Chinese
// spreadsheets save CSV.
export function decodeText(bytes: Uint8Array): { text: string; encoding: Encoding } {
  const mark = bytes.length < 2 ? 0 : bytes[0]! << 8 | bytes[1]!;
  const encodings: Encoding[] = mark === 0xfffe ? ['UTF-16LE'] : mark === 0xfeff ? ['UTF-16BE'] : ['UTF-8', 'GB18030'];
  for (const encoding of encodings) {
    try { return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding }; } catch { /* the other one */ }
  }
  throw new EncodingError();
}
