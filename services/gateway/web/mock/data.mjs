// Made-up figures for development, the same at every start. 合成数据.
import { readFileSync } from 'node:fs';
import { makeCases } from './cases.mjs';
import { loadDivisions, makeOutlines } from './geo.mjs';
import { makeRegister } from './register.mjs';

const reference = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8'));
const divisions = loadDivisions();
const outlines = makeOutlines(divisions);
const levels = ['province', 'prefecture', 'county', 'township', 'village'];
const zooms = { province: [0, 4], prefecture: [5, 6], county: [7, 8], township: [9, 10], village: [11, 14] };
const root = '52';
const dayMs = 86_400_000;
const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
const firstDate = new Date(Date.parse(`${today()}T00:00:00Z`) - 119 * dayMs).toISOString().slice(0, 10);

let state = 7;
const rnd = () => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 4294967296; };
const hash = (text) => { let h = 2166136261; for (const c of text) h = Math.imul(h ^ c.charCodeAt(0), 16777619) >>> 0; return h / 4294967296; };
const pick = (list) => list[Math.floor(rnd() * list.length)];

// ---- counts by place ----
const ids = new Map([...divisions.keys()].map((code, i) => [code, i + 1]));
const depth = { 5201: 0.35, 5202: 0.95, 5203: 0.6, 5204: 0.9, 5205: 1.25, 5206: 1.0, 5223: 1.05, 5226: 1.15, 5227: 0.95 };
// As deploy/contracts/guizhou/code_lists.textproto has them, pad.cause.
export const causes = [['illness', '因病', 'illness'], ['disability', '因残', 'disability'], ['school', '因学', 'schooling'], ['disaster', '因灾', 'disaster'], ['land', '缺土地', 'lack of land'], ['water', '缺水', 'lack of water'], ['skill', '缺技术', 'lack of skill'], ['labour', '缺劳力', 'lack of labour'], ['capital', '缺资金', 'lack of capital'], ['traffic', '交通条件落后', 'poor transport'], ['motivation', '自身发展动力不足', 'lack of motivation'], ['other', '其他', 'other']]
  .map(([code, name_zh, name_en]) => ({ code, name_zh, name_en }));
const causeKeys = causes.map((one) => one.code);
const keys = ['households', 'persons', 'poor', 'possibly', 'stable', 'unscorable', 'poor_persons', 'findings', 'indexSum', 'registered', 'exited', 'monitored', 'returned', ...causeKeys];
const causeWeights = [30, 9, 14, 4, 6, 3, 12, 11, 5, 2, 2, 1];
// Who is on the register, and why: a few have no cause.
function registered(cell, code) {
  const list = { registered: Math.round(cell.poor * 0.8), exited: Math.round(cell.stable * 0.12), monitored: Math.round(cell.possibly * 0.1), returned: Math.round(cell.poor * 0.06) };
  let left = list.registered + list.monitored;
  const all = left;
  causeKeys.forEach((cause, i) => {
    const many = Math.min(left, Math.round(all * causeWeights[i] / 100 * (0.4 + 1.2 * hash(`${cause}${code.slice(0, 6)}`))));
    list[cause] = many;
    left -= many;
  });
  return list;
}
const cells = new Map();
for (const one of divisions.values()) cells.set(one.code, Object.fromEntries(keys.map((key) => [key, 0])));
for (const one of divisions.values()) {
  if (one.parts.length) continue;
  const base = depth[one.code.slice(0, 4)] ?? 1;
  const rate = Math.min(0.5, 0.11 * base * (0.35 + 0.7 * hash(one.code.slice(0, 6)) + 0.9 * hash(one.code) ** 2));
  const households = one.level === 'village' ? 30 + Math.floor(60 * hash(`h${one.code}`)) : 180 + Math.floor(900 * hash(`h${one.code}`));
  const unscorable = Math.floor(households * 0.008 * hash(`u${one.code}`));
  const poor = Math.round(households * rate);
  const possibly = Math.round(households * Math.min(0.45, rate * 1.5 + 0.08));
  const stable = households - poor - possibly - unscorable;
  const cell = cells.get(one.code);
  Object.assign(cell, {
    households, poor, possibly, stable, unscorable, persons: Math.round(households * 3.7), poor_persons: Math.round(poor * 3.6),
    findings: Math.round(households * 0.06), indexSum: poor * 5100 + possibly * 7050 + stable * 8720,
  });
  Object.assign(cell, registered(cell, one.code));
  for (let up = divisions.get(one.parent); up; up = divisions.get(up.parent)) for (const key of keys) cells.get(up.code)[key] += cell[key];
}
const changed = new Map();

