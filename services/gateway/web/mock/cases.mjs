// Cases, notices and objections of the mock: a short engine over the procedures of deploy/procedures.
// It knows levels, conditions and periods as far as the pages show them; the real rules are the service's. 合成数据.
import { readFileSync, readdirSync } from 'node:fs';
import { readTextproto } from './textproto.mjs';

const dayMs = 86_400_000;
const folder = new URL('../../../../deploy/procedures/', import.meta.url);
const repeated = ['procedures', 'basis', 'from_statuses', 'granted_statuses', 'steps', 'actions', 'levels', 'other_than', 'conditions', 'statuses'];
const read = (name) => readTextproto(readFileSync(new URL(name, folder), 'utf8'), repeated);
const procedures = readdirSync(folder).filter((name) => name.endsWith('.procedure.textproto')).sort().flatMap((name) => read(name).procedures);
const statuses = read('statuses.textproto').statuses;
const iso = (ms) => new Date(ms).toISOString();
const dayOf = (ms) => iso(ms + 8 * 3_600_000).slice(0, 10);
const newest = (id) => procedures.filter((one) => one.id === id && one.validFrom <= dayOf(Date.now()) && (!one.validTo || one.validTo >= dayOf(Date.now()))).sort((a, b) => b.version - a.version)[0];
// The end of the last day of a period, in Asia/Shanghai.
const endOf = (from, period) => Date.parse(`${dayOf(from + period.days * dayMs)}T00:00:00+08:00`) + dayMs;
const levelZh = { village: '村级', township: '乡镇级', county: '县级' };

const problem = (status, reason, zh, en, field = '') => Object.assign(new Error(reason), { problem: { type: 'about:blank', title: `${zh} / ${en}`, status, code: '', requestId: 'mock', problems: [{ reason, field, messageZh: zh, messageEn: en }] } });
// The smallest JPEG worth looking at: grey, 16 by 16.
export const photo = '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAAQABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APf6K//Z';

