// Reads a vector tile as strictly as MVT 2.1 is written, field by field; @mapbox/vector-tile is kinder and
// says nothing about what it repairs. Problems are sentences.
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';

export const extent = 4096;
export const buffer = 64;  // libs/geo/tile_id.h, kBuffer

export interface TileFeature { id: number; properties: Record<string, number | string | boolean>; rings: number; area: number }
export interface TileLayer { name: string; features: TileFeature[] }
export interface ReadTile { layers: TileLayer[]; problems: string[] }

const wire = { varint: 0, bytes: 2 };
interface Raw { id: number | undefined; type: number; geometry: number[]; tags: number[] }

function readFeature(bytes: Uint8Array): Raw {
  const raw: Raw = { id: undefined, type: 0, geometry: [], tags: [] };
  new PbfReader(bytes).readFields((tag, out: Raw, pbf) => {
    if (tag === 1) out.id = pbf.readVarint();
    else if (tag === 2) out.tags = pbf.readPackedVarint() as number[];
    else if (tag === 3) out.type = pbf.readVarint();
    else if (tag === 4) out.geometry = pbf.readPackedVarint() as number[];
  }, raw);
  return raw;
}

const unzigzag = (value: number): number => (value >>> 1) ^ -(value & 1);
interface Point { x: number; y: number }

// The rings of a polygon, without their closing point.
function readRings(geometry: number[], say: (text: string) => void): Point[][] {
  const rings: Point[][] = [];
  let [x, y, at] = [0, 0, 0];
  const step = (): Point => { x += unzigzag(geometry[at]!); y += unzigzag(geometry[at + 1]!); at += 2; return { x, y }; };
  while (at < geometry.length) {
    if (geometry[at++] !== (1 << 3 | 1)) { say('a ring does not begin with one MoveTo'); return rings; }
    const ring = [step()];
    const line = geometry[at++]!;
    if ((line & 7) !== 2 || line >> 3 < 2) { say('a ring has no LineTo of two points or more'); return rings; }
    for (let i = 0; i < line >> 3; i++) ring.push(step());
    if (geometry[at++] !== (1 << 3 | 7)) { say('a ring is not closed'); return rings; }
    rings.push(ring);
  }
  if (at !== geometry.length) say('the geometry ends within a command');
  return rings;
}
// Twice the area by the surveyor's formula; positive: an exterior ring.
const area2 = (ring: Point[]): number => ring.reduce((sum, a, i) => { const b = ring[(i + 1) % ring.length]!; return sum + a.x * b.y - b.x * a.y; }, 0);

// Its area, in square units of the tile.
function checkPolygon(rings: Point[][], say: (text: string) => void): number {
  let sum = 0;
  for (const [i, ring] of rings.entries()) {
    const area = area2(ring) / 2;
    sum += area;
    if (ring.length + 1 < 4) say('a closed ring has fewer than four points');
    if (area === 0) say('a ring has no area');
    if (i === 0 && area < 0) say('the first ring is not an exterior one');
    for (const [j, point] of ring.entries()) {
      const next = ring[(j + 1) % ring.length]!;
      if (point.x === next.x && point.y === next.y) { say(j === ring.length - 1 ? 'a ring repeats its first point' : 'a point comes twice'); break; }
    }
    if (ring.some(({ x, y }) => x < -buffer || y < -buffer || x > extent + buffer || y > extent + buffer)) say('a point lies beyond the buffer');
  }
  if (!rings.length) say('no ring');
  return sum;
}

function checkPoint(geometry: number[], say: (text: string) => void): void {
  if (geometry[0] !== (1 << 3 | 1) || geometry.length !== 3) { say('a point is not one MoveTo'); return; }
  const [x, y] = [unzigzag(geometry[1]!), unzigzag(geometry[2]!)];
  if (x < 0 || y < 0 || x > extent || y > extent) say('a label lies outside its tile');
}

export function readTile(bytes: Uint8Array, types: Record<string, number>): ReadTile {
  const problems: string[] = [];
  const layers: TileLayer[] = [];
  const kind = new VectorTile(new PbfReader(bytes));  // drops empty layers, keeps the last of a name
  new PbfReader(bytes).readFields((tag, _, pbf) => {
    if (tag !== 3 || pbf.type !== wire.bytes) { problems.push(`field ${tag} of the tile is unknown`); return; }
    const layer = { name: '', version: 0, extent: extent, features: [] as Raw[], keys: [] as string[], values: 0 };
    const end = pbf.readVarint() + pbf.pos;
    pbf.readFields((field, out: typeof layer, inner) => {
      if (field === 15) out.version = inner.readVarint();
      else if (field === 1) out.name = inner.readString();
      else if (field === 2) out.features.push(readFeature(inner.readBytes()));
      else if (field === 3) out.keys.push(inner.readString());
      else if (field === 4) { inner.readBytes(); out.values += 1; }
      else if (field === 5) out.extent = inner.readVarint();
    }, layer, end);
    const say = (text: string) => { problems.push(`${layer.name}: ${text}`); };
    if (layer.version !== 2) say(`version ${layer.version}`);
    if (layer.extent !== extent) say(`extent ${layer.extent}`);
    if (!(layer.name in types)) say('layer is unknown');
    if (layers.some((one) => one.name === layer.name)) say('layer comes twice');
    if (!layer.features.length) say('layer is empty');
    if (new Set(layer.keys).size !== layer.keys.length) say('a key comes twice');
    const read: TileLayer = { name: layer.name, features: [] };
    const ids = new Set<number>();
    for (const [i, raw] of layer.features.entries()) {
      const sayIt = (text: string) => say(`feature ${raw.id ?? `number ${i}`}: ${text}`);
      if (raw.id === undefined) sayIt('no id');
      else if (ids.has(raw.id)) sayIt('id comes twice'); else ids.add(raw.id);
      if (raw.type !== types[layer.name]) sayIt(`geometry type ${raw.type}`);
      if (raw.tags.length % 2 || raw.tags.some((value, at) => value >= (at % 2 ? layer.values : layer.keys.length))) sayIt('an attribute points nowhere');
      const named = raw.tags.filter((_, at) => at % 2 === 0);
      if (new Set(named).size !== named.length) sayIt('an attribute comes twice');
      const rings = raw.type === 3 ? readRings(raw.geometry, sayIt) : [];
      const area = raw.type === 3 ? checkPolygon(rings, sayIt) : 0;
      if (raw.type === 1) checkPoint(raw.geometry, sayIt);
      // The same, read by another's decoder.
      const other = kind.layers[layer.name]?.feature(i);
      if (!other || other.id !== raw.id || other.loadGeometry().length !== Math.max(1, rings.length)) sayIt('two decoders disagree');
      read.features.push({ id: raw.id ?? -1, properties: other?.properties ?? {}, rings: rings.length, area });
    }
    layers.push(read);
  }, undefined);
  return { layers, problems };
}
