// Tables that departments push about the synthetic households.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorldFacts } from './world';

// Who stands behind a household; no service is told. Nobody in it exists.
export interface KeyRow { household: string; sourceKey: string; village: string; head: string }
export const readKey = (world: Pick<WorldFacts, 'dir'>): KeyRow[] => readFileSync(join(world.dir, 'key.tsv'), 'utf8').split('\n')
  .filter((line) => line && !line.startsWith('#')).map((line) => { const [household, sourceKey, village, head] = line.split('\t') as [string, string, string, string]; return { household, sourceKey, village, head }; });

// A row of hud.housing_safety: a new house, or one that is about to fall.
export const housing = (number: string, good: boolean, date: string): string => good ? `${number},A,240,concrete,2024,${date}` : `${number},D,18,earth,1962,${date}`;
export function housingTable(world: Pick<WorldFacts, 'dir'>, name: string, rows: string[]): string {
  const path = join(world.dir, name);
  writeFileSync(path, `citizen_number,grade,area_sqm,structure,built_year,appraisal_date\n${rows.join('\n')}\n`);
  return path;
}
