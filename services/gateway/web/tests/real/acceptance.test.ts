import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { VectorTile, type VectorTileFeature } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { classOfValue, coloursFor, figureOf, noData, policyBreaks, type Figures } from '../../src/map/breaks';
import { Client } from './client';
import { housing, housingTable, readKey } from './records';
import { open, visit } from './visit';
import { root } from './world';

const world = inject('world');
const client = new Client(world);
let browser: Browser;
beforeAll(async () => { browser = await open(world); await client.signIn('demo'); });
afterAll(async () => { await browser?.close(); client.close(); });

interface Summary { name: string; division: string; memberCount: number; openFindingCount: number; score: { indexCentipoints: number; povertyClass: string; version: string } }
interface Cell { division: string; counts: { householdCount: string; personCount: string; poorPersonCount: string }; bounds: { west: number; south: number; east: number; north: number } }
interface Contribution { scoreCentipoints: number; weightUnits: number; pointsLostMicro: number; evidence?: string[] }

const colourOf = (figures: Partial<Figures>): string => {
  const value = figureOf('incidence', figures);
  return value === null ? noData : coloursFor('incidence', policyBreaks('incidence').length + 1)[classOfValue(value, policyBreaks('incidence'))]!;
};

interface Chosen { household: Summary; village: Cell; head: string; before: string; after: string }
// A household just above 60 whose house decides: what the records of its house add to the index is more
// than what it has above 60, and with its members the village's share of poor people is of another colour.
async function choose(): Promise<Chosen> {
  const key = new Map(readKey(world).map((row) => [row.household, row]));
  const { households } = await client.json<{ households: Summary[] }>('/v1/divisions/52/households?pageSize=500&povertyClass=POVERTY_CLASS_POSSIBLY_POOR');
  const rising = households.filter((one) => one.openFindingCount === 0).sort((a, b) => a.score.indexCentipoints - b.score.indexCentipoints);
  for (const household of rising) {
    const above = household.score.indexCentipoints - 6000;
    if (above > 400) break;
    const { contributions } = await client.json<{ contributions: Contribution[] }>(`/v1/${household.name}:explain`);
    // Points lost are weight times what is missing to 100, by the same factor for every indicator.
    const known = contributions.find((one) => one.pointsLostMicro > 0)!;
    const factor = known.pointsLostMicro / (known.weightUnits * (10_000 - known.scoreCentipoints));
    const house = contributions.filter((one) => one.evidence?.some((source) => source.includes('hud.housing_safety')));
    const atStake = house.reduce((sum, one) => sum + factor * one.weightUnits * one.scoreCentipoints, 0) / 10_000;
    if (atStake < above + 60) continue;
    const { cell } = await client.json<{ cell: Cell }>(`/v1/map/cells/${household.division}`);
    const figures = (more: number) => ({ households: Number(cell.counts.householdCount), incidence: Math.round(1000 * (Number(cell.counts.poorPersonCount) + more) / Number(cell.counts.personCount)) });
    const [before, after] = [colourOf(figures(0)), colourOf(figures(household.memberCount))];
    if (before !== after) return { household, village: cell, head: key.get(household.name)!.head, before, after };
  }
  throw new Error('no household of the synthetic province fits');
}

