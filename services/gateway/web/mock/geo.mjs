// A made-up province for development: random cells, grouped into townships, counties and prefectures
// that carry real names, and borders roughened so that it looks like a map. No real outline is in it.
import { readFileSync } from 'node:fs';
import { Delaunay } from 'd3-delaunay';

function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const hash = (text) => { let h = 2166136261; for (const c of text) h = Math.imul(h ^ c.charCodeAt(0), 16777619); return h >>> 0; };

const seats = {
  5201: [106.65, 26.75], 5202: [104.75, 26.05], 5203: [107.0, 28.1], 5204: [105.95, 26.1], 5205: [105.4, 27.2],
  5206: [108.7, 28.05], 5223: [105.3, 25.35], 5226: [108.5, 26.4], 5227: [107.3, 25.9],
};

export function loadDivisions() {
  const all = new Map();
  for (const line of readFileSync(new URL('divisions.tsv', import.meta.url), 'utf8').split('\n')) {
    const [code, parent, level, name] = line.split('\t');
    if (code) all.set(code, { code, parent, level, name, parts: [] });
  }
  for (const one of all.values()) if (one.parent) all.get(one.parent)?.parts.push(one);
  return all;
}

// Few rounds of k-means; enough for compact groups.
function cluster(points, k, next) {
  let centres = Array.from({ length: k }, () => points[Math.floor(next() * points.length)].slice());
  let of = [];
  for (let round = 0; round < 12; round++) {
    of = points.map(([x, y]) => {
      let best = 0, least = Infinity;
      centres.forEach(([a, b], i) => { const d = (x - a) ** 2 + (y - b) ** 2; if (d < least) { least = d; best = i; } });
      return best;
    });
    centres = centres.map((old, i) => {
      const mine = points.filter((_, j) => of[j] === i);
      return mine.length ? [0, 1].map((d) => mine.reduce((s, p) => s + p[d], 0) / mine.length) : points[Math.floor(next() * points.length)].slice();
    });
  }
  return of;
}

