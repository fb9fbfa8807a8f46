// Stands in for the gateway during development and in the browser tests: the same headers, made-up
// answers. Never part of what is served. node mock/server.mjs [port] [folder of the built app]
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import geojsonvt from 'geojson-vt';
import vtpbf from 'vt-pbf';
import { causes, countsAt, jump, officers, placesForTiles, publishedAt, resetCases, restAt, routes, zooms } from './data.mjs';

const csp = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
const people = {
  ...officers,
  officer: { password: 'synthetic', who: { name: 'officer', displayName: '李桂芳', role: 'operator', division: '52' } },
  health: { password: 'synthetic', who: { name: 'health', displayName: '卫生健康委 数据岗', role: 'department', division: '52' } },
};
const kinds = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png', '.json': 'application/json', '.webmanifest': 'application/manifest+json' };

// ---- tiles: outlines are cut once, figures put in when a tile is asked for ----
const places = placesForTiles();
const byId = new Map(places.map((place) => [place.id, place]));
const indexes = Object.fromEntries(Object.keys(zooms).map((level) => {
  const mine = places.filter((place) => place.level === level);
  const index = (features, options) => geojsonvt({ type: 'FeatureCollection', features }, { maxZoom: 14, indexMaxZoom: 4, indexMaxPoints: 0, extent: 4096, tolerance: 2, ...options });
  return [level, {
    area: index(mine.map((place) => ({ type: 'Feature', id: place.id, properties: {}, geometry: { type: 'MultiPolygon', coordinates: place.polygons } })), { buffer: 64 }),
    label: index(mine.map((place) => ({ type: 'Feature', id: place.id, properties: { name: place.name, code: place.code, level }, geometry: { type: 'Point', coordinates: place.point } })), { buffer: 0 }),
  }];
}));
// Ids of rests: those counted in a place with parts and in none of them (services/gis/server/rests.h).
const restsFrom = 100_000;
const pointsOf = Object.fromEntries(Object.keys(zooms).map((level, at) => [level, geojsonvt({ type: 'FeatureCollection', features: places
  .filter((place) => Object.keys(zooms).indexOf(place.level) < at && place.parts.length)
  .map((place) => ({ type: 'Feature', id: restsFrom + place.id, properties: {}, geometry: { type: 'Point', coordinates: place.point } })) }, { maxZoom: 14, indexMaxZoom: 4, indexMaxPoints: 0, extent: 4096, buffer: 0 })]));
const levelAt = (z) => Object.keys(zooms).find((one) => z >= zooms[one][0] && z <= zooms[one][1]);
const figures = {
  index: ['households', 'persons', 'poor', 'possibly', 'stable', 'unscorable', 'poor_persons', 'incidence', 'index'],
  register: ['households', 'registered', 'exited', 'monitored', 'returned'],
  causes: ['households', 'with_cause', ...causes.map((one) => one.code)],
};
const figuresOf = (id, date) => id >= restsFrom ? restAt(byId.get(id - restsFrom).code) : countsAt(byId.get(id).code, date);
const only = (counts, names) => Object.fromEntries(names.map((name) => [name, counts[name]]));
// As services/gis/server/state_block.h.
function stateBlock(z, x, y, date, set, withIds) {
  const level = levelAt(z), bytes = [2];
  const varint = (value) => { for (; value > 127; value = Math.floor(value / 128)) bytes.push(value % 128 + 128); bytes.push(value); };
  const ids = [...new Set([indexes[level].area, pointsOf[level]].flatMap((index) => index.getTile(z, x, y)?.features.map((one) => one.id) ?? []))].sort((a, b) => a - b);
  varint(ids.length);
  let hash = 2166136261;
  for (const id of ids) hash = Math.imul(hash ^ id, 16777619) >>> 0;
  for (let i = 0; i < 8; i++) bytes.push((hash >>> (8 * (i % 4))) & 255);
  varint(figures[set].length);
  if (withIds) ids.forEach((id, i) => varint(id - (ids[i - 1] ?? 0)));
  const rows = ids.map((id) => figuresOf(id, date));
  for (const name of figures[set]) for (const row of rows) varint(row[name] + 1);
  return Buffer.from(bytes);
}
function tile(z, x, y, date, published) {
  const level = levelAt(z);
  if (!level) return Buffer.alloc(0);
  const area = indexes[level].area.getTile(z, x, y), label = indexes[level].label.getTile(z, x, y);
  const layers = {};
  if (area) {
    layers.area = { ...area, features: area.features.map((feature) => {
      const place = byId.get(feature.id);
      if (published) return { ...feature, tags: { code: place.code, name: place.name, level, ...publishedAt(place.code, date) } };
      return { ...feature, tags: { code: place.code, name: place.name, level, ...only(countsAt(place.code, date), figures.index) } };
    }) };
  }
  if (label) layers.label = label;
  const points = published ? null : pointsOf[level].getTile(z, x, y);
  if (points) {
    layers.rest = { ...points, features: points.features.map((feature) => {
      const place = byId.get(feature.id - restsFrom);
      return { ...feature, tags: { code: place.code, name: place.name, level: place.level, ...only(restAt(place.code), figures.index) } };
    }) };
  }
  return Object.keys(layers).length ? Buffer.from(vtpbf.fromGeojsonVt(layers, { version: 2 })) : Buffer.alloc(0);
}

