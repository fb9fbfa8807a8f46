// Numbers of one day and one set of figures without their shapes (/map/state): what the map fetches when
// the day or the figure changes. Some 3 bytes a place, where a tile with its outlines has 50.
import type { Figures, FigureSet } from './breaks';

export interface TileId { z: number; x: number; y: number }
interface Block { ids: number[]; columns: (number | null)[][] }

// The tiles of a zoom within bounds in degrees.
export function tilesWithin(z: number, west: number, south: number, east: number, north: number): TileId[] {
  const many = 2 ** z;
  const limit = (at: number) => Math.min(many - 1, Math.max(0, Math.floor(at)));
  const column = (longitude: number) => limit((longitude + 180) / 360 * many);
  const row = (latitude: number) => { const angle = Math.min(85.05, Math.max(-85.05, latitude)) * Math.PI / 180; return limit((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2 * many); };
  const tiles: TileId[] = [];
  for (let y = row(north); y <= row(south); y++) for (let x = column(west); x <= column(east); x++) tiles.push({ z, x, y });
  return tiles;
}

// services/gis/server/state_block.h. `known`: the ids that go with a hash, when the block has none.
export function readBlock(bytes: Uint8Array, withIds: boolean, known: (hash: string) => number[] | undefined): (Block & { hash: string }) | null {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('the state block ends too early');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  if (bytes[at++] !== 2) throw new Error('a state block of another format');
  const many = varint();
  const hash = Array.from(bytes.subarray(at, at += 8), (byte) => byte.toString(16)).join('.');
  const width = varint();
  let ids = withIds ? [] : known(hash);
  if (withIds) for (let i = 0, id = 0; i < many; i++) (ids ??= []).push(id += varint());
  if (!ids || ids.length !== many) return null;
  const columns = Array.from({ length: width }, () => Array.from({ length: many }, () => { const value = varint(); return value ? value - 1 : null; }));
  return { hash, ids, columns };
}

const mostKept = 1500;

export class StateBlocks {
  private readonly kept = new Map<string, Promise<Block>>();
  private readonly ids = new Map<string, { hash: string; ids: number[] }>();

  constructor(private readonly columns: Record<FigureSet, string[]>) {}

  // All places of these tiles. Blocks of past days are kept, those of now asked for every time.
  async figures(tiles: TileId[], set: FigureSet, date: string): Promise<Map<number, Figures>> {
    const found = new Map<number, Figures>();
    const names = this.columns[set];
    for (const { ids, columns } of await Promise.all(tiles.map((tile) => this.block(tile, set, date)))) {
      ids.forEach((id, i) => found.set(id, Object.fromEntries(names.map((name, column) => [name, columns[column]?.[i] ?? null]))));
    }
    return found;
  }

  private block(tile: TileId, set: FigureSet, date: string): Promise<Block> {
    const at = `${tile.z}/${tile.x}/${tile.y}`;
    if (!date) return this.ask(at, set, date);
    const key = `${at} ${set} ${date}`;
    const before = this.kept.get(key);
    if (before) return before;
    for (const oldest of this.kept.keys()) { if (this.kept.size < mostKept) break; this.kept.delete(oldest); }
    const asked = this.ask(at, set, date);
    this.kept.set(key, asked);
    asked.catch(() => this.kept.delete(key));
    return asked;
  }

  private async ask(at: string, set: FigureSet, date: string): Promise<Block> {
    const known = this.ids.get(at);
    const read = async (withIds: boolean) => {
      const answer = await fetch(`/map/state/${at}?figures=${set}${date ? `&date=${date}` : ''}${withIds ? '&ids' : ''}`);
      if (!answer.ok) throw new Error(`state block: ${answer.status}`);
      return readBlock(new Uint8Array(await answer.arrayBuffer()), withIds, (hash) => known?.hash === hash ? known.ids : undefined);
    };
    // Other places than before: the outlines were replaced.
    const block = (known ? await read(false) : null) ?? await read(true);
    if (!block) throw new Error('a state block without ids');
    this.ids.set(at, { hash: block.hash, ids: block.ids });
    return block;
  }
}