export function makeOutlines(divisions) {
  const next = random(20261125);
  const inside = (x, y) => {  // a blob
    const dx = (x - 106.65) / 2.85, dy = (y - 26.85) / 2.25, angle = Math.atan2(dy, dx);
    return Math.hypot(dx, dy) < 0.94 + 0.09 * Math.sin(3 * angle + 0.6) + 0.05 * Math.sin(7 * angle) + 0.03 * Math.sin(13 * angle + 1);
  };
  const points = [], own = [];
  const add = (x, y, mine) => { points.push([x, y]); own.push(mine); };
  for (let y = 24.2; y < 29.6; y += 0.083) {
    for (let x = 103.2; x < 110; x += 0.094) add(x + (next() - 0.5) * 0.08, y + (next() - 0.5) * 0.07, null);
  }
  const prefectureOf = points.map(([x, y]) => {
    if (!inside(x, y)) return null;
    let best = null, least = Infinity;
    for (const [code, [a, b]] of Object.entries(seats)) { const d = (x - a) ** 2 + (y - b) ** 2; if (d < least) { least = d; best = code; } }
    return best;
  });
  const countyOf = points.map(() => null);
  for (const code of Object.keys(seats)) {
    const mine = points.map((_, i) => i).filter((i) => prefectureOf[i] === code);
    const counties = divisions.get(code).parts;
    const groups = cluster(mine.map((i) => points[i]), counties.length, next);
    mine.forEach((i, j) => { countyOf[i] = counties[groups[j]].code; });
  }
  // One county is split finer, down to villages.
  const fine = '520525';
  const villages = [...divisions.values()].filter((one) => one.level === 'village' && one.code.startsWith(fine));
  const first = points.map((_, i) => i).filter((i) => countyOf[i] === fine);
  const perCell = Math.ceil(villages.length / first.length);
  for (const i of first) {
    for (let k = 1; k < perCell; k++) {
      add(points[i][0] + (next() - 0.5) * 0.085, points[i][1] + (next() - 0.5) * 0.075, null);
      prefectureOf.push('5205'); countyOf.push(fine);
    }
  }
  const townshipOf = points.map(() => null), villageOf = points.map(() => null);
  for (const county of new Set(countyOf.filter(Boolean))) {
    const mine = points.map((_, i) => i).filter((i) => countyOf[i] === county);
    const towns = divisions.get(county).parts.filter((one) => one.level === 'township');
    if (!towns.length) continue;
    const groups = cluster(mine.map((i) => points[i]), Math.min(towns.length, mine.length), next);
    mine.forEach((i, j) => { townshipOf[i] = towns[groups[j]].code; });
    if (county === fine) {
      for (const town of towns) {
        const cells = mine.filter((i) => townshipOf[i] === town.code);
        cells.forEach((i, j) => { if (town.parts.length) villageOf[i] = town.parts[j % town.parts.length].code; });
      }
    }
  }
  const voronoi = Delaunay.from(points).voronoi([102.8, 23.8, 110.4, 30]);
  const key = ([x, y]) => `${x.toFixed(7)},${y.toFixed(7)}`;

  const roughened = new Map();
  function rough(a, b) {  // the same wiggle from both sides
    const ka = key(a), kb = key(b), forward = ka < kb, name = forward ? `${ka}|${kb}` : `${kb}|${ka}`;
    let line = roughened.get(name);
    if (!line) {
      const go = random(hash(name));
      const split = (p, q, depth) => {
        if (depth === 0) return [p];
        const l = Math.hypot(q[0] - p[0], q[1] - p[1]), shift = (go() - 0.5) * 0.38 * l;
        const m = [(p[0] + q[0]) / 2 - (q[1] - p[1]) / (l || 1) * shift, (p[1] + q[1]) / 2 + (q[0] - p[0]) / (l || 1) * shift];
        return [...split(p, m, depth - 1), ...split(m, q, depth - 1)];
      };
      line = [...split(forward ? a : b, forward ? b : a, 3), forward ? b : a];
      roughened.set(name, line);
    }
    return forward ? line : [...line].reverse();
  }
  function dissolve(cells) {
    const edges = new Map();
    for (const i of cells) {
      const ring = voronoi.cellPolygon(i);
      for (let j = 0; ring && j + 1 < ring.length; j++) {
        if (key(ring[j]) === key(ring[j + 1])) continue;
        const back = `${key(ring[j + 1])}|${key(ring[j])}`;
        if (edges.has(back)) edges.delete(back); else edges.set(`${key(ring[j])}|${key(ring[j + 1])}`, [ring[j], ring[j + 1]]);
      }
    }
    const from = new Map();
    for (const [a, b] of edges.values()) (from.get(key(a)) ?? from.set(key(a), []).get(key(a))).push([a, b]);
    const polygons = [];
    for (;;) {
      const start = [...from.values()].find((list) => list.length);
      if (!start) break;
      const ring = [];
      let edge = start.pop();
      const origin = key(edge[0]);
      for (;;) {
        ring.push(...rough(...edge).slice(0, -1));
        if (key(edge[1]) === origin) break;
        const more = from.get(key(edge[1]));
        if (!more || !more.length) break;
        edge = more.pop();
      }
      ring.push(ring[0]);
      polygons.push([ring]);
    }
    return polygons;
  }
  const outlines = new Map();
  const group = (of) => {
    const groups = new Map();
    of.forEach((code, i) => { if (code) (groups.get(code) ?? groups.set(code, []).get(code)).push(i); });
    for (const [code, cells] of groups) outlines.set(code, dissolve(cells));
  };
  group(points.map((_, i) => (countyOf[i] ? '52' : null)));
  for (const of of [prefectureOf, countyOf, townshipOf, villageOf]) group(of);
  const places = new Map();
  for (const [code, polygons] of outlines) {
    let box = [Infinity, Infinity, -Infinity, -Infinity], largest = null, most = -1;
    for (const [ring] of polygons) {
      let area = 0, cx = 0, cy = 0;
      for (let i = 0; i + 1 < ring.length; i++) {
        const [x, y] = ring[i], [u, v] = ring[i + 1], cross = x * v - u * y;
        area += cross; cx += (x + u) * cross; cy += (y + v) * cross;
        box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
      }
      if (Math.abs(area) > most) { most = Math.abs(area); largest = [cx / (3 * area), cy / (3 * area)]; }
    }
    places.set(code, { polygons, point: largest, bounds: { west: box[0], south: box[1], east: box[2], north: box[3] } });
  }
  return places;
}
