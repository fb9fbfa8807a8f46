// The register of the mock: entries, suggestions, natural changes, exit tests, import and printed sheets, as
// far as the pages show them; the real rules are the service's. 合成数据.
import { readFileSync } from 'node:fs';
import { readTextproto } from './textproto.mjs';

const dayMs = 86_400_000;
const iso = (ms) => new Date(ms).toISOString();
const dayOf = (ms) => iso(ms + 8 * 3_600_000).slice(0, 10);
const problem = (status, reason, zh, en, field = '') => Object.assign(new Error(reason), { problem: { type: 'about:blank', title: `${zh} / ${en}`, status, code: '', requestId: 'mock', problems: [{ reason, field, messageZh: zh, messageEn: en }] } });
const rules = readTextproto(readFileSync(new URL('../../../../deploy/procedures/watch.textproto', import.meta.url), 'utf8'), ['rules', 'basis', 'from_statuses', 'purposes', 'conditions', 'classes']).rules;
const causes = { illness: '因病', disability: '因残', school: '因学', labour: '缺劳力', skill: '缺技术', land: '缺土地' };
const procedureOfRule = { 'may-exit': 'exit-2016', 'fell-back': 'return-2016', 'at-risk-after-exit': 'monitoring-2021' };
// A page that says nothing, but is a PDF.
const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n').toString('base64');
const sheet = (name) => ({ mediaType: 'application/pdf', fileName: `${name}.pdf`, content: pdf });
const joins = ['CHANGE_KIND_BIRTH', 'CHANGE_KIND_MARRIAGE_IN', 'CHANGE_KIND_MOVE_IN'], leaves = ['CHANGE_KIND_DEATH', 'CHANGE_KIND_MARRIAGE_OUT', 'CHANGE_KIND_MOVE_OUT'];