// ---- the village's own pixels ----
interface Spot { longitude: number; latitude: number }
const zoom = 14;
const inside = (ring: { x: number; y: number }[], x: number, y: number): boolean => ring.reduce((within, a, i) => {
  const b = ring[(i + 1) % ring.length]!;
  return (a.y > y) !== (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x ? !within : within;
}, false);
// A spot well inside the village, away from its border and from the name in its middle.
async function spotIn(village: Cell): Promise<Spot> {
  const scale = 2 ** zoom;
  const { west, south, east, north } = village.bounds;
  const middle = (south + north) / 2 * Math.PI / 180;
  const x = Math.floor(((west + east) / 2 + 180) / 360 * scale);
  const y = Math.floor((1 - Math.asinh(Math.tan(middle)) / Math.PI) / 2 * scale);
  const answer = await client.send('GET', `/map/tiles/${zoom}/${x}/${y}.mvt`);
  const { area, label } = new VectorTile(new PbfReader(answer.body)).layers;
  const find = (layer: typeof area): VectorTileFeature | undefined => Array.from({ length: layer?.length ?? 0 }, (_, i) => layer!.feature(i)).find((one) => one.properties.code === village.division);
  const shape = find(area)!.loadGeometry();
  const names = Array.from({ length: label?.length ?? 0 }, (_, i) => label!.feature(i).loadGeometry()[0]![0]!);
  const within = (px: number, py: number) => shape.filter((ring) => inside(ring, px, py)).length % 2 === 1;
  for (let px = 300; px < 3800; px += 50) for (let py = 300; py < 3800; py += 50) {
    const clear = [[0, 0], [90, 0], [-90, 0], [0, 90], [0, -90]].every(([dx, dy]) => within(px + dx!, py + dy!));
    if (clear && names.every((name) => Math.abs(name.x - px) > 900 || Math.abs(name.y - py) > 300)) {
      return { longitude: (x + px / 4096) / scale * 360 - 180, latitude: Math.atan(Math.sinh(Math.PI * (1 - 2 * (y + py / 4096) / scale))) * 180 / Math.PI };
    }
  }
  throw new Error('no clear spot in the village');
}

// The drawing must still be there when it is read; nothing else about the page is touched.
const keepDrawing = () => {
  const get = HTMLCanvasElement.prototype.getContext as (this: HTMLCanvasElement, kind: string, options?: object) => RenderingContext | null;
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, options?: object) {
    return get.call(this, kind, /^webgl/.test(kind) ? { ...options, preserveDrawingBuffer: true } : options);
  } as typeof HTMLCanvasElement.prototype.getContext;
};
// Looks at the middle of the map at every frame and notes when its colour becomes another one.
const lookAtMiddle = () => {
  const canvas = document.querySelector<HTMLCanvasElement>('.view canvas')!;
  const gl = canvas.getContext('webgl2')!;
  const seen: { colour: string; at: number }[] = [];
  const pixel = new Uint8Array(4);
  const look = () => {
    const bound = gl.getParameter(gl.FRAMEBUFFER_BINDING) as WebGLFramebuffer | null;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.readPixels(canvas.width >> 1, canvas.height >> 1, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    gl.bindFramebuffer(gl.FRAMEBUFFER, bound);
    const colour = `#${[...pixel.slice(0, 3)].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
    if (seen[seen.length - 1]?.colour !== colour) seen.push({ colour, at: Date.now() });
    requestAnimationFrame(look);
  };
  Object.assign(window, { seen });
  look();
};
const seen = (page: Page) => page.evaluate(() => (window as unknown as { seen: { colour: string; at: number }[] }).seen);

it('GIS-3 GIS-1 GIS-2 one pushed record that changes a household\'s class changes the colour of its village on the open page', async () => {
  const { household, village, head, before, after } = await choose();
  const spot = await spotIn(village);
  const now = await visit(browser, world, 'desktop', 'demo');
  const { page, troubles } = now;
  let loads = 0;
  page.on('load', () => { loads += 1; });
  await page.addInitScript(keepDrawing);
  await now.go(`/map?v=${zoom}.00,${spot.longitude.toFixed(6)},${spot.latitude.toFixed(6)}&s=${village.division}`);
  await page.waitForSelector('.stage[data-ready]');
  await page.waitForSelector('text=实时更新');
  await page.waitForSelector(`.side h2`);
  await page.evaluate(lookAtMiddle);
  await page.waitForFunction((colour) => (window as unknown as { seen: { colour: string }[] }).seen.at(-1)?.colour === colour, before, { timeout: 20_000 });
  const tiles: string[] = [];
  page.on('request', (request) => { if (request.url().includes('.mvt')) tiles.push(request.url()); });

  const table = housingTable(world, 'acceptance.csv', [housing(head, false, world.days.at(-1)!)]);
  const begun = Date.now();
  const { stdout } = await promisify(execFile)(join(world.build, 'bin/fupinctl'), ['push', 'hud.housing_safety', table, '--as=dept-hud', `--exchange=${world.exchange}`, `--certs=${world.dir}/certs`, `--contracts=${world.build}/contracts/guizhou`], { cwd: root });
  const acknowledged = Date.now();
  expect(stdout).toMatch(/变更 change\D+1/);
  await page.waitForFunction((colour) => (window as unknown as { seen: { colour: string }[] }).seen.at(-1)?.colour === colour, after, { timeout: 60_000 });
  const colours = await seen(page);
  const painted = colours.at(-1)!.at;
  console.log(`pushed record -> colour of the village: ${painted - begun} ms after the push command began, ${painted - acknowledged} ms after it ended with its acknowledgement (${before} -> ${after})`);
  expect(colours.map((one) => one.colour)).toEqual([before, after]);
  expect({ loads, tiles }).toEqual({ loads: 1, tiles: [] });
  const changed = await client.json<{ score: { povertyClass: string; version: string } }>(`/v1/${household.name}`);
  expect(changed.score.povertyClass).toBe('POVERTY_CLASS_POOR');
  expect(Number(changed.score.version)).toBe(Number(household.score.version) + 1);
  await now.shot('acceptance', false);
  expect(troubles).toEqual([]);
  await now.close();
});
