import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Client, type Answer } from './client';
import { buffer, extent, readTile, type ReadTile } from './tile';

const world = inject('world');
const connections = 8;
const client = new Client(world, { connections });
interface TileJson { levels: { level: string; minzoom: number; maxzoom: number }[]; minzoom: number; maxzoom: number; vector_layers: { id: string; fields: Record<string, string> }[] }
let description: TileJson;
beforeAll(async () => {
  await client.signIn('demo');
  description = await client.json<TileJson>('/map/tiles.json');
});
afterAll(() => client.close());

interface Id { z: number; x: number; y: number }
const path = ({ z, x, y }: Id) => `/map/tiles/${z}/${x}/${y}.mvt`;
const childrenOf = ({ z, x, y }: Id): Id[] => [0, 1, 2, 3].map((i) => ({ z: z + 1, x: 2 * x + (i & 1), y: 2 * y + (i >> 1) }));

// `work` on every one, as many at once as there are connections.
async function each<T>(all: T[], work: (one: T) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: connections }, async () => { while (next < all.length) await work(all[next++]!); }));
}

const counts = ['households', 'persons', 'poor', 'possibly', 'stable', 'unscorable', 'poor_persons'];
const types = { area: 3, label: 1, rest: 1 };
const rankOf = (level: unknown) => description.levels.findIndex((one) => one.level === level);
const levelAt = (zoom: number) => description.levels.find((one) => one.minzoom <= zoom && zoom <= one.maxzoom)!.level;

// What an area of a tile says of itself.
function checkArea(properties: Record<string, unknown>, zoom: number, fields: string[]): string[] {
  const problems: string[] = [];
  for (const key of ['name', 'code', 'level']) if (typeof properties[key] !== 'string' || !properties[key]) problems.push(`no ${key}`);
  for (const key of counts) if (!Number.isInteger(properties[key]) || (properties[key] as number) < 0) problems.push(`${key} is ${String(properties[key])}`);
  for (const key of Object.keys(properties)) if (!fields.includes(key)) problems.push(`${key} is not in the TileJSON`);
  const n = properties as Record<string, number>;
  if (n.poor! + n.possibly! + n.stable! + n.unscorable! !== n.households) problems.push('the classes are not the households');
  if (n.poor_persons! > n.persons!) problems.push('more poor persons than persons');
  if (('incidence' in properties) !== n.persons! > 0) problems.push('incidence without persons, or the other way round');
  if (('index' in properties) !== n.households! > n.unscorable!) problems.push('index without scores, or the other way round');
  if (n.persons! > 0 && Math.abs(n.incidence! - 1000 * n.poor_persons! / n.persons!) > 0.5) problems.push('incidence is not the poor persons of the persons');
  // Where nothing lies below, the place of the level above stays; never one from further down.
  const [its, due] = [rankOf(properties.level), rankOf(levelAt(zoom))];
  if (its < 0 || its > due) problems.push(`a ${String(properties.level)} at zoom ${zoom}`);
  return problems;
}

// A machine may be quicker than the gateway lets one caller be: who is told to wait waits.
async function patient(client: Client, address: string): ReturnType<Client['send']> {
  for (;;) {
    const answer = await client.send('GET', address);
    if (answer.status !== 429) return answer;
    await new Promise((done) => setTimeout(done, Number(answer.headers['retry-after']) * 1000));
  }
}