// Some live in a township and in none of its villages.
const restOf = [...divisions.values()].find((one) => one.level === 'township' && one.code.startsWith('520525') && one.parts.length).code;
const rest = { ...Object.fromEntries(keys.map((key) => [key, 0])), households: 14, persons: 50, poor: 5, possibly: 4, stable: 5, poor_persons: 18, indexSum: 5 * 5100 + 4 * 7050 + 5 * 8720, registered: 4, illness: 3, school: 1 };
for (let up = divisions.get(restOf); up; up = divisions.get(up.parent)) for (const key of keys) cells.get(up.code)[key] += rest[key];
const withRates = (counts) => {
  const scored = counts.households - counts.unscorable;
  return { ...counts, with_cause: counts.registered + counts.monitored, incidence: counts.persons ? Math.round(1000 * counts.poor_persons / counts.persons) : 0, index: scored ? Math.round(counts.indexSum / scored) : 0 };
};
// What a place counts in none of its parts.
export const restAt = (code) => withRates(code === restOf ? rest : Object.fromEntries(keys.map((key) => [key, 0])));

// What stood in a place at the end of a day: poorer in the past.
export function countsAt(code, date) {
  const now = { ...cells.get(code) };
  const ago = date ? Math.max(0, (Date.parse(`${today()}T00:00:00Z`) - Date.parse(`${date}T00:00:00Z`)) / dayMs) : 0;
  if (ago > 0) {
    const more = Math.min(now.stable, Math.round(now.poor * (ago / 240) * (0.6 + 0.8 * hash(`t${code.slice(0, 6)}`)) * (1 + 0.05 * Math.sin(ago / 5))));
    const back = Math.round(now.exited * Math.min(1, ago / 200));
    now.registered += back; now.exited -= back; now.illness += Math.round(back / 2); now.land += back - Math.round(back / 2);
    now.poor += more; now.stable -= more; now.poor_persons += Math.round(more * 3.6); now.indexSum -= more * 3600;
  }
  now.poor_persons = Math.min(now.poor_persons, now.persons);
  return withRates(now);
}

// One household moves from one class to the next, somewhere; returns the cells that changed.
export function jump() {
  const leaves = [...divisions.values()].filter((one) => !one.parts.length && outlines.has(one.code));
  const one = leaves[Math.floor(Math.random() * leaves.length)];
  const step = Math.random() < 0.7 ? -1 : 1;
  const by = Math.max(1, Math.round(cells.get(one.code).households * 0.03)) * step;
  const out = [];
  for (let up = one; up; up = divisions.get(up.parent)) {
    const cell = cells.get(up.code);
    cell.poor = Math.max(0, cell.poor + by); cell.stable = Math.max(0, cell.stable - by);
    cell.poor_persons = Math.max(0, cell.poor_persons + Math.round(by * 3.6)); cell.indexSum -= by * 3600;
    changed.set(up.code, new Date().toISOString());
    out.push(liveCell(up.code));
  }
  return out;
}
const liveCell = (code) => {
  const { households, persons, poor, possibly, stable, unscorable, poor_persons, incidence, index } = countsAt(code);
  return { id: ids.get(code), households, persons, poor, possibly, stable, unscorable, poor_persons, incidence, index };
};
export const placesForTiles = () => [...outlines].map(([code, shape]) => ({ id: ids.get(code), ...divisions.get(code), ...shape }));
export { zooms };

const text = (value) => String(value);
const total = (code) => {
  const one = divisions.get(code), c = countsAt(code);
  return {
    division: code, nameZh: one.name, level: one.level, householdCount: text(c.households), personCount: text(c.persons),
    poorCount: text(c.poor), possiblyPoorCount: text(c.possibly), stableCount: text(c.stable), notScorableCount: text(c.unscorable),
    poorPersonCount: text(c.poor_persons), openFindingCount: text(c.findings),
  };
};
const counts = (code, date) => {
  const c = countsAt(code, date);
  return {
    householdCount: text(c.households), personCount: text(c.persons), poorHouseholdCount: text(c.poor), possiblyPoorHouseholdCount: text(c.possibly),
    stableHouseholdCount: text(c.stable), notScorableHouseholdCount: text(c.unscorable), poorPersonCount: text(c.poor_persons),
    incidencePermille: c.incidence, meanIndexCentipoints: c.index,
    registeredHouseholdCount: text(c.registered), exitedHouseholdCount: text(c.exited), monitoredHouseholdCount: text(c.monitored), returnedHouseholdCount: text(c.returned),
    causes: [...causes.filter((one) => c[one.code]).map((one) => ({ code: one.code, nameZh: one.name_zh, nameEn: one.name_en, householdCount: text(c[one.code]), otherHouseholdCount: text(Math.round(c[one.code] * 0.4)) })),
      { code: '', nameZh: '未填写', nameEn: 'not stated', householdCount: text(c.with_cause - causeKeys.reduce((sum, key) => sum + c[key], 0)), otherHouseholdCount: '0' }].filter((one) => one.householdCount !== '0'),
  };
};
const cellOf = (code, date, withCounts = true) => {
  const one = divisions.get(code);
  return {
    division: code, nameZh: one.name, level: one.level, ...(withCounts ? { counts: counts(code, date) } : {}),
    updateTime: changed.get(code) ?? new Date(Date.now() - 3_600_000 * (1 + 20 * hash(code))).toISOString(), bounds: outlines.get(code)?.bounds,
  };
};
const pathOf = (code) => { const up = []; for (let one = divisions.get(divisions.get(code).parent); one; one = divisions.get(one.parent)) up.unshift(one); return up; };

