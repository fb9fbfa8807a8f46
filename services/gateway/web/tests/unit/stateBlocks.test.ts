import { afterEach, describe, expect, it, vi } from 'vitest';
import { readBlock, StateBlocks, tilesWithin } from '../../src/map/stateBlocks';

// Format 2, as services/gis/server/state_block.h writes it.
function block(ids: number[], columns: (number | null)[][], withIds: boolean, hash = 7): Uint8Array {
  const bytes: number[] = [];
  const varint = (value: number) => { for (; value > 127; value = Math.floor(value / 128)) bytes.push(value % 128 + 128); bytes.push(value); };
  bytes.push(2);
  varint(ids.length);
  for (let i = 0; i < 8; i++) bytes.push(hash);
  varint(columns.length);
  if (withIds) ids.forEach((id, i) => varint(id - (ids[i - 1] ?? 0)));
  for (const column of columns) for (const value of column) varint(value === null ? 0 : value + 1);
  return Uint8Array.from(bytes);
}
const columns = { index: ['households', 'incidence'], register: ['households', 'exited'], causes: ['households', 'with_cause', 'illness'] };

describe('a state block', () => {
  it('is read with its ids, or with those that go with its hash', () => {
    const ids = [3, 300, 40_000];
    const values = [[1, 0, 500_000], [null, 128, 3]];
    const whole = readBlock(block(ids, values, true), true, () => undefined)!;
    expect(whole).toMatchObject({ ids, columns: values });
    expect(readBlock(block(ids, values, false), false, (hash) => hash === whole.hash ? ids : undefined)).toMatchObject({ ids, columns: values });
    expect(readBlock(block(ids, values, false, 8), false, (hash) => hash === whole.hash ? ids : undefined)).toBeNull();
  });
  it('of another format, or cut off, is refused', () => {
    expect(() => readBlock(Uint8Array.from([1, 0]), true, () => undefined)).toThrow('format');
    expect(() => readBlock(block([1], [[5]], true).subarray(0, 12), true, () => undefined)).toThrow('early');
  });
});

describe('tiles of a view', () => {
  it('cover it', () => {
    expect(tilesWithin(0, -10, -10, 10, 10)).toEqual([{ z: 0, x: 0, y: 0 }]);
    expect(tilesWithin(1, -10, -10, 10, 10)).toHaveLength(4);
    expect(tilesWithin(8, 106.6, 26.4, 106.8, 26.6)).toEqual([{ z: 8, x: 203, y: 108 }]);
    expect(tilesWithin(3, -180, -89, 180, 89)).toHaveLength(64);
  });
});

describe('state blocks', () => {
  afterEach(() => vi.unstubAllGlobals());
  const answer = (asked: string[], hash: () => number) => vi.fn((path: string) => {
    asked.push(path);
    return Promise.resolve(new Response(block([5, 9], [[10, 20], [1, null]], path.endsWith('&ids'), hash()) as BodyInit));
  });
  const tile = [{ z: 7, x: 101, y: 54 }];
  it('are asked for with ids once, then without; a past day once', async () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', answer(asked, () => 7));
    const blocks = new StateBlocks(columns);
    const first = await blocks.figures(tile, 'index', '2026-11-01');
    expect(first.get(5)).toEqual({ households: 10, incidence: 1 });
    expect(first.get(9)).toEqual({ households: 20, incidence: null });
    await blocks.figures(tile, 'index', '2026-11-01');
    await blocks.figures(tile, 'register', '2026-11-02');
    await blocks.figures(tile, 'register', '');
    await blocks.figures(tile, 'register', '');
    expect(asked).toEqual(['/map/state/7/101/54?figures=index&date=2026-11-01&ids', '/map/state/7/101/54?figures=register&date=2026-11-02',
      '/map/state/7/101/54?figures=register', '/map/state/7/101/54?figures=register']);
  });
  it('are asked for with ids again when the places have changed', async () => {
    const asked: string[] = [];
    let hash = 7;
    vi.stubGlobal('fetch', answer(asked, () => hash));
    const blocks = new StateBlocks(columns);
    await blocks.figures(tile, 'index', '');
    hash = 8;
    expect((await blocks.figures(tile, 'index', '')).get(9)).toEqual({ households: 20, incidence: null });
    expect(asked.map((path) => path.endsWith('&ids'))).toEqual([true, false, true]);
  });
  it('that failed are asked for again', async () => {
    vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response('', { status: 503 }))));
    const blocks = new StateBlocks(columns);
    await expect(blocks.figures(tile, 'index', '2026-11-01')).rejects.toThrow('503');
    vi.stubGlobal('fetch', answer([], () => 7));
    expect((await blocks.figures(tile, 'index', '2026-11-01')).size).toBe(2);
  });
});
