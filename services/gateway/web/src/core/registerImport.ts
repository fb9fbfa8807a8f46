// Takes a table into the register part by part, on trial or for good.
import { call } from './api';
import type { LineResult, ReadRegister, RegisterLine } from './registerTable';

const mostLines = 500;
const mostBytes = 600_000;
const utf8 = new TextEncoder();

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

// What the service takes at once.
export function partsOf(lines: RegisterLine[]): RegisterLine[][] {
  const parts: RegisterLine[][] = [];
  let size = mostBytes;
  for (const line of lines) {
    const more = utf8.encode(JSON.stringify(line)).length + 1;
    const last = parts[parts.length - 1];
    if (!last || last.length === mostLines || size + more > mostBytes) { parts.push([line]); size = more; } else { last.push(line); size += more; }
  }
  return parts;
}

// Every row's fate in the order of the file; rows that are wrong by themselves are not sent. The part that fails
// throws, those before it stay taken: the same file again changes nothing of them.
export async function importRegister(read: ReadRegister, fileHash: string, dryRun: boolean, told: (done: number) => void): Promise<LineResult[]> {
  const results: LineResult[] = read.rows.filter((one) => one.problems.length).map((one) => ({ line: one.row.number, fate: 'LINE_FATE_REFUSED', problems: one.problems }));
  let done = results.length;
  told(done);
  for (const lines of partsOf(read.rows.filter((one) => !one.problems.length).map((one) => one.line))) {
    const answer = await call<{ results?: LineResult[] }>('/v1/registrations:import', { method: 'POST', body: { fileHash, dryRun, lines } });
    results.push(...answer.results ?? []);
    told(done += lines.length);
  }
  return results.sort((a, b) => Number(a.line) - Number(b.line));
}