// ---- households of one county ----
const county = '520525';
const villages = [...divisions.values()].filter((one) => one.level === 'village' && one.code.startsWith(county));
const surnames = '王李张刘陈杨黄赵周吴徐孙马朱胡郭何罗高林'.split('');
const classOf = (index) => index < 6000 ? 'POVERTY_CLASS_POOR' : index <= 8000 ? 'POVERTY_CLASS_POSSIBLY_POOR' : 'POVERTY_CLASS_STABLE';
const iso = (daysAgo) => new Date(Date.now() - daysAgo * dayMs).toISOString();
const households = [];
for (let i = 0; i < 640; i++) {
  const village = villages[(i * 37) % villages.length];
  const scorable = rnd() > 0.02;
  const index = Math.min(9850, Math.max(2200, Math.round(7600 + 2100 * (rnd() + rnd() + rnd() - 1.5))));
  const spread = Math.round(150 + 700 * rnd());
  const size = 1 + Math.floor(rnd() * 6);
  const id = (0x9e3779b1 * (i + 1) >>> 0).toString(16).padStart(8, '0') + (0x85ebca6b * (i + 7) >>> 0).toString(16).padStart(8, '0');
  const name = `households/${id}`;
  const low = Math.max(0, index - spread), high = Math.min(10000, index + Math.round(spread * 0.8));
  const surname = pick(surnames);
  const score = {
    catalog: 'guizhou-example', catalogVersion: 1, indexCentipoints: scorable ? index : 0,
    povertyClass: scorable ? classOf(index) : 'POVERTY_CLASS_NOT_SCORABLE', lowCentipoints: low, highCentipoints: high,
    completenessPermille: scorable ? 1000 - Math.round(spread / 3) : 380, classCertain: classOf(low) === classOf(high),
    inputHash: id.repeat(4), scoreTime: iso(rnd() * 12), version: text(3 + i % 4), automaticCount: 88 + i % 30, manualCount: 71 - i % 20, absentCount: 14 + i % 9,
  };
  const findings = reference.rules.filter(() => rnd() < 0.055).map((rule, j) => {
    const field = Math.round(40 + 160 * rnd());
    return {
      name: `${name}/findings/${rule.code.toLowerCase()}-${j}`, rule: rule.code, ruleNameZh: rule.zh, ruleNameEn: rule.en, kind: rule.kind, severity: rule.severity,
      memberIndex: rule.scope === 'SCOPE_MEMBER' ? 0 : -1,
      fieldValue: rule.kind === 'FINDING_KIND_DISAGREEMENT' ? text(field) : '', departmentValue: rule.kind === 'FINDING_KIND_DISAGREEMENT' ? (field * (0.4 + 0.3 * rnd())).toFixed(1) : text(1 + Math.floor(rnd() * 2)),
      fieldSources: ['H001'], departmentSources: [`datasets/hud.housing_safety/records/${id.slice(0, 12)}`],
      state: 'FINDING_STATE_OPEN', resolution: 'RESOLUTION_UNSPECIFIED', resolver: '', note: '', findTime: iso(1 + rnd() * 20), adviceZh: rule.adviceZh, adviceEn: rule.adviceEn, unitZh: rule.unit,
    };
  });
  households.push({ name, id, village, score, size, surname, findings });
}
const byName = new Map(households.map((one) => [one.name, one]));
const summary = (one) => ({
  name: one.name, division: one.village.code, divisionNames: [...pathOf(one.village.code).map((up) => up.name), one.village.name], headNameMasked: `${one.surname}**`, memberCount: one.size, score: one.score,
  openFindingCount: one.findings.filter((finding) => finding.state === 'FINDING_STATE_OPEN').length,
});
const within = (one, division) => division === one.village.code || pathOf(one.village.code).some((up) => up.code === division);