describe('every tile of the province', () => {
  it('GIS-1 GIS-2 C1 is read by a decoder that is not ours, is well formed, and its sums are right', async () => {
    const households: { division: string }[] = [];
    for (let token: string | undefined = ''; token !== undefined;) {
      const some: { households?: { division: string }[]; nextPageToken?: string } = await client.json(`/v1/divisions/52/households?pageSize=500&pageToken=${encodeURIComponent(token)}`);
      households.push(...some.households ?? []);
      token = some.nextPageToken || undefined;
    }
    const { cell: { counts: whole } } = await client.json<{ cell: { counts: Record<string, string | number> } }>('/v1/map/cells/52');
    const all: Record<string, number> = Object.fromEntries(Object.entries({ households: 'householdCount', persons: 'personCount', poor: 'poorHouseholdCount', possibly: 'possiblyPoorHouseholdCount', stable: 'stableHouseholdCount', unscorable: 'notScorableHouseholdCount', poor_persons: 'poorPersonCount' }).map(([key, name]) => [key, Number(whole[name] ?? 0)]));
    const parents = new Set(readFileSync(join(world.dir, 'hamlets.tsv'), 'utf8').split('\n').filter((line) => !line.startsWith('#')).map((line) => line.split('\t')[1]));
    const begun = Date.now();
    const fields = Object.fromEntries(description.vector_layers.map((layer) => [layer.id, Object.keys(layer.fields)]));
    const problems: string[] = [];
    // By zoom: what every place says of itself, the same in every tile.
    const places = new Map<number, Map<number, string>>();
    const labels = new Map<number, Set<number>>();
    const rests = new Map<number, Record<string, number>[]>();
    const tally = { asked: 0, empty: 0, bytes: 0, largest: 0, features: 0, rings: 0, full: 0 };
    const square = (extent + 2 * buffer) ** 2;
    const note = (id: Id, text: string) => { if (problems.length < 40) problems.push(`${path(id)} ${text}`); };

    const look = (id: Id, answer: Answer): ReadTile | null => {
      tally.asked += 1;
      if (answer.status === 204 || (answer.status === 200 && !answer.body.length)) { tally.empty += 1; return null; }
      if (answer.status !== 200) { note(id, `${answer.status}`); return null; }
      tally.bytes += answer.body.length;
      tally.largest = Math.max(tally.largest, answer.body.length);
      let tile: ReadTile;
      try { tile = readTile(answer.body, types); } catch (error) { note(id, `cannot be read: ${String(error)}`); return null; }
      for (const problem of tile.problems) note(id, problem);
      const known = places.get(id.z) ?? places.set(id.z, new Map()).get(id.z)!;
      const areas = tile.layers.find((one) => one.name === 'area')?.features ?? [];
      // Neighbours share their borders to the unit: together they cover a tile once or less, exactly once
      // within the province.
      const covered = areas.reduce((sum, one) => sum + one.area, 0);
      if (covered > square) note(id, `areas cover it ${covered / square} times`);
      if (covered === square) tally.full += 1;
      for (const feature of areas) {
        tally.features += 1;
        tally.rings += feature.rings;
        const text = JSON.stringify(feature.properties);
        if (known.get(feature.id) === text) continue;
        if (known.has(feature.id)) note(id, `place ${feature.id} says something else in another tile`);
        known.set(feature.id, text);
        for (const problem of checkArea(feature.properties, id.z, fields.area!)) note(id, `place ${feature.id}: ${problem}`);
      }
      for (const feature of tile.layers.find((one) => one.name === 'rest')?.features ?? []) {
        (rests.get(id.z) ?? rests.set(id.z, []).get(id.z)!).push(feature.properties as Record<string, number>);
        for (const problem of checkArea(feature.properties, id.z, fields.rest!)) note(id, `rest ${feature.id}: ${problem}`);
      }
      for (const feature of tile.layers.find((one) => one.name === 'label')?.features ?? []) {
        (labels.get(id.z) ?? labels.set(id.z, new Set()).get(id.z)!).add(feature.id);
        for (const key of Object.keys(feature.properties)) if (!fields.label!.includes(key)) note(id, `label ${feature.id}: ${key} is not in the TileJSON`);
      }
      return tile;
    };

    // Down from the world, where there is anything.
    let above: Id[] = [{ z: 0, x: 0, y: 0 }];
    const byZoom: string[] = [];
    for (let z = 0; z <= 14; z++) {
      const filled: Id[] = [];
      const before = Date.now();
      await each(above, async (id) => { if (look(id, await patient(client, path(id)))?.layers.length) filled.push(id); });
      byZoom.push(`z${z} ${above.length} (${Date.now() - before} ms)`);
      above = filled.flatMap(childrenOf);
      // Nothing is missing and nothing counted twice: the places of this zoom are the whole province.
      const known = [...(places.get(z) ?? new Map<number, string>()).values()].map((text) => JSON.parse(text) as Record<string, number>);
      const resting = rests.get(z) ?? [];
      const sum = (key: string) => [...known, ...resting].reduce((all, one) => all + one[key]!, 0);
      // A household that names a village which has natural villages stands in none of them, but in the rest.
      const nowhere = households.filter((one) => parents.has(one.division) && rankOf(levelAt(z)) > rankOf('village')).length;
      const rest = resting.reduce((all, one) => all + one.households!, 0);
      if (rest !== nowhere) problems.push(`zoom ${z}: ${rest} households in rests, ${nowhere} in none of the places`);
      for (const key of counts) if (sum(key) !== all[key]) problems.push(`zoom ${z}: ${key} is ${sum(key)}, of the whole ${all[key]}`);
      if (labels.get(z)?.size !== known.length) problems.push(`zoom ${z}: ${labels.get(z)?.size} labels for ${known.length} places`);
    }
    console.log(`tiles: ${tally.asked} asked for, ${tally.empty} of them empty, ${tally.features} areas, ${tally.rings} rings, ${tally.full} covered wholly, ${(tally.bytes / 1e6).toFixed(1)} MB, largest ${tally.largest} bytes, in ${((Date.now() - begun) / 1000).toFixed(1)} s\n${byZoom.join(', ')}`);
    expect(problems).toEqual([]);
    expect(tally.full / (tally.asked - tally.empty)).toBeGreaterThan(0.85);
    expect(tally.largest).toBeLessThan(500_000);
  });
});

