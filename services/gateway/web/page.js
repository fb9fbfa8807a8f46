// First page: what runs, which records came, how households stand. Reads the public API only.
'use strict';

const ui = {
  language: localStorage.getItem('language') || 'zh',
  path: [],  // divisions from the province down to the one shown
};

const words = {
  zh: {
    ready: '正常', away: '无法访问', households: '住户', persons: '人口', pending: '等待评分',
    automatic: '指标由部门数据自动填充', findings: '待核疑点', catalog: '指标体系', division: '区划',
    all: '户数', poor: '贫困 <60', possible: '可能贫困 60–80', stable: '稳定脱贫 >80', none: '无法评分',
    department: '部门', records: '新增', changes: '变更', same: '无变化', rejected: '退回', auto: '自动采集',
    newest: '最近接收', rule: '规则', open: '待核', resolved: '已处理', cleared: '已消除',
    empty: '暂无数据', failed: '暂时读不到数据,正在重试', fresh: '更新于', other: 'English',
  },
  en: {
    ready: 'ready', away: 'not reachable', households: 'Households', persons: 'Persons',
    pending: 'Waiting for a score', automatic: 'Values filled by departments', findings: 'Open findings',
    catalog: 'Catalog', division: 'Division', all: 'Households', poor: 'Poor <60',
    possible: 'Possibly poor 60–80', stable: 'Stable >80', none: 'Not scorable', department: 'Department',
    records: 'New', changes: 'Changed', same: 'Unchanged', rejected: 'Rejected', auto: 'Automatic',
    newest: 'Last received', rule: 'Rule', open: 'Open', resolved: 'Resolved', cleared: 'Cleared',
    empty: 'Nothing yet', failed: 'No data at the moment; trying again', fresh: 'Updated', other: '中文',
  },
};

const word = (key) => words[ui.language][key];
const named = (thing, zh = 'nameZh', en = 'nameEn') =>
  (ui.language === 'zh' ? thing[zh] : thing[en]) || thing[zh] || thing[en] || '';
const number = (value) => Number(value || 0).toLocaleString(ui.language === 'zh' ? 'zh-CN' : 'en');
const clock = (time) => time
  ? new Date(time).toLocaleString(ui.language === 'zh' ? 'zh-CN' : 'en', { timeZone: 'Asia/Shanghai', hour12: false })
  : '—';

function element(name, text, className) {
  const node = document.createElement(name);
  if (text instanceof Node) node.append(text);
  else if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}