function household(one) {
  state = Math.floor(hash(one.id) * 4294967296);
  const relations = ['02', '10', '20', '30', '51', '41'];
  const village = one.village;
  const asked = reference.questions.filter((question) => question.scope === 'SCOPE_HOUSEHOLD');
  const answer = (question) => {
    const r = rnd();
    if (r < 0.06) return { question: question.code, absent: pick(['ABSENCE_NOT_ASKED', 'ABSENCE_REFUSED', 'ABSENCE_NOT_APPLICABLE']) };
    if (question.type === 'TYPE_BOOLEAN') return { question: question.code, yes: r > 0.5 };
    if (question.type === 'TYPE_CHOICE') return { question: question.code, choice: pick(question.choices).code };
    if (question.type === 'TYPE_YEAR') return { question: question.code, number: text(1985 + Math.floor(35 * r)) };
    if (question.type === 'TYPE_DATE') return { question: question.code, text: '2019-05-01' };
    if (question.type === 'TYPE_TEXT') return { question: question.code, text: '—' };
    return { question: question.code, number: text(Math.round(question.type === 'TYPE_MONEY_YUAN' ? 9000 * r : 12 * r)) };
  };
  const facts = reference.datasets.filter((_, i) => i % 3 === 0).map((dataset, i) => ({
    dataset: dataset.id, record: `datasets/${dataset.id}/records/${one.id.slice(0, 10)}${i}`, sourceVersion: text(20260100 + i), businessTime: iso(5 + 90 * rnd()),
    memberIndex: i % 3 === 0 ? -1 : i % one.size, automatic: i % 4 !== 1,
    fields: Object.fromEntries(dataset.fields.filter((field) => field.name !== 'citizen_number').slice(0, 4)
      .map((field) => [field.name, field.name.endsWith('_fen') ? text(Math.round(rnd() * 900000)) : field.type === 'double' || field.type.startsWith('int') ? text(Math.round(rnd() * 120)) : field.type === 'bool' ? 'true' : pick(['A', 'C', '2019', '10'])])),
  }));
  return {
    name: one.name, division: village.code, divisionNames: [...pathOf(village.code).map((up) => up.name), village.name], surveyVersion: register.versionOf(one.name),
    members: Array.from({ length: one.size }, (_, i) => ({
      name: `${i === 1 ? pick(surnames) : one.surname}**`, maskedCitizenNumber: `5224**********${text(1000 + Math.floor(rnd() * 8999)).slice(0, 3)}*`, relation: relations[i] ?? '97', sex: text(1 + (i + (rnd() > 0.8 ? 1 : 0)) % 2),
      birthDate: `${i > 1 && i < 4 ? 2006 + i : 1958 + Math.floor(rnd() * 25)}-0${1 + i}-1${i}`, answers: [], householdCount: i === 2 && rnd() > 0.7 ? 2 : 1,
    })),
    answers: asked.map(answer), facts, findings: one.findings, score: one.score,
    provenance: { collector: 'GZ-ny-0317', enterer: 'GZ-ny-0317', device: 'tablet-112', method: 'COLLECTION_METHOD_MANUAL', collectTime: iso(31), receiveTime: iso(31), principal: '' },
  };
}

function explain(one) {
  state = Math.floor(hash(`e${one.id}`) * 4294967296);
  const all = reference.indicators, weightOf = (code) => reference.dimensions.find((dimension) => dimension.zh === code).weight;
  const sums = new Map();
  for (const indicator of all) sums.set(indicator.dim, (sums.get(indicator.dim) ?? 0) + indicator.weight);
  const lostAll = 10000 - one.score.indexCentipoints;
  const rows = all.map((indicator) => {
    const units = Math.round(100 * weightOf(indicator.dim) * indicator.weight / sums.get(indicator.dim));
    const absent = rnd() < 0.09, automatic = indicator.datasets.length > 0 && rnd() > 0.25;
    return { indicator, units, absent, automatic, raw: absent ? 0 : units * rnd() ** 4 };
  });
  const sum = rows.reduce((s, row) => s + row.raw, 0);
  const contributions = rows.map(({ indicator, units, absent, automatic, raw }) => {
    const lost = Math.min(units / 1000, raw / sum * lostAll / 100);
    return {
      indicator: indicator.code, nameZh: indicator.zh, nameEn: indicator.en, dimensionZh: indicator.dim, dimensionEn: indicator.dim, unitZh: indicator.unit, value: absent ? '' : `${Math.round(rnd() * 90)}`,
      absence: absent ? pick(['ABSENCE_NOT_ASKED', 'ABSENCE_NO_RECORD', 'ABSENCE_NOT_APPLICABLE']) : 'ABSENCE_UNSPECIFIED',
      scoreCentipoints: Math.round(10000 * (1 - Math.min(1, lost * 1000 / (units || 1)))), weightUnits: units, pointsLostMicro: Math.round(lost * 1e6), automatic,
      evidence: automatic ? [`datasets/${indicator.datasets[0]}/records/${one.id.slice(0, 12)}`] : indicator.questions.slice(0, 2),
    };
  }).sort((a, b) => b.pointsLostMicro - a.pointsLostMicro);
  return { household: one.name, score: one.score, contributions, labelZh: '示例指标包, 非官方', labelEn: 'example pack, not official' };
}