export function startMock({ port = 0, dist = fileURLToPath(new URL('../dist', import.meta.url)), everyMs = 2000, delayMs = 0 } = {}) {
  resetCases();
  const sessions = new Map();
  const listeners = new Set();
  const lastEventIds = [];
  let eventId = 0;
  const push = (cells) => { const text = `id: ${++eventId}\nevent: cells\ndata: ${JSON.stringify(cells)}\n\n`; for (const one of listeners) one.write(text); };
  let broken = '';
  const timer = everyMs ? setInterval(() => { if (listeners.size) push(Array.from({ length: 8 }, jump).flat()); }, everyMs) : null;

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://mock');
    const head = (status, type, more = {}) => response.writeHead(status, { ...(type ? { 'Content-Type': type } : {}), 'Content-Security-Policy': csp, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', ...more });
    const json = (status, value) => { head(status, status < 400 ? 'application/json' : 'application/problem+json', { 'Cache-Control': 'no-store' }); response.end(JSON.stringify(value)); };
    const refuse = (status, reason, zh, en) => json(status, { type: 'about:blank', title: `${zh} / ${en}`, status, code: '', requestId: 'mock', problems: [{ reason, field: '', messageZh: zh, messageEn: en }] });
    const cookie = /(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    const who = cookie ? sessions.get(cookie) : undefined;
    let body = '';
    for await (const piece of request) body += piece;
    if (delayMs) await new Promise((done) => setTimeout(done, delayMs));

    if (url.pathname === '/session') {
      if (request.method === 'GET') return who ? json(200, who) : refuse(401, 'SESSION_MISSING', '尚未登录', 'not signed in');
      if (request.method === 'DELETE') { sessions.delete(cookie); head(204, null, { 'Set-Cookie': 'session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict' }); return response.end(); }
      const { name, password } = JSON.parse(body || '{}');
      if (people[name]?.password !== password) return refuse(401, 'PASSWORD_WRONG', '用户名或密码不对', 'name or password is wrong');
      const id = `${Date.now()}${Math.random()}`;
      sessions.set(id, people[name].who);
      head(204, null, { 'Set-Cookie': `session=${id}; Path=/; HttpOnly; SameSite=Strict` });
      return response.end();
    }
    if (/^\/map\/(?!public\/)/.test(url.pathname) && !['operator', 'officer'].includes(who?.role)) return who ? refuse(403, 'MAP_NOT_YOURS', '该地图供业务人员使用', 'this map is for staff') : refuse(401, 'CERT_MISSING', '请先登录', 'sign in first');
    if (url.pathname === '/map/events') {
      head(200, 'text/event-stream', { 'Cache-Control': 'no-store' });
      response.write('retry: 1000\n\n');
      lastEventIds.push(request.headers['last-event-id'] ?? '');
      listeners.add(response);
      return request.socket.on('close', () => listeners.delete(response));
    }
    const description = /^\/map\/(public\/)?tiles\.json$/.exec(url.pathname);
    if (description) return json(200, { tilejson: '3.0.0', tiles: [`/map/${description[1] ?? ''}tiles/{z}/{x}/{y}.mvt`], minzoom: 0, maxzoom: 14, vector_layers: [{ id: 'area', fields: {} }, { id: 'label', fields: {} }], causes, ...(description[1] ? {} : { figures, rests_from: restsFrom }) });
    const state = /^\/map\/state\/(\d+)\/(\d+)\/(\d+)$/.exec(url.pathname);
    if (state) {
      head(200, 'application/octet-stream', { 'Cache-Control': 'no-cache' });
      return response.end(stateBlock(...state.slice(1).map(Number), url.searchParams.get('date') ?? '', url.searchParams.get('figures') ?? 'index', url.searchParams.has('ids')));
    }
    const wanted = /^\/map\/(public\/)?tiles\/(\d+)\/(\d+)\/(\d+)\.mvt$/.exec(url.pathname);
    if (wanted) {
      const bytes = tile(Number(wanted[2]), Number(wanted[3]), Number(wanted[4]), url.searchParams.get(wanted[1] ? 'edition' : 'date') ?? '', Boolean(wanted[1]));
      head(bytes.length ? 200 : 204, 'application/vnd.mapbox-vector-tile', { 'Cache-Control': 'no-cache' });
      return response.end(bytes);
    }
    if (broken && url.pathname.startsWith(broken)) return refuse(503, 'UPSTREAM_AWAY', '服务暂不可用,请稍后再试', 'the service is not available; try again later');
    if (url.pathname.startsWith('/v1/')) {
      for (const [method, pattern, role, answer] of routes) {
        const match = pattern.exec(decodeURIComponent(url.pathname));
        if (!match || method !== request.method) continue;
        if (role && !who) return refuse(401, 'SESSION_MISSING', '请先登录', 'sign in first');
        // Officers are answered where operators are, but for the exchange's own records.
        const roles = [role].flat();
        if (role && !roles.includes(who.role) && !(role === 'operator' && who.role === 'officer' && !/^\/v1\/(datasets|exchange)/.test(url.pathname))) return refuse(403, 'ROLE_NOT_ALLOWED', '无权限', 'not allowed');
        try {
          return json(200, answer(match.slice(1), url.searchParams, body ? JSON.parse(body) : {}, who));
        } catch (error) {
          if (!error.problem) console.error(error);
          return error.problem ? json(error.problem.status, error.problem) : refuse(500, 'INTERNAL', '内部错误', 'internal error');
        }
      }
      return refuse(404, 'ROUTE_UNKNOWN', '没有这个地址', 'there is no such address');
    }
    const file = join(dist, normalize(url.pathname === '/' ? '/index.html' : url.pathname));
    if (!file.startsWith(dist) || !existsSync(file) || !statSync(file).isFile()) return refuse(404, 'ROUTE_UNKNOWN', '没有这个地址', 'there is no such address');
    const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') && existsSync(`${file}.gz`);
    head(200, kinds[extname(file)] ?? 'application/octet-stream', { 'Cache-Control': url.pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache', ...(zipped ? { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' } : {}) });
    createReadStream(zipped ? `${file}.gz` : file).pipe(response);
  });
  return new Promise((ready) => server.listen(port, '127.0.0.1', () => ready({
    url: `http://127.0.0.1:${server.address().port}`, push,
    dropListeners: () => { for (const one of listeners) one.destroy(); listeners.clear(); },
    listeners: () => listeners.size, lastEventIds, forget: () => sessions.clear(), breakPath: (path) => { broken = path; },
    close: () => { clearInterval(timer); for (const one of listeners) one.destroy(); server.closeAllConnections?.(); return new Promise((done) => server.close(done)); },
  })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await startMock({ port: Number(process.argv[2] ?? 8787), dist: process.argv[3] ?? undefined });
  console.log(mock.url, 'officer / synthetic');
}
