// The reader that judges the tiles must see what is wrong with them.
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { readTile } from '../real/tile';

const zigzag = (value: number) => value << 1 ^ value >> 31;
const command = (id: number, count: number) => count << 3 | id;
// Absolute points to commands.
function polygon(...rings: [number, number][][]): number[] {
  const out: number[] = [];
  let [x, y] = [0, 0];
  const step = ([toX, toY]: [number, number]) => { out.push(zigzag(toX - x), zigzag(toY - y)); [x, y] = [toX, toY]; };
  for (const [first, ...rest] of rings) {
    out.push(command(1, 1));
    step(first!);
    out.push(command(2, rest.length));
    rest.forEach(step);
    out.push(command(7, 1));
  }
  return out;
}
interface Made { id?: number; type: number; geometry: number[]; tags?: number[] }
function tile(...layers: { name: string; version?: number; extent?: number; keys?: string[]; features: Made[] }[]): Uint8Array {
  const pbf = new PbfWriter();
  for (const layer of layers) pbf.writeMessage(3, (one: typeof layer, out: PbfWriter) => {
    out.writeVarintField(15, one.version ?? 2);
    out.writeStringField(1, one.name);
    for (const feature of one.features) out.writeMessage(2, (made: Made, inner: PbfWriter) => {
      if (made.id !== undefined) inner.writeVarintField(1, made.id);
      inner.writePackedVarint(2, made.tags ?? []);
      inner.writeVarintField(3, made.type);
      inner.writePackedVarint(4, made.geometry);
    }, feature);
    for (const key of one.keys ?? []) out.writeStringField(3, key);
    out.writeMessage(4, (_: null, inner: PbfWriter) => inner.writeVarintField(4, 7), null);
    out.writeVarintField(5, one.extent ?? 4096);
  }, layer);
  return pbf.finish();
}
// Clockwise to the eye: y grows downwards.
const square: [number, number][] = [[0, 0], [100, 0], [100, 100], [0, 100]];
const hole: [number, number][] = [[10, 10], [10, 20], [20, 20], [20, 10]];
const good: Made = { id: 1, type: 3, geometry: polygon(square) };
const area = (...features: Made[]) => tile({ name: 'area', features });
const problems = (bytes: Uint8Array) => readTile(bytes, { area: 3, label: 1 }).problems.join('\n');

describe('C1 the reader of tiles', () => {
  it('accepts a square with a hole, and a point', () => {
    const read = readTile(tile({ name: 'area', keys: ['a'], features: [{ ...good, geometry: polygon(square, hole), tags: [0, 0] }] }, { name: 'label', features: [{ id: 1, type: 1, geometry: [command(1, 1), zigzag(50), zigzag(50)] }] }), { area: 3, label: 1 });
    expect(read.problems).toEqual([]);
    expect(read.layers[0]!.features[0]).toMatchObject({ id: 1, rings: 2, area: 9900, properties: { a: 7 } });
  });
  it.each<[string, Uint8Array, string]>([
    ['a version', tile({ name: 'area', version: 1, features: [good] }), 'version 1'],
    ['an extent', tile({ name: 'area', extent: 512, features: [good] }), 'extent 512'],
    ['an unknown layer', tile({ name: 'secret', features: [good] }), 'layer is unknown'],
    ['a layer that comes twice', tile({ name: 'area', features: [good] }, { name: 'area', features: [good] }), 'layer comes twice'],
    ['an empty layer', tile({ name: 'area', features: [] }), 'layer is empty'],
    ['a missing id', area({ ...good, id: undefined }), 'no id'],
    ['an id that comes twice', area(good, good), 'id comes twice'],
    ['an unknown geometry', area({ ...good, type: 0 }), 'geometry type 0'],
    ['a line among areas', area({ ...good, type: 2 }), 'geometry type 2'],
    ['a ring that is not closed', area({ ...good, geometry: polygon(square).slice(0, -1) }), 'a ring is not closed'],
    ['a ring of two points', area({ ...good, geometry: polygon([[0, 0], [9, 9]]) }), 'no LineTo of two points'],
    ['a ring without area', area({ ...good, geometry: polygon([[0, 0], [50, 50], [100, 100]]) }), 'a ring has no area'],
    ['an exterior ring wound the other way', area({ ...good, geometry: polygon([...square].reverse()) }), 'the first ring is not an exterior one'],
    ['a ring that repeats its first point', area({ ...good, geometry: polygon([...square, square[0]!]) }), 'repeats its first point'],
    ['a point beyond the buffer', area({ ...good, geometry: polygon([[0, 0], [4161, 0], [4161, 9]]) }), 'beyond the buffer'],
    ['an attribute that points nowhere', area({ ...good, tags: [3, 0] }), 'points nowhere'],
    ['a label outside', tile({ name: 'label', features: [{ id: 1, type: 1, geometry: [command(1, 1), zigzag(-5), 0] }] }), 'outside its tile'],
  ])('sees %s', (_, bytes, text) => expect(problems(bytes)).toContain(text));
});