const scores = (one) => Array.from({ length: Number(one.score.version) }, (_, i) => {
  const index = Math.max(1000, one.score.indexCentipoints - i * Math.round(260 + 220 * Math.sin(i + one.size)));
  return { ...one.score, indexCentipoints: index, povertyClass: classOf(index), lowCentipoints: Math.max(0, index - 420 - 60 * i), highCentipoints: Math.min(10000, index + 350 + 60 * i), version: text(Number(one.score.version) - i), scoreTime: iso(2 + 34 * i) };
});

const fill = (automatic, manual, absent) => ({ automaticCount: text(automatic), manualCount: text(manual), absentCount: text(absent), automaticPermille: automatic + manual ? Math.round(1000 * automatic / (automatic + manual)) : 0 });
const datasetStats = reference.datasets.map((dataset, i) => {
  const person = reference.participants[dataset.participant] ?? { zh: dataset.participant, en: dataset.participant };
  const all = Math.round(4000 + 900_000 * hash(dataset.id) ** 2), silent = i === 17;
  return {
    dataset: dataset.id, participant: dataset.participant, nameZh: dataset.zh, nameEn: dataset.en, participantNameZh: person.zh, participantNameEn: person.en,
    acceptedNewCount: text(silent ? 0 : all), acceptedChangeCount: text(silent ? 0 : Math.round(all * 0.11)), unchangedCount: text(silent ? 0 : Math.round(all * 0.23)), rejectedCount: text(silent ? 0 : Math.round(all * 0.004 * hash(`r${dataset.id}`))),
    automaticCount: text(silent ? 0 : Math.round(all * (0.6 + 0.4 * hash(`a${dataset.id}`)))), manualCount: text(silent ? 0 : Math.round(all * 0.4 * (1 - hash(`a${dataset.id}`)))),
    ...(silent ? {} : { newestBusinessTime: iso(0.2 + 40 * hash(`b${dataset.id}`) ** 3), newestReceiveTime: iso(0.01 + 30 * hash(`n${dataset.id}`) ** 5) }),
  };
});

const problem = (status, reason, zh, en) => Object.assign(new Error(reason), { problem: { type: 'about:blank', title: `${zh} / ${en}`, status, code: '', requestId: 'mock', problems: [{ reason, field: '', messageZh: zh, messageEn: en }] } });
const missing = () => problem(404, 'DIVISION_UNKNOWN', '没有这个区划', 'there is no such division');
const known = (code) => { if (!divisions.has(code)) throw missing(); return divisions.get(code); };
const householdOf = (name) => { const one = byName.get(name); if (!one) throw problem(404, 'HOUSEHOLD_NOT_FOUND', '没有这个住户', 'there is no such household'); return one; };
const page = (list, query, size) => {
  const from = Number(query.get('pageToken') || 0), many = Number(query.get('pageSize') || size);
  return [list.slice(from, from + many), from + many < list.length ? text(from + many) : ''];
};

// ---- the published map: small places withheld, villages in bands, the rest rounded ----
const editionDates = [40, 10].map((ago) => new Date(Date.now() - ago * dayMs).toISOString().slice(0, 10));
const edition = (date) => ({ date, periodFrom: editionDates[0], countsCount: 900, bandCount: 800, withheldCount: 40, smallCount: 10, roundTo: 5, bandEdgePermille: [100, 300] });
const rounded = (value) => 5 * Math.round(value / 5);
export function publishedAt(code, date) {
  const c = countsAt(code, date || editionDates.at(-1)), level = divisions.get(code).level;
  const band = c.incidence < 100 ? 1 : c.incidence < 300 ? 2 : 3;
  if (hash(`w${code}`) < 0.06 && level !== 'province') return { shown: 0 };
  if (level === 'village') return { shown: 1, band };
  const [households, persons, poor, possibly, stable, poor_persons] = [c.households, c.persons, c.poor, c.possibly, c.stable, c.poor_persons].map(rounded);
  return { shown: 2, band, households, persons, poor, possibly, stable, poor_persons, incidence: Math.round(1000 * poor_persons / Math.max(1, persons)) };
}
function publishedCauses(code, level) {
  if (level === 'village' || (code !== root && hash(`p${code}`) < 0.2)) return { causesShown: false, causes: [] };
  const all = counts(code, editionDates.at(-1)).causes.map((one) => ({ ...one, householdCount: text(rounded(Number(one.householdCount))), otherHouseholdCount: '0' }));
  return { causesShown: true, causes: all.filter((one) => one.householdCount !== '0') };
}
function publishedCell(code, date) {
  const one = divisions.get(code), p = publishedAt(code, date);
  return {
    division: code, nameZh: one.name, level: one.level, shown: ['SHOWN_NOTHING', 'SHOWN_BAND', 'SHOWN_COUNTS'][p.shown], band: p.band ?? 0, bounds: outlines.get(code)?.bounds,
    ...(p.shown === 2 ? { counts: { householdCount: text(p.households), personCount: text(p.persons), poorHouseholdCount: text(p.poor), possiblyPoorHouseholdCount: text(p.possibly), stableHouseholdCount: text(p.stable), poorPersonCount: text(p.poor_persons), incidencePermille: p.incidence, ...publishedCauses(code, one.level) } } : {}),
  };
}