describe('what is no tile', () => {
  it.each([
    ['/map/tiles/30/0/0.mvt', 400, 'TILE_OUT_OF_RANGE'],
    ['/map/tiles/15/26000/13000.mvt', 400, 'TILE_OUT_OF_RANGE'],
    ['/map/tiles/5/32/0.mvt', 400, 'TILE_OUT_OF_RANGE'],
    ['/map/tiles/5/0/32.mvt', 400, 'TILE_OUT_OF_RANGE'],
    ['/map/tiles/5/-1/0.mvt', 400, 'TILE_OUT_OF_RANGE'],
    ['/map/tiles/99999999999999999999/0/0.mvt', 400, 'TILE_PATH_INVALID'],
    ['/map/tiles/5/0.mvt', 400, 'TILE_PATH_INVALID'],
    ['/map/tiles/a/b/c.mvt', 400, 'TILE_PATH_INVALID'],
    ['/map/tiles/5/1.5/0.mvt', 400, 'TILE_PATH_INVALID'],
    ['/map/tiles/5/25/13.png', 400, 'TILE_PATH_INVALID'],
    ['/map/tiles/5/25/13.mvt?date=2026-13-01', 400, 'DATE_INVALID'],
    ['/map/tiles/5/25/13.mvt?date=2999-01-01', 400, 'DATE_AHEAD'],
    ['/map/nothing', 404, 'ROUTE_UNKNOWN'],
  ])('GIS-2 %s is refused with %i %s', async (address, status, reason) => {
    const answer = await client.send('GET', address);
    const problem = JSON.parse(answer.body.toString()) as { status: number; problems: { reason: string; messageZh: string; messageEn: string }[] };
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect({ status: answer.status, said: problem.status, reason: problem.problems[0]?.reason }).toEqual({ status, said: status, reason });
    expect(problem.problems[0]!.messageZh).toMatch(/\p{Script=Han}/u);
    expect(problem.problems[0]!.messageEn).toMatch(/[a-z]/);
  });
});