export function makeCases({ divisions, households, byName, within, pathOf }) {
  const cases = new Map(), notices = new Map(), objections = new Map(), batches = new Map(), asked = new Map();
  let count = 0, seed = 11;
  const draw = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 4294967296;
  const procedureOf = (one) => procedures.find((p) => p.id === one.procedure && p.version === one.version);
  const stepOf = (one) => procedureOf(one).steps.find((step) => step.id === one.step);
  const inside = (outer, code) => outer === code || pathOf(code).some((up) => up.code === outer);
  const levelOf = (who) => who?.role === 'officer' ? divisions.get(who.division)?.level ?? '' : '';
  const openFindings = (one) => byName.get(one.household)?.findings.filter((f) => f.state === 'FINDING_STATE_OPEN') ?? [];
  const note = (one, kind, who, more = {}) => one.events.push({
    time: iso(more.at ?? Date.now()), kind, action: '', actionZh: '', actionEn: '', fromStep: '', fromStepZh: '', fromStepEn: '', toStep: '', toStepZh: '', toStepEn: '',
    actor: who?.name ?? 'applicant', actorRole: levelOf(who), reason: '', evidence: '', ...more, at: undefined,
  });
  function enter(one, step, at = Date.now()) {
    Object.assign(one, { step, entered: at, notice: null, meeting: null, evidence: [], revisited: false, openObjections: 0 });
    const now = stepOf(one);
    one.drawn = (now.actions ?? []).some((action) => action.conditions?.some((c) => c.revisit && draw() * 1000 < c.revisit.permille));
    one.due = now.due ? endOf(at, now.due) : 0;
    one.outcome = now.end?.outcome ?? 'OUTCOME_UNSPECIFIED';
  }
  function open({ procedure, household, division, head, reason, channel, at = Date.now(), who }) {
    const p = newest(procedure);
    const township = [...pathOf(division), divisions.get(division)].find((up) => up.level === 'township');
    const id = `${township.code}-${(1000 + ++count).toString(36)}m${Math.abs(Math.imul(count, 0x9e3779b1)).toString(36).slice(0, 8)}`;
    const one = { id, procedure, version: p.version, household: household ?? '', division, head, reason, channel, opened: at, events: [], status: '', form: null, code: String(10_000_000 + Math.abs(Math.imul(count, 0x85ebca6b)) % 89_999_999) };
    cases.set(id, one);
    enter(one, p.steps[0].id, at);
    note(one, 'OPENED', who, { at, reason: who ? reason : '', toStep: one.step, toStepZh: stepOf(one).nameZh, toStepEn: stepOf(one).nameEn });
    return one;
  }
  function refusal(one, action, who) {
    const p = procedureOf(one), step = stepOf(one);
    const forbid = (reason, zh, en) => ({ reason, zh: `《${p.nameZh}》“${step.nameZh}”的“${action.nameZh}”:${zh}`, en: `${p.nameEn}, ${step.nameEn}, ${action.nameEn}: ${en}` });
    if (!action.levels?.includes(levelOf(who))) return forbid('CASE_LEVEL_WRONG', `须由${(action.levels ?? []).map((level) => levelZh[level]).join('、')}人员办理`, `for officers of: ${(action.levels ?? []).join(', ')}`);
    for (const other of action.otherThan ?? []) if (one.events.some((event) => event.action === other && event.actor === who.name)) return forbid('CASE_SAME_PERSON', '您已办理本案的前一步,须由另一人办理此项', 'you did an earlier step of this case; somebody else must do this');
    if (action.afterPeriod) {
      if (!one.notice) return forbid('NOTICE_NOT_POSTED', '公示尚未张贴,请先张贴并登记照片和地点', 'the notice does not hang yet; post it, with photo and place, first');
      const end = notices.get(one.notice).end;
      if (end > Date.now()) return forbid('NOTICE_RUNNING', `公示期到 ${dayOf(end - 1)} 为止,不能提前结束`, `the notice stays until ${dayOf(end - 1)} and cannot end earlier`);
      if (one.openObjections) return forbid('OBJECTION_OPEN', `还有 ${one.openObjections} 条异议没有答复,请先核实并登记答复`, `${one.openObjections} objections are not answered; look into them and record the answers first`);
    }
    for (const c of action.conditions ?? []) {
      if (c.survey && !one.household) return forbid('SURVEY_MISSING', '尚未入户调查,请先完成并提交调查表', 'the household has not been surveyed; submit a survey first');
      if (c.comparison) {
        const many = openFindings(one).filter((f) => f.severity === 'SEVERITY_SERIOUS').length;
        if (many) return forbid('FINDINGS_OPEN', `还有 ${many} 条“严重”及以上线索待核,请先处理`, `${many} findings of severity serious or above are open; settle them first`);
      }
      if (c.meeting) {
        if (!one.meeting) return forbid('MEETING_MISSING', '尚未登记民主评议会,请登记到会和表决人数', 'no appraisal meeting is recorded; record attendance and votes');
        const { entitledCount, presentCount, inFavourCount } = one.meeting, quorum = Math.ceil(entitledCount * c.meeting.quorumPermille / 1000);
        if (presentCount < quorum) return forbid('QUORUM_MISSED', `到会 ${presentCount} 人,应到 ${entitledCount} 人中至少须到 ${quorum} 人,请重新召开`, `${presentCount} of ${entitledCount} came, ${quorum} are needed; meet again`);
        if (inFavourCount * 1000 < presentCount * c.meeting.approvePermille) return forbid('VOTES_MISSED', '同意人数不足', 'not enough were in favour');
      }
      if (c.evidence && !one.evidence.includes(c.evidence.kind)) return forbid('EVIDENCE_MISSING', `缺少材料:${c.evidence.nameZh},请上传`, `missing: ${c.evidence.nameEn}; attach it`);
      if (c.revisit && one.drawn && !one.revisited) return forbid('REVISIT_MISSING', '该户被抽中复查,请由非原调查人员再次入户并登记', 'this household was drawn for another visit; somebody other than who surveyed must go there and record it');
      if (c.stableIncome) return forbid('INCOME_NOT_STABLE', `评分记录不足 ${c.stableIncome.months} 个月`, `scores do not reach back ${c.stableIncome.months} months`);
      if (c.form && !one.form) return forbid('FORM_INCOMPLETE', '登记表还缺:主要致贫原因', 'the registration form lacks: main cause');
    }
    return null;
  }
  function act(one, id, who, { reason = '', status = '', at } = {}) {
    const step = stepOf(one), action = step.actions?.find((each) => each.id === id);
    if (!action) throw problem(400, 'CASE_ACTION_UNKNOWN', '本步骤不能办理此项', 'this step does not allow it');
    const why = who === null || at ? null : refusal(one, action, who);
    if (why) throw problem(why.reason === 'CASE_LEVEL_WRONG' ? 403 : 400, why.reason, why.zh, why.en);
    if (action.reasonRequired && !reason) throw problem(400, 'CASE_REASON_MISSING', '须填写理由', 'a reason is needed');
    const before = one.step;
    enter(one, action.to, at);
    const now = stepOf(one);
    if (now.end?.outcome === 'OUTCOME_GRANTED') {
      const possible = grantable(one);
      if (possible.length > 1 && !status) throw problem(400, 'STATUS_WRONG', '须选择登记状态', 'choose a status');
      one.status = status || possible[0];
    }
    if (now.end?.outcome === 'OUTCOME_REFUSED') one.refusedBecause = reason;
    note(one, 'ACTED', who ?? undefined, { at, action: id, actionZh: action.nameZh, actionEn: action.nameEn, fromStep: before, fromStepZh: step.nameZh, fromStepEn: step.nameEn, toStep: now.id, toStepZh: now.nameZh, toStepEn: now.nameEn, reason });
  }
  const grantable = (one) => (procedureOf(one).grantedStatuses ?? []).filter((code) => { const s = statuses.find((each) => each.code === code); return s && s.validFrom <= dayOf(Date.now()) && (!s.validTo || s.validTo >= dayOf(Date.now())); });
  const workers = (one) => { const step = stepOf(one); return [...(step.notice ? [step.notice.level] : []), ...(step.actions ?? []).filter((action) => procedureOf(one).steps.find((to) => to.id === action.to)?.end?.outcome !== 'OUTCOME_WITHDRAWN').flatMap((action) => action.levels ?? [])]; };
  const names = (code) => [...pathOf(code).map((up) => up.name), divisions.get(code).name];
  const scoreOf = (one) => byName.get(one.household)?.score;
  const classNumber = { POVERTY_CLASS_POOR: 1, POVERTY_CLASS_POSSIBLY_POOR: 2, POVERTY_CLASS_STABLE: 3, POVERTY_CLASS_NOT_SCORABLE: 4 };

  function post(list, { division, place, who, at = Date.now() }) {
    const first = list[0], step = stepOf(first), id = `${first.id.split('-')[0]}-n${(1000 + notices.size).toString(36)}k`;
    const notice = { id, division, procedure: first.procedure, version: first.version, step: first.step, place, posted: at, end: endOf(at, step.notice.period), cases: list.map((one) => one.id), down: '' };
    notices.set(id, notice);
    for (const one of list) { one.notice = id; note(one, 'POSTED', who, { at, evidence: `${place} notices/${id}`, fromStep: one.step, toStep: one.step }); }
    return notice;
  }
  const entriesOf = (list) => list.map((one, i) => ({ number: i + 1, headNameMasked: one.head, placeZh: divisions.get(one.division).name, personCount: byName.get(one.household)?.size ?? 0 }));
  const waitingFor = (division, procedure, step) => [...cases.values()].filter((one) => one.procedure === procedure && one.step === step && !one.notice && inside(division, one.division) && stepOf(one).notice);
  function showNotice(notice, withEntries) {
    const p = procedures.find((each) => each.id === notice.procedure && each.version === notice.version), step = p.steps.find((each) => each.id === notice.step);
    return {
      name: notice.id ? `notices/${notice.id}` : '', type: step.notice.type, division: notice.division, divisionNames: names(notice.division), titleZh: step.notice.titleZh, textZh: step.notice.textZh,
      procedureZh: p.nameZh, procedureEn: p.nameEn, stepZh: step.nameZh, stepEn: step.nameEn, ...(notice.posted ? { postTime: iso(notice.posted), endTime: iso(notice.end) } : {}), place: notice.place ?? '', photo: Boolean(notice.id),
      entries: withEntries ? entriesOf(notice.cases.map((id) => cases.get(id))) : [], takeDownReason: notice.down ?? '',
    };
  }
  function row(one) {
    const step = stepOf(one), p = procedureOf(one), score = scoreOf(one);
    return {
      name: `cases/${one.id}`, household: one.household, division: one.division, divisionNames: names(one.division), headNameMasked: one.head, procedure: one.procedure, procedureZh: p.nameZh, procedureEn: p.nameEn,
      step: one.step, stepZh: step.nameZh, stepEn: step.nameEn, openTime: iso(one.opened), ...(one.due && one.outcome === 'OUTCOME_UNSPECIFIED' ? { dueTime: iso(one.due) } : {}), overdue: Boolean(one.due) && one.due <= Date.now() && one.outcome === 'OUTCOME_UNSPECIFIED',
      indexCentipoints: score?.indexCentipoints ?? 0, povertyClass: classNumber[score?.povertyClass] ?? 0, openFindingCount: openFindings(one).length, needsPosting: Boolean(step.notice) && !one.notice,
      ...(one.notice ? { noticeEndTime: iso(notices.get(one.notice).end) } : {}), openObjectionCount: one.openObjections, revisitDrawn: Boolean(one.drawn && !one.revisited),
    };
  }
  function show(one, who) {
    const { overdue, ...base } = row(one), p = procedureOf(one), step = stepOf(one);
    return {
      ...base, channel: one.channel, reason: one.reason, procedureVersion: one.version, enterTime: iso(one.entered), ...(p.decideWithin ? { decideByTime: iso(endOf(one.opened, p.decideWithin)) } : {}),
      options: (step.actions ?? []).map((action) => {
        const why = refusal(one, action, who), to = p.steps.find((each) => each.id === action.to), grants = to.end?.outcome === 'OUTCOME_GRANTED';
        return { action: action.id, nameZh: action.nameZh, nameEn: action.nameEn, allowed: !why, refusals: why ? [{ reason: why.reason, field: '', messageZh: why.zh, messageEn: why.en }] : [], reasonRequired: Boolean(action.reasonRequired), to: action.to, grants, statuses: grants ? grantable(one) : [] };
      }),
      ...(one.notice ? { notice: { notice: `notices/${one.notice}`, postTime: iso(notices.get(one.notice).posted), endTime: iso(notices.get(one.notice).end) } } : {}),
      revisitDrawn: Boolean(one.drawn), revisitDone: one.revisited, ...(one.meeting ? { meeting: one.meeting } : {}), evidenceKinds: one.evidence, outcome: one.outcome, status: one.status, form: one.form ?? { mainCause: '', otherCauses: [], remarks: '' }, etag: String(one.events.length),
    };
  }
  const applicationOf = (one) => {
    const p = procedureOf(one), steps = [];
    for (const event of one.events) if (event.toStep && (event.kind === 'OPENED' || event.toStep !== event.fromStep)) steps.push({ nameZh: event.toStepZh, nameEn: event.toStepEn, enterTime: event.time });
    const end = stepOf(one).end;
    return {
      receipt: one.id, procedureZh: p.nameZh, procedureEn: p.nameEn, openTime: iso(one.opened), steps, ...(one.notice ? { noticeEndTime: iso(notices.get(one.notice).end) } : {}), reason: one.outcome === 'OUTCOME_REFUSED' ? one.refusedBecause ?? '' : '',
      ...(end?.appealWithin ? { appealUntilTime: iso(endOf(one.entered, end.appealWithin)) } : {}), mayWithdraw: (stepOf(one).actions ?? []).some((action) => action.byApplicant), ...(p.decideWithin ? { decideByTime: iso(endOf(one.opened, p.decideWithin)) } : {}), outcome: one.outcome,
    };
  };
  const find = (id, who) => { const one = cases.get(id); if (!one || (who?.role === 'officer' && !inside(who.division, one.division))) throw problem(404, 'CASE_NOT_FOUND', '没有该编号的办件,或不在您的辖区内', 'there is no such case, or it lies outside your division'); return one; };
  const findNotice = (id, hanging) => { const one = notices.get(id); if (!one || (hanging && (one.down || one.end <= Date.now()))) throw problem(404, 'NOTICE_NOT_FOUND', '没有该公示,或公示期已过', 'there is no such notice, or its period is over'); return one; };
  const byReceipt = (list, { receipt, code }) => { const one = list.get(receipt); if (!one || one.code !== code) throw problem(404, 'RECEIPT_UNKNOWN', '回执号或取件码不正确,请核对', 'receipt or code is not right; check both'); return one; };
  const known = (code) => { if (!divisions.has(code)) throw problem(404, 'DIVISION_UNKNOWN', '没有这个区划', 'there is no such division'); return code; };
  const showObjection = (one) => ({
    name: `objections/${one.id}`, notice: `notices/${one.notice}`, noticeTitleZh: showNotice(notices.get(one.notice), false).titleZh, entry: one.entry, cases: one.cases.map((id) => `cases/${id}`), text: one.text, anonymous: !one.name, createTime: iso(one.created),
    settled: one.settled > 0, substantiated: one.substantiated, answer: one.answer, ...(one.settled ? { settleTime: iso(one.settled) } : {}),
  });
  function object(notice, { entry = 0, text, name = '' }, at = Date.now()) {
    const id = `${notice.id.split('-')[0]}-o${(1000 + objections.size).toString(36)}v`;
    const one = { id, notice: notice.id, entry, text, name, created: at, settled: 0, substantiated: false, answer: '', code: String(20_000_000 + Math.abs(Math.imul(objections.size + 3, 0x9e3779b1)) % 79_999_999), cases: notice.cases.filter((_, i) => !entry || entry === i + 1) };
    objections.set(id, one);
    for (const each of one.cases.map((one_) => cases.get(one_))) { each.openObjections++; note(each, 'OBJECTED', { name: 'public' }, { at, evidence: `objections/${id}`, fromStep: each.step, toStep: each.step }); }
    return one;
  }

  // ---- some cases of one township in every step, for whoever opens the mock ----
  const home = divisions.get('520525'), township = home.parts.find((each) => each.level === 'township' && each.parts.length > 1);
  const village = township.parts[0];
  const people = {
    cun: { password: 'synthetic', who: { name: 'cun', displayName: '陈村干', role: 'officer', division: village.code } },
    xiang: { password: 'synthetic', who: { name: 'xiang', displayName: '吴乡干', role: 'officer', division: township.code } },
    xiang2: { password: 'synthetic', who: { name: 'xiang2', displayName: '梁乡干', role: 'officer', division: township.code } },
    xian2: { password: 'synthetic', who: { name: 'xian2', displayName: '龙县干', role: 'officer', division: home.code } },
    xian: { password: 'synthetic', who: { name: 'xian', displayName: '罗县干', role: 'officer', division: home.code } },
  };
  function populate() {
    const local = households.filter((one) => within(one, village.code)), rest = households.filter((one) => within(one, township.code) && !within(one, village.code));
    const now = Date.now();
    const take = (list) => { const one = list.shift() ?? households[count % households.length]; return { household: one.name, division: one.village.code, head: `${one.surname}**` }; };
    const walk = (one, actions, from) => actions.forEach((action, i) => act(one, action, byLevel(one, action), { at: from + (i + 1) * dayMs, reason: action.startsWith('refuse') ? '收入高于标准,住房安全(合成数据)' : '' }));
    const byLevel = (one, action) => ({ village: people.cun.who, township: people.xiang2.who, county: people.xian2.who })[stepOf(one).actions.find((each) => each.id === action).levels[0]];
    const officer = people.xiang.who;
    const made = (list, ago, procedure = 'registration-2014') => open({ procedure, ...take(list), reason: '走访发现家庭收入低(合成数据)', channel: 'CHANNEL_UNSPECIFIED', at: now - ago * dayMs, who: officer });
    open({ procedure: 'registration-2014', division: village.code, head: '周*', reason: '家中两人生病,收入低(合成数据)', channel: 'CHANNEL_WEB', at: now - 13 * dayMs });
    open({ procedure: 'registration-2014', division: village.code, head: '郭**', reason: '房屋漏雨(合成数据)', channel: 'CHANNEL_VILLAGE_OFFICE', at: now - 2 * dayMs });
    walk(made(local, 6), ['surveyed'], now - 6 * dayMs);
    for (let i = 0; i < 2; i++) walk(made(local, 12 - i * 3), ['surveyed', 'compare'], now - (12 - i * 3) * dayMs);
    for (let i = 0; i < 2; i++) walk(made(rest.length ? rest : local, 15), ['surveyed', 'compare', 'appraise'], now - 15 * dayMs);
    const hung = [made(local, 14), made(local, 14), made(local, 13)];
    hung.forEach((one) => walk(one, ['surveyed', 'compare', 'appraise'], now - 14 * dayMs));
    const sheet = post(hung, { division: village.code, place: '村委会公示栏', who: people.cun.who, at: now - 4 * dayMs });
    object(sheet, { entry: 2, text: '听说他家在县城有房,请核实(合成数据)' }, now - dayMs);
    const over = [made(local, 30), made(local, 30)];
    over.forEach((one) => walk(one, ['surveyed', 'compare', 'appraise'], now - 30 * dayMs));
    post(over, { division: village.code, place: '村委会公示栏', who: people.cun.who, at: now - 9 * dayMs });
    for (let i = 0; i < 5; i++) walk(made(rest.length ? rest : local, 22), ['surveyed', 'compare', 'appraise', 'first_notice_over'], now - (13 + i) * dayMs);
    for (let i = 0; i < 3; i++) walk(made(rest.length ? rest : local, 30), ['surveyed', 'compare', 'appraise', 'first_notice_over', 'review', 'second_notice_over'], now - 12 * dayMs);
    for (let i = 0; i < 4; i++) walk(made(rest.length ? rest : local, 40), ['surveyed', 'compare', 'appraise', 'first_notice_over', 'review', 'second_notice_over', 'propose'], now - 10 * dayMs);
    walk(made(local, 44), ['surveyed', 'compare', 'appraise', 'first_notice_over', 'review', 'second_notice_over', 'propose', 'approve', 'announcement_over'], now - 20 * dayMs);
    walk(made(local, 44), ['surveyed', 'refuse_compared'], now - 8 * dayMs);
    made(local, 3, 'exit-2016');
    // The form step is the village's: what is typed there is missing yet.
    for (const one of cases.values()) if (one.step === 'second_notice' && !one.notice) one.due = now + dayMs;
  }
  populate();

  const both = ['officer', 'operator'], officerOnly = ['officer'];
  const scope = (who, code) => { known(code); if (who?.role === 'officer' && !inside(who.division, code)) throw problem(403, 'DIVISION_NOT_YOURS', '该区划不在您负责的范围内', 'this division is not one of yours'); };
  const open_ = (one) => one.outcome === 'OUTCOME_UNSPECIFIED';
  const routes = [
    ['GET', /^\/v1\/procedures$/, null, () => ({ procedures, statuses })],
    ['POST', /^\/v1\/applications$/, null, (_, __, body, who) => {
      const before = asked.get(body.requestId);
      if (before) return { receipt: before.id, code: before.code, state: applicationOf(before) };
      if (!/^\d{17}[\dX]$/.test(body.citizenNumber)) throw problem(400, 'CITIZEN_NUMBER_LENGTH', '身份证号应为 18 位', 'a citizen number has 18 characters', 'citizen_number');
      const key = `p${body.citizenNumber}`;
      if (asked.get(key) && open_(asked.get(key))) throw problem(409, 'APPLICATION_OPEN', `该户已有办理中的申请(${dayOf(asked.get(key).opened)} 受理),请凭回执查询,不必重复申请`, `this household has an open case (of ${dayOf(asked.get(key).opened)}); follow it by its receipt`);
      const one = open({ procedure: 'registration-2014', division: known(body.division), head: `${body.name[0]}${'*'.repeat(Math.max(1, body.name.length - 1))}`, reason: body.reason, channel: body.channel, who: who?.role === 'officer' ? who : undefined });
      asked.set(body.requestId, one).set(key, one);
      return { receipt: one.id, code: one.code, state: applicationOf(one) };
    }],
    ['POST', /^\/v1\/applications:follow$/, null, (_, __, body) => applicationOf(byReceipt(cases, body))],
    ['POST', /^\/v1\/applications:withdraw$/, null, (_, __, body) => { const one = byReceipt(cases, body); act(one, 'withdraw', null, { reason: body.reason }); return applicationOf(one); }],
    ['POST', /^\/v1\/applications:appeal$/, null, (_, __, body) => { const one = byReceipt(cases, body), step = stepOf(one); enter(one, step.end.appealTo); note(one, 'APPEALED', undefined, { reason: body.reason, fromStep: step.id, fromStepZh: step.nameZh, fromStepEn: step.nameEn, toStep: one.step, toStepZh: stepOf(one).nameZh, toStepEn: stepOf(one).nameEn }); return applicationOf(one); }],
    ['POST', /^\/v1\/cases$/, officerOnly, (_, __, body, who) => {
      const found = byName.get(body.household);
      if (!found) throw problem(404, 'HOUSEHOLD_NOT_FOUND', '没有这一户', 'there is no such household');
      if ([...cases.values()].some((one) => one.household === body.household && open_(one))) throw problem(409, 'APPLICATION_OPEN', '该户已有办理中的申请,请凭回执查询,不必重复申请', 'this household has an open case; follow it by its receipt');
      const p = newest(body.procedure);
      if (!p.fromStatuses.includes('none')) throw problem(400, 'CASE_STATUS_WRONG', `《${p.nameZh}》“${p.steps[0].nameZh}”:只受理:${p.fromStatuses.map((code) => statuses.find((s) => s.code === code)?.nameZh ?? '未登记户').join('、')}`, `${p.nameEn}, ${p.steps[0].nameEn}: only for: ${p.fromStatuses.map((code) => statuses.find((s) => s.code === code)?.nameEn ?? 'not in the register').join(', ')}`);
      return show(open({ procedure: body.procedure, household: found.name, division: found.village.code, head: `${found.surname}**`, reason: body.lead, channel: 'CHANNEL_UNSPECIFIED', who }), who);
    }],
    ['GET', /^\/v1\/divisions\/([^/]+)\/cases$/, both, ([code], query, _, who) => {
      scope(who, code);
      const list = [...cases.values()].filter((one) => inside(code, one.division) && open_(one) !== (query.get('ended') === 'true') && (!query.get('procedure') || one.procedure === query.get('procedure')) && (!query.get('step') || one.step === query.get('step'))
        && (query.get('waitingForMe') !== 'true' || workers(one).includes(levelOf(who)))).sort((a, b) => (a.due || Infinity) - (b.due || Infinity));
      const from = Number(query.get('pageToken') || 0), many = Number(query.get('pageSize') || 50);
      return { cases: list.slice(from, from + many).map(row), nextPageToken: from + many < list.length ? String(from + many) : '' };
    }],
    ['GET', /^\/v1\/(households\/[^/:]+)\/cases$/, both, ([name]) => ({ cases: [...cases.values()].filter((one) => one.household === name).reverse().map(row) })],
    ['GET', /^\/v1\/divisions\/([^/]+)\/cases:count$/, both, ([code], _, __, who) => {
      scope(who, code);
      const steps = [];
      const told = new Set();
      for (const p of procedures) for (const step of p.steps) {
        const list = [...cases.values()].filter((one) => one.procedure === p.id && one.step === step.id && inside(code, one.division));
        if (!list.length || told.has(`${p.id} ${step.id}`)) continue;
        told.add(`${p.id} ${step.id}`);
        steps.push({ procedure: p.id, procedureZh: p.nameZh, procedureEn: p.nameEn, step: step.id, stepZh: step.nameZh, stepEn: step.nameEn, caseCount: String(list.length), overdueCount: '0', mine: workers(list[0]).includes(levelOf(who)), outcome: step.end?.outcome ?? 'OUTCOME_UNSPECIFIED' });
      }
      return { steps };
    }],
    ['POST', /^\/v1\/cases\/([^/:]+):act$/, officerOnly, ([id], _, body, who) => { const one = find(id, who); if (body.etag && body.etag !== String(one.events.length)) throw problem(409, 'CASE_MOVED', '办件已被他人更新,请刷新后再办', 'somebody else changed the case meanwhile; read it again and decide again'); act(one, body.action, who, body); return show(one, who); }],
    ['POST', /^\/v1\/cases\/([^/:]+):meet$/, officerOnly, ([id], _, { meeting, photo: picture }, who) => {
      const one = find(id, who);
      if (meeting.presentCount > meeting.entitledCount || meeting.inFavourCount + meeting.againstCount > meeting.presentCount) throw problem(400, 'MEETING_IMPOSSIBLE', '人数不可能:实到不多于应到,同意与反对之和不多于实到', 'the numbers cannot be: check present and votes');
      one.meeting = { ...meeting, photo: Boolean(picture), recorder: who.name };
      note(one, 'MET', who, { evidence: `应到 ${meeting.entitledCount} 实到 ${meeting.presentCount} 同意 ${meeting.inFavourCount} 反对 ${meeting.againstCount}${picture ? ` blobs/${one.id}-m` : ''}`, fromStep: one.step, toStep: one.step });
      return show(one, who);
    }],
    ['POST', /^\/v1\/cases\/([^/:]+):attach$/, officerOnly, ([id], _, body, who) => { const one = find(id, who); one.evidence.push(body.kind); note(one, 'ATTACHED', who, { evidence: `${body.kind} blobs/${one.id}-a`, fromStep: one.step, toStep: one.step }); return show(one, who); }],
    ['POST', /^\/v1\/cases\/([^/:]+):revisit$/, officerOnly, ([id], _, body, who) => { const one = find(id, who); one.revisited = true; note(one, 'REVISITED', who, { reason: body.note, fromStep: one.step, toStep: one.step }); return show(one, who); }],
    ['POST', /^\/v1\/cases\/([^/:]+):fillForm$/, officerOnly, ([id], _, { form }, who) => { const one = find(id, who); if (form.otherCauses.includes(form.mainCause)) throw problem(400, 'CAUSE_REPEATED', '同一致贫原因不能重复', 'a cause stands there twice'); one.form = form; note(one, 'FORM_FILLED', who, { fromStep: one.step, toStep: one.step }); return show(one, who); }],
    ['GET', /^\/v1\/cases\/([^/:]+)\/events$/, both, ([id], _, __, who) => ({ events: find(id, who).events })],
    ['GET', /^\/v1\/cases\/([^/:]+)\/blobs\/[^/]+$/, both, ([id], _, __, who) => { find(id, who); return { mediaType: 'image/jpeg', content: photo }; }],
    ['GET', /^\/v1\/cases\/([^/:]+)$/, both, ([id], _, __, who) => show(find(id, who), who)],
    ['POST', /^\/v1\/caseBatches$/, officerOnly, (_, __, body, who) => {
      scope(who, body.division);
      const list = [...cases.values()].filter((one) => one.procedure === body.procedure && one.step === body.step && inside(body.division, one.division) && open_(one));
      const batch = { name: `caseBatches/b${batches.size + 1}`, state: 'STATE_RUNNING', doneCount: '0', refusedCount: '0', totalCount: String(list.length), refusals: [], createTime: iso(Date.now()) };
      batches.set(batch.name, { batch, list, body, who });
      return { ...batch };
    }],
    // Every look does a part of it.
    ['GET', /^\/v1\/(caseBatches\/[^/]+)$/, officerOnly, ([name]) => {
      const job = batches.get(name);
      if (!job) throw problem(404, 'BATCH_NOT_FOUND', '没有该批量办理', 'there is no such batch');
      for (const one of job.list.splice(0, 2)) {
        try { act(one, job.body.action, job.who, job.body); job.batch.doneCount = String(Number(job.batch.doneCount) + 1); } catch (error) {
          const { reason, messageZh, messageEn } = error.problem.problems[0];
          job.batch.refusals.push({ case: `cases/${one.id}`, reason, messageZh, messageEn });
          job.batch.refusedCount = String(job.batch.refusals.length);
        }
      }
      if (!job.list.length) Object.assign(job.batch, { state: 'STATE_DONE', finishTime: iso(Date.now()) });
      return { ...job.batch };
    }],
    ['GET', /^\/v1\/divisions\/([^/]+)\/notices:preview$/, officerOnly, ([code], query, _, who) => {
      scope(who, code);
      const list = waitingFor(code, query.get('procedure'), query.get('step'));
      if (!list.length) throw problem(400, 'NOTICE_EMPTY', '没有等待此项公示的办件', 'no case waits for this notice');
      return showNotice({ division: code, procedure: list[0].procedure, version: list[0].version, step: list[0].step, cases: list.map((one) => one.id) }, true);
    }],
    ['POST', /^\/v1\/notices$/, officerOnly, (_, __, body, who) => {
      scope(who, body.division);
      const list = waitingFor(body.division, body.procedure, body.step);
      if (!list.length) throw problem(400, 'NOTICE_EMPTY', '没有等待此项公示的办件', 'no case waits for this notice');
      return showNotice(post(list, { ...body, who }), true);
    }],
    ['POST', /^\/v1\/notices\/([^/:]+):takeDown$/, officerOnly, ([id], _, body, who) => {
      const notice = findNotice(id, true);
      notice.down = body.reason;
      for (const one of notice.cases.map((each) => cases.get(each))) if (one.notice === id) { one.notice = null; note(one, 'TAKEN_DOWN', who, { reason: body.reason, fromStep: one.step, toStep: one.step }); }
      return showNotice(notice, true);
    }],
    ['GET', /^\/v1\/divisions\/([^/]+)\/notices$/, null, ([code]) => ({ notices: [...notices.values()].filter((one) => !one.down && one.end > Date.now() && (inside(known(code), one.division) || inside(one.division, code))).sort((a, b) => b.posted - a.posted).map((one) => showNotice(one, false)), nextPageToken: '' })],
    ['GET', /^\/v1\/notices\/([^/:]+)\/photo$/, both, ([id]) => { findNotice(id, false); return { mediaType: 'image/jpeg', content: photo }; }],
    ['GET', /^\/v1\/notices\/([^/:]+)$/, null, ([id]) => showNotice(findNotice(id, true), true)],
    ['POST', /^\/v1\/notices\/([^/:]+)\/objections$/, null, ([id], _, body) => { const one = object(findNotice(id, true), body); return { receipt: one.id, code: one.code }; }],
    ['POST', /^\/v1\/objections:follow$/, null, (_, __, body) => { const one = byReceipt(objections, body); return { receipt: one.id, createTime: iso(one.created), settled: one.settled > 0, substantiated: one.substantiated, answer: one.answer, ...(one.settled ? { settleTime: iso(one.settled) } : {}) }; }],
    ['GET', /^\/v1\/divisions\/([^/]+)\/objections$/, officerOnly, ([code], _, __, who) => { scope(who, code); return { objections: [...objections.values()].filter((one) => inside(code, notices.get(one.notice).division)).sort((a, b) => Number(a.settled > 0) - Number(b.settled > 0)).map(showObjection), nextPageToken: '' }; }],
    ['POST', /^\/v1\/objections\/([^/:]+):settle$/, officerOnly, ([id], _, body, who) => {
      const one = objections.get(id);
      if (one.settled) throw problem(400, 'OBJECTION_SETTLED', '该异议已答复', 'this objection has been answered');
      Object.assign(one, { settled: Date.now(), substantiated: body.substantiated, answer: body.answer });
      for (const each of one.cases.map((name) => cases.get(name))) {
        const step = stepOf(each);
        if (each.openObjections) each.openObjections--;
        if (body.substantiated && step.notice) { enter(each, step.notice.substantiatedTo); note(each, 'SETTLED', who, { action: 'substantiated', reason: body.answer, fromStep: step.id, fromStepZh: step.nameZh, fromStepEn: step.nameEn, toStep: each.step, toStepZh: stepOf(each).nameZh, toStepEn: stepOf(each).nameEn }); } else note(each, 'SETTLED', who, { reason: body.answer, fromStep: each.step, toStep: each.step });
      }
      return showObjection(one);
    }],
  ];
  // As they were at the start.
  const reset = () => { for (const all of [cases, notices, objections, batches, asked]) all.clear(); count = 0; seed = 11; populate(); };
  return { routes, people, reset, statuses, newest, open };
}