function table(id, head, rows) {
  const target = document.getElementById(id);
  const focused = target.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const top = element('tr');
  for (const title of head) top.append(Object.assign(element('th', title), { scope: 'col' }));
  const body = element('tbody');
  for (const row of rows) {
    const line = element('tr');
    for (const [text, className] of row) line.append(element('td', text, className));
    body.append(line);
  }
  if (rows.length === 0) {
    const cell = element('td', word('empty'));
    cell.colSpan = head.length;
    body.append(element('tr', cell));
  }
  target.replaceChildren(element('thead', top), body);
  if (focused) target.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

async function get(path) {
  const answer = await fetch(path, { headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function go(path) {
  ui.path = path;
  refresh();
}

function link(text, key, action) {
  const button = element('button', text);
  button.type = 'button';
  button.dataset.key = key;
  button.addEventListener('click', action);
  return button;
}

function showServices(system) {
  const notice = document.getElementById('notice');
  notice.textContent = named(system, 'noticeZh', 'noticeEn');
  notice.hidden = notice.textContent === '';
  document.getElementById('services').replaceChildren(...system.services.map((service) =>
    element('li', `${named(service)} ${word(service.ready ? 'ready' : 'away')}`, service.ready ? 'ready' : 'away')));
}

function showFigures(overview) {
  const filled = Number(overview.automaticCount);
  const values = filled + Number(overview.manualCount);
  const open = overview.rules.reduce((sum, rule) => sum + Number(rule.openCount), 0);
  const figures = [
    ['households', number(overview.householdCount)], ['persons', number(overview.personCount)],
    ['findings', number(open)], ['pending', number(overview.pendingCount)],
    ['automatic', values ? `${(100 * filled / values).toFixed(1)} %` : '—'],
    ['catalog', `${named(overview, 'labelZh', 'labelEn')} v${overview.catalogVersion}`],
  ];
  document.getElementById('figures').replaceChildren(...figures.map(([key, value]) => {
    const card = element('div');
    card.append(element('dt', word(key)), element('dd', value));
    return card;
  }));
}

function showClasses(totals) {
  document.getElementById('path').replaceChildren(...ui.path.map((step, i) =>
    link(step.name || totals.total.nameZh, `up-${step.division}`, () => go(ui.path.slice(0, i + 1)))));
  const row = (part, below) => [
    [below && Number(part.householdCount) > 0
      ? link(part.nameZh, part.division, () => go([...ui.path, { division: part.division, name: part.nameZh }]))
      : part.nameZh],
    [number(part.householdCount)], [number(part.poorCount), 'poor'], [number(part.possiblyPoorCount), 'possible'],
    [number(part.stableCount), 'stable'], [number(part.notScorableCount)], [number(part.openFindingCount)],
  ];
  table('classes',
    [word('division'), word('all'), word('poor'), word('possible'), word('stable'), word('none'), word('findings')],
    [row(totals.total, false), ...totals.parts.filter((part) => ui.path.length < 2 || Number(part.householdCount) > 0)
      .map((part) => row(part, true))]);
}

function showRecords(statistics) {
  const departments = new Map();
  for (const dataset of statistics.datasets) {
    const sum = departments.get(dataset.participant) ||
      { dataset, fresh: 0, changed: 0, same: 0, rejected: 0, automatic: 0, manual: 0, newest: '' };
    sum.fresh += Number(dataset.acceptedNewCount);
    sum.changed += Number(dataset.acceptedChangeCount);
    sum.same += Number(dataset.unchangedCount);
    sum.rejected += Number(dataset.rejectedCount);
    sum.automatic += Number(dataset.automaticCount);
    sum.manual += Number(dataset.manualCount);
    if ((dataset.newestReceiveTime || '') > sum.newest) sum.newest = dataset.newestReceiveTime;
    departments.set(dataset.participant, sum);
  }
  table('records',
    [word('department'), word('records'), word('changes'), word('same'), word('rejected'), word('auto'), word('newest')],
    [...departments.values()].map((sum) => [
      [named(sum.dataset, 'participantNameZh', 'participantNameEn')], [number(sum.fresh)], [number(sum.changed)],
      [number(sum.same)], [number(sum.rejected), sum.rejected ? 'poor' : ''],
      [sum.automatic + sum.manual ? `${(100 * sum.automatic / (sum.automatic + sum.manual)).toFixed(0)} %` : '—'],
      [clock(sum.newest)],
    ]));
}

function showFindings(overview) {
  const rules = overview.rules.filter((rule) =>
    Number(rule.openCount) + Number(rule.resolvedCount) + Number(rule.clearedCount) > 0);
  table('findings', [word('rule'), word('open'), word('resolved'), word('cleared')], rules.map((rule) => [
    [`${rule.rule} ${named(rule)}`], [number(rule.openCount)], [number(rule.resolvedCount)], [number(rule.clearedCount)],
  ]));
}

let running = 0;
async function refresh() {
  const mine = ++running;
  document.documentElement.lang = ui.language === 'zh' ? 'zh-CN' : 'en';
  for (const title of document.querySelectorAll('[data-zh]')) title.textContent = title.dataset[ui.language];
  const switcher = document.getElementById('language');
  switcher.textContent = word('other');
  switcher.lang = ui.language === 'zh' ? 'en' : 'zh-CN';
  const failure = document.getElementById('failure');
  try {
    const [system, overview, statistics] = await Promise.all(
      [get('/v1/system'), get('/v1/identification/overview'), get('/v1/exchange/statistics')]);
    if (ui.path.length === 0) ui.path = [{ division: overview.rootDivision, name: '' }];
    const totals = await get(`/v1/divisions/${encodeURIComponent(ui.path.at(-1).division)}/totals`);
    if (mine !== running) return;  // something newer is being shown
    if (ui.path.length === 1) ui.path[0].name = totals.total.nameZh;
    showServices(system);
    showFigures(overview);
    showClasses(totals);
    showRecords(statistics);
    showFindings(overview);
    failure.hidden = true;
    document.getElementById('fresh').textContent = `${word('fresh')} ${clock(new Date())}`;
  } catch {
    failure.textContent = word('failed');
    failure.hidden = false;
    get('/v1/system').then(showServices).catch(() => {});
  }
}

document.getElementById('language').addEventListener('click', () => {
  ui.language = ui.language === 'zh' ? 'en' : 'zh';
  localStorage.setItem('language', ui.language);
  refresh();
});
setInterval(() => { if (!document.hidden) refresh(); }, 3000);
refresh();