const made = makeCases({ divisions, households, byName, within, pathOf });
export const officers = made.people;
const register = makeRegister({ divisions, households, byName, within, pathOf, cases: made });
export const resetCases = () => { made.reset(); register.reset(); };

// [method, pattern, role or roles or null, answer]
export const routes = [
  ...made.routes,
  ...register.routes,
  ['GET', /^\/v1\/system$/, null, () => ({
    services: [{ name: 'exchange', nameZh: '数据交换', nameEn: 'Exchange', ready: true }, { name: 'identification', nameZh: '精准识别', nameEn: 'Identification', ready: true }, { name: 'gis', nameZh: '扶贫地图', nameEn: 'Map', ready: true }],
    noticeZh: '演示环境:人口、住户和部门记录均为合成数据;行政区划为真实数据,自然村为合成。',
    noticeEn: 'Demonstration: people, households and records are synthetic; divisions are real, natural villages synthetic.',
  })],
  ['GET', /^\/v1\/identification\/overview$/, 'operator', () => {
    const c = cells.get(root);
    return {
      catalog: 'guizhou-example', catalogVersion: 1, labelZh: '示例指标包, 非官方', labelEn: 'example pack, not official', householdCount: text(c.households), personCount: text(c.persons),
      rules: reference.rules.map((rule) => ({ rule: rule.code, nameZh: rule.zh, nameEn: rule.en, kind: rule.kind, openCount: text(households.flatMap((one) => one.findings).filter((f) => f.rule === rule.code && f.state === 'FINDING_STATE_OPEN').length * 113), resolvedCount: text(Math.round(900 * hash(rule.code))), clearedCount: text(Math.round(400 * hash(`c${rule.code}`))) })),
      automaticCount: text(Math.round(c.households * 104)), manualCount: text(Math.round(c.households * 61)), absentCount: text(c.households * 19), pendingCount: '0', refused: [], parkedEventCount: '0', rootDivision: root,
    };
  }],
  ['GET', /^\/v1\/divisions\/([^/]+)\/findings:count$/, 'operator', ([code]) => {
    const all = households.filter((one) => within(one, known(code).code)).flatMap((one) => one.findings);
    const of = (rule, state) => text(all.filter((one) => one.rule === rule.code && one.state === `FINDING_STATE_${state}`).length);
    return { division: code, rules: reference.rules.map((rule) => ({ rule: rule.code, nameZh: rule.zh, nameEn: rule.en, kind: rule.kind, openCount: of(rule, 'OPEN'), resolvedCount: of(rule, 'RESOLVED'), clearedCount: of(rule, 'CLEARED') })) };
  }],
  ['GET', /^\/v1\/divisions\/([^/]+)\/totals$/, 'operator', ([code]) => ({ total: total(known(code).code), parts: divisions.get(code).parts.map((one) => total(one.code)) })],
  ['GET', /^\/v1\/divisions\/([^/]+)\/automation$/, 'operator', ([code]) => {
    const part = (one) => { const c = cells.get(one.code), share = 0.45 + 0.4 * hash(`f${one.code}`); return { division: one.code, nameZh: one.name, level: one.level, householdCount: text(c.households), values: fill(Math.round(c.households * 165 * share), Math.round(c.households * 165 * (1 - share)), c.households * 19) }; };
    const c = cells.get(known(code).code).households;
    return {
      ...part(divisions.get(code)), parts: divisions.get(code).parts.map(part),
      indicators: reference.indicators.map((one) => { const share = one.datasets.length ? 0.35 + 0.6 * hash(one.code) : 0; return { indicator: one.code, nameZh: one.zh, nameEn: one.en, values: fill(Math.round(c * share), Math.round(c * (0.93 - 0.93 * share)), Math.round(c * 0.07)) }; }),
      datasets: reference.datasets.map((one) => ({ dataset: one.id, nameZh: one.zh, nameEn: one.en, participant: one.participant, valueCount: text(Math.round(c * 4 * hash(one.id))), coveredHouseholdCount: text(Math.round(c * hash(`v${one.id}`))), coveragePermille: Math.round(1000 * hash(`v${one.id}`)), meanAge: `${Math.round(86400 * (1 + 200 * hash(`m${one.id}`)))}s` })),
    };
  }],
  ['GET', /^\/v1\/exchange\/statistics$/, null, () => ({ datasets: datasetStats })],
  ['GET', /^\/v1\/datasets$/, null, () => ({ datasets: reference.datasets.map((one) => ({ dataset: one.id, nameZh: one.zh, nameEn: one.en, participant: one.participant, version: 1, freshnessHours: one.hours, fields: one.fields.map((field) => ({ name: field.name, type: field.type, labelZh: field.zh, labelEn: field.en, required: field.required, unit: field.unit, codeList: field.codeList })) })), refused: [] })],
  ['GET', /^\/v1\/datasets\/([^/]+)\/rejections$/, 'operator', ([dataset]) => ({
    rejections: dataset.startsWith('health') ? [] : Array.from({ length: 7 }, (_, i) => ({ name: `datasets/${dataset}/rejections/r${i}`, streamId: `night-${i}`, batchNumber: text(12 + i), index: 31 * i, problems: [{ reason: 'CITIZEN_NUMBER_CHECK_DIGIT', field: 'citizen_number', messageZh: '公民身份号码校验位不符,请核对原始证件', messageEn: 'the check digit of the citizen number is wrong; compare with the paper' }], receiveTime: iso(1 + i) })), nextPageToken: '',
  })],
  ['GET', /^\/v1\/(datasets\/[^/]+\/records\/[^/]+)$/, 'operator', ([name]) => {
    const dataset = reference.datasets.find((one) => one.id === name.split('/')[1]);
    if (!dataset) throw problem(404, 'RECORD_NOT_FOUND', '没有这条记录', 'there is no such record');
    return { name, dataset: dataset.id, sourceVersion: '20260112', businessTime: iso(40), receiveTime: iso(39.9), participant: dataset.participant, system: `${dataset.participant}-core`, collector: '系统', enterer: '', method: 'COLLECTION_METHOD_AUTOMATIC', streamId: 'night-20261016', batchNumber: '41', index: 207, principal: `spiffe://guizhou/department/${dataset.participant}`, fields: Object.fromEntries(dataset.fields.map((field) => [field.name, field.name === 'citizen_number' ? '5224**********031*' : field.name.endsWith('_fen') ? '348000' : field.type === 'double' ? '96.5' : 'A'])) };
  }],
  ['GET', /^\/v1\/form$/, null, () => ({ catalog: 'guizhou-example', version: 1, labelZh: '示例指标包, 非官方', labelEn: 'example pack, not official', questions: reference.questions })],
  ['GET', /^\/v1\/divisions\/([^/]+)\/households$/, 'operator', ([code], query) => {
    known(code);
    const list = households.filter((one) => within(one, code) && (!query.get('povertyClass') || one.score.povertyClass === query.get('povertyClass')) && (!query.get('findingRule') || one.findings.some((f) => f.rule === query.get('findingRule') && f.state === 'FINDING_STATE_OPEN')));
    const [some, nextPageToken] = page(list, query, 50);
    return { households: some.map(summary), nextPageToken };
  }],
  ['GET', /^\/v1\/divisions\/([^/]+)\/findings$/, 'operator', ([code], query) => {
    known(code);
    const wanted = query.get('state') || 'FINDING_STATE_OPEN';
    const list = households.filter((one) => within(one, code)).flatMap((one) => one.findings).filter((f) => f.state === wanted && (!query.get('rule') || f.rule === query.get('rule')));
    const [findings, nextPageToken] = page(list, query, 50);
    return { findings, nextPageToken };
  }],
  ['GET', /^\/v1\/(households\/[^/:]+):explain$/, 'operator', ([name]) => explain(householdOf(name))],
  ['GET', /^\/v1\/(households\/[^/]+)\/scores$/, 'operator', ([name]) => ({ scores: scores(householdOf(name)) })],
  ['GET', /^\/v1\/(households\/[^/:]+)$/, 'operator', ([name]) => household(householdOf(name))],
  ['POST', /^\/v1\/(households\/[^/]+)(\/findings\/[^/:]+):resolve$/, 'operator', ([name, tail], _, body) => {
    const found = householdOf(name).findings.find((one) => one.name === name + tail);
    if (!found) throw problem(404, 'FINDING_NOT_FOUND', '没有这条疑点', 'there is no such finding');
    if (!body.resolver) throw problem(400, 'RESOLVER_MISSING', '须写明处理人工号', 'the staff number of who settles it is missing');
    return Object.assign(found, { state: 'FINDING_STATE_RESOLVED', resolution: body.resolution, resolver: body.resolver, note: body.note ?? '', resolveTime: new Date().toISOString() });
  }],
  ['GET', /^\/v1\/map$/, null, () => ({
    levels: levels.map((level) => ({ level, nameZh: { province: '省', prefecture: '市州', county: '县', township: '乡镇', village: '村' }[level], nameEn: level, minZoom: zooms[level][0], maxZoom: zooms[level][1] })),
    bounds: outlines.get(root).bounds, outlineSourceZh: '轮廓为合成数据,不代表真实行政边界', outlineSourceEn: 'outlines are synthetic, not the real boundaries', firstDate,
  })],
  ['GET', /^\/v1\/map\/cells\/([^/:]+)\/days$/, 'operator', ([code], query) => {
    known(code);
    const end = Date.parse(`${query.get('to') || today()}T00:00:00Z`), start = Math.max(Date.parse(`${firstDate}T00:00:00Z`), query.get('from') ? Date.parse(`${query.get('from')}T00:00:00Z`) : end - 90 * dayMs);
    const days = [];
    for (let at = start; at <= end; at += dayMs) { const date = new Date(at).toISOString().slice(0, 10); if (at === start || at === end || hash(code + date) > 0.3) days.push({ date, counts: counts(code, date) }); }
    return { days };
  }],
  ['GET', /^\/v1\/map\/cells\/([^/:]+):rank$/, 'operator', ([code], query) => {
    known(code);
    const level = query.get('level') || (divisions.get(code).parts[0]?.level ?? '');
    const figure = query.get('figure') || 'FIGURE_INCIDENCE';
    const of = (one) => { const c = countsAt(one.code); return figure === 'FIGURE_POOR_HOUSEHOLDS' ? -c.poor : figure === 'FIGURE_POOR_PERSONS' ? -c.poor_persons : figure === 'FIGURE_LOWEST_INDEX' ? c.index : figure === 'FIGURE_REGISTERED_HOUSEHOLDS' ? -c.registered : figure === 'FIGURE_EXITED_HOUSEHOLDS' ? -c.exited : figure === 'FIGURE_RETURNED_HOUSEHOLDS' ? -c.returned : figure === 'FIGURE_CAUSE' ? -c[query.get('cause')] : -c.incidence; };
    const list = [...divisions.values()].filter((one) => one.level === level && (code === root || one.code.startsWith(code))).sort((a, b) => of(a) - of(b));
    return { cells: list.slice(0, Number(query.get('pageSize') || 20)).map((one) => cellOf(one.code)) };
  }],
  ['GET', /^\/v1\/map\/cells\/([^/:]+)$/, 'operator', ([code], query) => {
    known(code);
    const date = query.get('date') || '';
    return { cell: cellOf(code, date), path: pathOf(code).map((one) => cellOf(one.code, date, false)), parts: divisions.get(code).parts.filter((one) => outlines.has(one.code)).map((one) => cellOf(one.code, date)), date };
  }],
  ['GET', /^\/v1\/map\/places$/, null, (_, query) => {
    const wanted = query.get('query') ?? '';
    if (!wanted) throw problem(400, 'QUERY_EMPTY', '请输入地名', 'the query is empty');
    return { places: [...divisions.values()].filter((one) => one.name.includes(wanted) || one.code.startsWith(wanted)).sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level)).slice(0, Number(query.get('pageSize') || 10)).map((one) => ({ division: one.code, nameZh: one.name, level: one.level, pathZh: pathOf(one.code).map((up) => up.name), bounds: outlines.get(one.code)?.bounds })) };
  }],
  ['GET', /^\/v1\/map\/places:locate$/, null, () => ({ places: [{ division: root, nameZh: divisions.get(root).name, level: 'province' }] })],
  ['GET', /^\/v1\/map\/editions$/, null, () => ({ editions: [...editionDates].reverse().map(edition) })],
  ['GET', /^\/v1\/map\/published\/([^/:]+)$/, null, ([code], query) => {
    known(code);
    const date = query.get('edition') || editionDates.at(-1);
    return { cell: publishedCell(code, date), path: pathOf(code).map((one) => publishedCell(one.code, date)), parts: divisions.get(code).parts.filter((one) => outlines.has(one.code)).map((one) => publishedCell(one.code, date)), edition: edition(date) };
  }],
];