export function makeRegister({ divisions, households, byName, within, pathOf, cases }) {
  const entries = new Map(), suggestions = new Map(), changes = new Map(), tests = new Map(), asked = new Map();
  const sizes = new Map(households.map((one) => [one.name, one.size]));
  const statusOf = (code) => cases.statuses.find((one) => one.code === code);
  const statusNames = (code) => ({ status: code, statusZh: statusOf(code)?.nameZh ?? '', statusEn: statusOf(code)?.nameEn ?? '' });
  const names = (code) => [...pathOf(code).map((up) => up.name), divisions.get(code).name];
  const inside = (outer, code) => outer === code || pathOf(code).some((up) => up.code === outer);
  const known = (code) => { if (!divisions.has(code)) throw problem(404, 'DIVISION_UNKNOWN', '没有这个区划', 'there is no such division'); return code; };
  const scope = (who, code) => { known(code); if (who.role === 'officer' && !inside(who.division, code)) throw problem(403, 'DIVISION_NOT_YOURS', '该区划不在您负责的范围内', 'this division is not one of yours'); };
  const paged = (list, query) => { const from = Number(query.get('pageToken') || 0), many = Number(query.get('pageSize') || 50); return [list.slice(from, from + many), from + many < list.length ? String(from + many) : '']; };
  const change = (status, time, more = {}) => ({ ...statusNames(status), time: iso(time), case: '', procedure: '', procedureZh: '', procedureEn: '', change: '', inheritedFrom: '', imported: false, ...more });

  function populate() {
    households.forEach((one, i) => {
      if (i % 4 !== 0 && !within(one, '520525')) return;
      const poor = one.score.povertyClass === 'POVERTY_CLASS_POOR', index = one.score.indexCentipoints;
      if (!poor && i % 3) return;
      const cause = Object.keys(causes)[i % 6];
      const entry = {
        household: one.name, cardNumber: `${one.village.code}${String(4000 + i)}`, division: one.village.code, headNameMasked: `${one.surname}**`, povertyClass: 'POVERTY_CLASS_POOR', indexCentipoints: Math.min(5980, index || 5200),
        mainCause: cause, otherCauses: i % 5 ? [] : ['school'], surveyed: true, closed: false, parents: [], children: [], imports: [],
        changes: [change('registered', Date.parse(`${2014 + i % 4}-06-01T04:00:00Z`), { imported: true })],
      };
      entry.imports = [{ importer: 'accounts/officer', importTime: iso(Date.now() - 200 * dayMs), fileHash: 'ab'.repeat(32), line: String(i + 2) }];
      if (i % 3 !== 1) entry.changes.push(change('exited', Date.parse(`${2018 + i % 3}-12-31T04:00:00Z`), { imported: true }));
      else entry.changes.push(change('assisted', Date.parse('2026-02-11T04:00:00Z'), { procedure: 'registration-2014', procedureZh: '贫困户识别(两公示一公告)', procedureEn: 'identification (two notices, one announcement)' }));
      entries.set(one.name, entry);
    });
    const village = [...divisions.values()].find((one) => one.level === 'village' && one.code.startsWith('520525'));
    entries.set('households/unsurveyed-1', {
      household: 'households/unsurveyed-1', cardNumber: `${village.code}0001`, division: village.code, headNameMasked: '赵*', povertyClass: 'POVERTY_CLASS_UNSPECIFIED', mainCause: '', otherCauses: [], surveyed: false, closed: false, parents: [], children: [],
      personCount: 4, imports: [{ importer: 'accounts/officer', importTime: iso(Date.now() - 100 * dayMs), fileHash: 'cd'.repeat(32), line: '7' }], changes: [change('registered', Date.parse('2015-06-01T04:00:00Z'), { imported: true })],
    });
    let count = 0;
    for (const entry of entries.values()) {
      const one = byName.get(entry.household), status = entry.changes.at(-1).status, poor = one?.score.povertyClass === 'POVERTY_CLASS_POOR';
      if (!one || count > 40) continue;
      const rule = rules.find((each) => each.id === (status === 'exited' ? poor ? 'fell-back' : 'at-risk-after-exit' : !poor ? 'may-exit' : ''));
      if (!rule || (rule.id === 'at-risk-after-exit' && one.score.povertyClass !== 'POVERTY_CLASS_POSSIBLY_POOR')) continue;
      const name = `suggestions/${one.id}.${++count}`;
      suggestions.set(name, { name, household: one.name, rule, created: Date.now() - (3 + count) * dayMs, state: 'STATE_OPEN', case: '', settler: '', reason: '', etag: '1' });
    }
  }

  const showEntry = (entry, whole = true) => {
    const status = entry.changes.at(-1);
    return {
      ...entry, otherCausesZh: entry.otherCauses.map((code) => causes[code]), mainCauseZh: causes[entry.mainCause] ?? '', status: status.status, statusZh: status.statusZh, statusEn: status.statusEn, divisionNames: names(entry.division), personCount: byName.get(entry.household)?.size ?? entry.personCount,
      ...(whole ? {} : { parents: [], children: [] }),
    };
  };
  const entryOf = (name, who) => { const entry = entries.get(name); if (!entry || (who.role === 'officer' && !inside(who.division, entry.division))) throw problem(404, 'REGISTRATION_NOT_FOUND', '该户不在册,或不在您的辖区内', 'this household is not in the register, or lies outside your division'); return entry; };
  const householdOf = (name) => { const one = byName.get(name); if (!one) throw problem(404, 'HOUSEHOLD_NOT_FOUND', '没有这一户', 'there is no such household'); return one; };
  const showSuggestion = (one) => {
    const household = byName.get(one.household), entry = entries.get(one.household), { rule } = one, score = household.score, id = procedureOfRule[rule.id], p = cases.newest(id);
    return {
      name: one.name, household: one.household, division: household.village.code, divisionNames: names(household.village.code), headNameMasked: `${household.surname}**`, rule: rule.id, kind: rule.kind, nameZh: rule.nameZh, nameEn: rule.nameEn, textZh: rule.textZh, textEn: rule.textEn,
      state: one.state, createTime: iso(one.created), procedure: p?.id ?? '', procedureZh: p?.nameZh ?? '', procedureEn: p?.nameEn ?? '', case: one.case, openCase: one.case, settler: one.settler, settlerLevel: one.settler ? 'township' : '', ...(one.settled ? { settleTime: iso(one.settled) } : {}), reason: one.reason, etag: one.etag,
      facts: {
        ...statusNames(entry?.changes.at(-1).status ?? ''), povertyClass: score.povertyClass, indexCentipoints: score.indexCentipoints, scoreTime: score.scoreTime, scoreVersion: score.version, openSeriousFindingCount: 0, openWarningFindingCount: household.findings.length,
        ...(rule.id === 'may-exit' ? { stableMonths: 6 } : { referenceClass: 'POVERTY_CLASS_STABLE', referenceIndexCentipoints: 8430, referenceTime: iso(Date.now() - 150 * dayMs), stableMonths: 0 }),
      },
    };
  };
  const suggestionOf = (name, who) => { const one = suggestions.get(name); if (!one || (who.role === 'officer' && !inside(who.division, byName.get(one.household).village.code))) throw problem(404, 'SUGGESTION_NOT_FOUND', '没有该线索,或不在您的辖区内', 'there is no such suggestion, or it lies outside your division'); return one; };
  const settle = (name, who, body, more) => {
    const one = suggestionOf(name, who);
    if (one.state !== 'STATE_OPEN') throw problem(400, 'SUGGESTION_SETTLED', '该线索已立案、已排除或已失效,请刷新', 'the suggestion was taken up, dismissed or has lapsed; read it again');
    if (body.etag && body.etag !== one.etag) throw problem(409, 'SUGGESTION_MOVED', '该线索依据的情况已变化,请刷新后再定', 'the facts behind the suggestion changed meanwhile; read it again and decide again');
    Object.assign(one, { settler: who.name, settled: Date.now(), etag: '2', ...more(one) });
    return showSuggestion(one);
  };

  // ---- natural changes ----
  const versionOf = (name) => String((changes.get(name) ?? []).length + 2);
  function record(name, body, who) {
    if (asked.has(body.requestId)) return asked.get(body.requestId);
    const one = householdOf(name);
    scope(who, one.village.code);
    if (body.etag && body.etag !== versionOf(name)) throw problem(409, 'HOUSEHOLD_MOVED', '该户已被他人更新,请刷新后再办', 'somebody else changed the household meanwhile; read it again and decide again', 'etag');
    if (!body.evidence) throw problem(400, 'CHANGE_EVIDENCE', '请选择证明材料种类', 'choose the kind of evidence', 'evidence');
    if (body.date > dayOf(Date.now())) throw problem(400, 'CHANGE_DATE_FUTURE', '变更日期不能晚于今天', 'the day lies in the future', 'date');
    if (joins.includes(body.kind) && !body.fromHousehold && !body.member?.name) throw problem(400, 'MEMBER_NAME_MISSING', '缺少成员姓名', 'the member\'s name is missing', 'member.name');
    if (body.kind === 'CHANGE_KIND_HEAD' && body.relations.filter((each) => each.relation === '02').length !== 1) throw problem(400, 'HEAD_NOT_ONE', '户主须恰有一人(关系代码 02 或 01 以外不得为户主)', 'there must be exactly one head of household (relation code 02)', 'relations');
    one.size += joins.includes(body.kind) ? 1 : leaves.includes(body.kind) ? -1 : body.kind === 'CHANGE_KIND_SPLIT' ? -body.split.memberIndexes.length : 0;
    const list = changes.get(name) ?? changes.set(name, []).get(name), version = list.length + 3;
    const closed = one.size === 0 || body.kind === 'CHANGE_KIND_RELOCATION' && Boolean(body.destination);
    const made = {
      name: `${name}/changes/${version}`, household: name, kind: body.kind, date: body.date, evidence: body.evidence, reason: body.reason, destination: body.destination ?? '', recorder: who.name, recorderLevel: 'township', recordTime: iso(Date.now()),
      versionBefore: String(version - 1), versionAfter: String(version), personsMasked: [body.member?.name ? `${body.member.name[0]}**` : `${one.surname}**`], parents: body.otherHousehold ? [`${body.otherHousehold}/versions/1`] : [],
      children: body.kind === 'CHANGE_KIND_SPLIT' ? [`${name}x/versions/1`] : [], divisionBefore: one.village.code, divisionAfter: one.village.code, closed, status: '', statusFrom: '', etag: String(version),
    };
    list.push(made);
    asked.set(body.requestId, made);
    return made;
  }

  // ---- exit tests ----
  const frames = { EXIT_FRAME_EXITED: true, EXIT_FRAME_NOT_REGISTERED: false };
  function wilson(hits, all) {
    if (!all) return [0, 1e6];
    const z = 1.96, p = hits / all, centre = (p + z * z / (2 * all)) / (1 + z * z / all), half = z * Math.sqrt(p * (1 - p) / all + z * z / (4 * all * all)) / (1 + z * z / all);
    return [Math.max(0, centre - half), Math.min(1, centre + half)].map((one) => Math.round(1e6 * one));
  }
  function create(body, who) {
    if (asked.has(body.requestId)) return asked.get(body.requestId);
    scope(who, body.division);
    if (divisions.get(body.division).level !== 'county') throw problem(400, 'EXIT_TEST_COUNTY', '退出评估以县为单位,请填写县级区划', 'give a county', 'division');
    if (!(body.ruralPopulation > 0) || !body.populationSource) throw problem(400, 'EXIT_TEST_POPULATION', '请填写农业户籍人口数及其来源', 'give the rural population and where that number is from', 'rural_population');
    const mine = households.filter((one) => within(one, body.division)), status = (one) => entries.get(one.name)?.changes.at(-1).status;
    const name = `exitTests/${body.division}-t${tests.size + 1}`, townshipOf = (one) => pathOf(one.village.code).find((up) => up.level === 'township');
    const drawn = Object.entries(frames).flatMap(([frame, exited]) => mine.filter((one) => exited ? status(one) === 'exited' : !status(one)).slice(0, (exited ? body.exitedSize : body.notRegisteredSize) || 36).map((one) => ({ frame, one })));
    const test = {
      name, division: body.division, ruralPopulation: String(body.ruralPopulation), populationSource: body.populationSource, seed: body.seed || '7f3a90c1d2', seedChosen: Boolean(body.seed), created: Date.now(), creator: who.name,
      sample: drawn.map(({ frame, one }, i) => ({ name: `${name}/sample/${i + 1}`, household: one.name, division: townshipOf(one).code, frame, personCount: one.size, headNameMasked: `${one.surname}**`, divisionNames: names(one.village.code), visits: [], etag: '0' })),
    };
    tests.set(name, test);
    asked.set(body.requestId, test);
    return test;
  }
  function showTest(test) {
    const visited = test.sample.map((one) => ({ one, last: one.visits.at(-1) })), of = (frame, outcome) => visited.filter(({ one, last }) => one.frame === frame && last?.outcome === outcome).length;
    const wrong = of('EXIT_FRAME_EXITED', 'EXIT_VISIT_OUTCOME_WRONG'), right = of('EXIT_FRAME_EXITED', 'EXIT_VISIT_OUTCOME_RIGHT'), missed = of('EXIT_FRAME_NOT_REGISTERED', 'EXIT_VISIT_OUTCOME_WRONG'), fine = of('EXIT_FRAME_NOT_REGISTERED', 'EXIT_VISIT_OUTCOME_RIGHT');
    const content = visited.filter(({ last }) => last?.approval === 'APPROVAL_CONTENT').length, discontent = visited.filter(({ last }) => last?.approval === 'APPROVAL_NOT_CONTENT').length;
    const rate = (kind, hits, all, threshold, atLeast, estimated = false) => {
      const value = all ? Math.round(1e6 * hits / all) : 0, [low, high] = wilson(hits, all);
      const found = kind !== 'EXIT_RATE_INCIDENCE' || estimated;
      return { rate: kind, estimated, numerator: String(hits), denominator: String(all), rateMicro: value, hasInterval: found && all > 0, lowMicro: low, highMicro: high, thresholdPermille: threshold, thresholdCertainty: 'CERTAINTY_SECONDARY', verdict: !all ? 'EXIT_VERDICT_UNSPECIFIED' : (atLeast ? value >= threshold * 1000 : value < threshold * 1000) ? 'EXIT_VERDICT_MET' : 'EXIT_VERDICT_NOT_MET' };
    };
    const population = Number(test.ruralPopulation), done = wrong + right + missed + fine, notReached = of('EXIT_FRAME_EXITED', 'EXIT_VISIT_OUTCOME_NOT_REACHED') + of('EXIT_FRAME_NOT_REGISTERED', 'EXIT_VISIT_OUTCOME_NOT_REACHED'), pending = test.sample.length - done - notReached;
    const rates = [rate('EXIT_RATE_INCIDENCE', 1830 + 4 * (wrong + missed), population, 30, false), rate('EXIT_RATE_INCIDENCE', 1830 + 160 * (wrong + missed), done ? population : 0, 30, false, true), rate('EXIT_RATE_WRONG_EXIT', wrong, wrong + right, 20, false), rate('EXIT_RATE_MISSED', missed, missed + fine, 20, false), rate('EXIT_RATE_APPROVAL', content, content + discontent, 900, true)];
    const strata = [...new Set(test.sample.map((one) => one.division))].map((code) => { const here = test.sample.filter((one) => one.division === code), many = (frame) => here.filter((one) => one.frame === frame).length; return { division: code, nameZh: divisions.get(code).name, exitedCount: String(9 * many('EXIT_FRAME_EXITED')), exitedPersonCount: '0', exitedSample: many('EXIT_FRAME_EXITED'), notRegisteredCount: String(21 * many('EXIT_FRAME_NOT_REGISTERED')), notRegisteredPersonCount: '0', notRegisteredSample: many('EXIT_FRAME_NOT_REGISTERED'), frameHash: 'ef'.repeat(16) }; });
    return {
      name: test.name, division: test.division, divisionNames: names(test.division), standard: 'county-exit-west', standardZh: '贫困县退出(西部)', standardEn: 'exit of a county, western provinces', basis: [], seed: test.seed, seedChosen: test.seedChosen,
      sizeZh: '按公式:预期比例 2%,误差 1%,95% 置信度,有限总体修正', sizeEn: 'by formula: expected rate 2 %, margin 1 %, 95 % confidence, corrected for the finite frame', ruralPopulation: test.ruralPopulation, populationSource: test.populationSource, remainingHouseholdCount: '512', remainingPersonCount: '1830',
      strata, rates, sampledCount: test.sample.length, visitedCount: done, notReachedCount: notReached, pendingCount: pending, verdict: pending ? 'EXIT_VERDICT_UNSPECIFIED' : rates.some((one) => one.verdict === 'EXIT_VERDICT_NOT_MET') ? 'EXIT_VERDICT_NOT_MET' : 'EXIT_VERDICT_MET', creator: test.creator, createTime: iso(test.created),
    };
  }
  const testOf = (name, who) => { const one = tests.get(name); if (!one || !inside(who.division, one.division)) throw problem(404, 'EXIT_TEST_NOT_FOUND', '没有该评估或样本,或不在您的辖区内', 'there is no such test or sample, or it lies outside your division'); return one; };
  const countyUp = (who) => { if (!['county', 'prefecture', 'province'].includes(divisions.get(who.division)?.level)) throw problem(403, 'EXIT_TEST_LEVEL', '退出评估由县级及以上工作人员办理', 'tests of an exit are for officers of counties and above'); };

  // ---- import ----
  function take(line, dryRun) {
    const problems = [], wrong = (reason, field, messageZh, messageEn) => problems.push({ reason, field, messageZh, messageEn });
    if (!line.cardNumber) wrong('LINE_CARD_NUMBER', 'card_number', '请填写建档立卡编号,最长 64 个字节', 'give the card number, at most 64 bytes');
    if (!divisions.has(line.division)) wrong('DIVISION_UNKNOWN', 'division', '没有该代码的区划,请核对区划代码', 'there is no division of that code; check it');
    if (!/^\d{17}[\dX]$/.test(line.headCitizenNumber)) wrong('CITIZEN_NUMBER_LENGTH', 'head_citizen_number', '公民身份号码应为 18 位', 'a citizen number has 18 characters');
    for (const one of line.statuses ?? []) if (!cases.statuses.some((each) => each.nameZh === one.status || each.code === one.status)) wrong('LINE_STATUS_UNKNOWN', 'statuses', '没有这种状态,请使用状态代码或其中文名称', 'there is no such status; use its code or its Chinese name');
    if (problems.length) return { line: String(line.line), fate: 'LINE_FATE_REFUSED', household: '', problems };
    const household = `households/import-${line.cardNumber}`, there = entries.has(household);
    if (!there && !dryRun) entries.set(household, {
      household, cardNumber: line.cardNumber, division: line.division, headNameMasked: `${line.headName[0]}**`, povertyClass: 'POVERTY_CLASS_UNSPECIFIED', mainCause: '', otherCauses: [], surveyed: false, closed: false, parents: [], children: [], personCount: line.personCount, imports: [],
      changes: line.statuses.map((one) => change(cases.statuses.find((each) => each.nameZh === one.status || each.code === one.status).code, Date.parse(one.date), { imported: true })),
    });
    return { line: String(line.line), fate: there ? 'LINE_FATE_UNCHANGED' : 'LINE_FATE_ENTERED_UNSURVEYED', household, problems: [] };
  }

  const both = ['officer', 'operator'], officer = ['officer'];
  const seen = (code, who) => { scope(who, code); return [...entries.values()].filter((one) => inside(code, one.division)); };
  const routes = [
    ['GET', /^\/v1\/divisions\/([^/]+)\/registrations$/, both, ([code], query, _, who) => { const [some, nextPageToken] = paged(seen(code, who).filter((one) => !query.get('status') || one.changes.at(-1).status === query.get('status')), query); return { registrations: some.map((one) => showEntry(one, false)), nextPageToken }; }],
    ['GET', /^\/v1\/divisions\/([^/]+)\/registrations:export$/, both, ([code], query, _, who) => {
      const [some, nextPageToken] = paged(seen(code, who), query);
      return { lines: some.map((one) => ({ cardNumber: one.cardNumber, division: one.division, divisionNames: names(one.division).join('/'), headName: one.headNameMasked, headCitizenNumber: '5224**********031*', personCount: showEntry(one).personCount, statuses: one.changes.map((each) => ({ date: dayOf(Date.parse(each.time)), status: each.statusZh })), mainCause: causes[one.mainCause] ?? '', otherCauses: [], household: one.household, surveyed: one.surveyed, imported: true, povertyClass: '', index: '', line: '0', archived: one.closed })), nextPageToken };
    }],
    ['POST', /^\/v1\/registrations:import$/, 'operator', (_, __, body) => {
      if (!/^[0-9a-f]{64}$/.test(body.fileHash)) throw problem(400, 'IMPORT_FILE_HASH', '缺少文件的 SHA-256(64 位十六进制)', 'the file\'s SHA-256 is missing (64 hex digits)');
      if (body.lines.length > 500) throw problem(400, 'IMPORT_TOO_MANY_ROWS', '一次最多导入 500 行', 'at most 500 rows at once');
      return { results: body.lines.map((line) => take(line, body.dryRun)) };
    }],
    ['GET', /^\/v1\/(households\/[^/:]+)\/registration$/, both, ([name], _, __, who) => showEntry(entryOf(name, who))],
    ['GET', /^\/v1\/(households\/[^/:]+)\/registrationForm:render$/, both, ([name]) => sheet(`registration-${name.split('/')[1]}`)],
    ['GET', /^\/v1\/notices\/([^/:]+):render$/, null, ([id]) => sheet(`notice-${id}`)],
    ['GET', /^\/v1\/divisions\/([^/]+)\/notices:render$/, officer, ([code]) => sheet(`notice-${code}`)],
    ['GET', /^\/v1\/divisions\/([^/]+)\/suggestions$/, both, ([code], query, _, who) => { scope(who, code); const [some, nextPageToken] = paged([...suggestions.values()].filter((one) => one.state === 'STATE_OPEN' && within(byName.get(one.household), code) && (!query.get('kind') || one.rule.kind === query.get('kind'))).sort((a, b) => a.created - b.created), query); return { suggestions: some.map(showSuggestion), nextPageToken }; }],
    ['GET', /^\/v1\/(households\/[^/:]+)\/suggestions$/, both, ([name]) => ({ suggestions: [...suggestions.values()].filter((one) => one.household === name).map(showSuggestion) })],
    ['GET', /^\/v1\/(suggestions\/[^/:]+)$/, both, ([name], _, __, who) => showSuggestion(suggestionOf(name, who))],
    ['POST', /^\/v1\/(suggestions\/[^/:]+):takeUp$/, officer, ([name], _, body, who) => settle(name, who, body, (one) => {
      const household = byName.get(one.household), made = cases.open({ procedure: procedureOfRule[one.rule.id], household: household.name, division: household.village.code, head: `${household.surname}**`, reason: one.rule.textZh, channel: 'CHANNEL_UNSPECIFIED', who });
      return { state: 'STATE_TAKEN_UP', case: `cases/${made.id}` };
    })],
    ['POST', /^\/v1\/(suggestions\/[^/:]+):dismiss$/, officer, ([name], _, body, who) => settle(name, who, body, () => ({ state: 'STATE_DISMISSED', reason: body.reason }))],
    ['GET', /^\/v1\/(households\/[^/:]+)\/changes$/, both, ([name]) => ({ changes: changes.get(householdOf(name).name) ?? [] })],
    ['POST', /^\/v1\/(households\/[^/:]+)\/changes$/, officer, ([name], _, body, who) => record(name, body, who)],
    ['GET', /^\/v1\/divisions\/([^/]+)\/exitTests$/, officer, ([code], _, __, who) => { countyUp(who); scope(who, code); return { tests: [...tests.values()].filter((one) => inside(code, one.division)).reverse().map((one) => ({ ...showTest(one), strata: [] })) }; }],
    ['POST', /^\/v1\/exitTests$/, officer, (_, __, body, who) => { countyUp(who); return showTest(create(body, who)); }],
    ['GET', /^\/v1\/(exitTests\/[^/]+)$/, officer, ([name], _, __, who) => showTest(testOf(name, who))],
    ['GET', /^\/v1\/(exitTests\/[^/]+)\/sample$/, officer, ([name], query, _, who) => { const [sample, nextPageToken] = paged(testOf(name, who).sample.filter((one) => (!query.get('frame') || one.frame === query.get('frame')) && (query.get('pending') !== 'true' || !one.visits.length)), query); return { sample, nextPageToken }; }],
    ['POST', /^\/v1\/((exitTests\/[^/]+)\/sample\/[^/:]+):visit$/, officer, ([name, test], _, body, who) => {
      const one = testOf(test, who).sample.find((each) => each.name === name);
      if (body.etag && body.etag !== one.etag) throw problem(409, 'EXIT_TEST_MOVED', '该样本户已被他人登记,请刷新后再填', 'somebody else entered a visit meanwhile; read it again');
      if (body.outcome !== 'EXIT_VISIT_OUTCOME_RIGHT' && !body.note) throw problem(400, 'EXIT_TEST_NOTE', '结果不属实或未能入户的,请用文字说明,最长 1000 个字节', 'say in words, at most 1000 bytes, why it is wrong or was not reached', 'note');
      one.visits.push({ outcome: body.outcome, approval: body.approval, visitDate: body.visitDate, note: body.note, visitor: who.name, visitorLevel: 'county', recordTime: iso(Date.now()) });
      one.etag = String(one.visits.length);
      return one;
    }],
  ];
  const reset = () => { for (const all of [entries, suggestions, changes, tests, asked]) all.clear(); for (const [name, size] of sizes) byName.get(name).size = size; populate(); };
  return { routes, reset, versionOf };
}
