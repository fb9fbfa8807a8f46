// The real services as processes of their own, over the synthetic province of `fupinctl demo`, on free
// ports and in a folder of their own.
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from './client';
import { housing, housingTable, readKey } from './records';

export const root = resolve(__dirname, '../../../../..');
const build = resolve(process.env.FUPIN_BUILD ?? join(root, 'build/release'));

// What a test needs to know; plain values, because tests run in another process than the one that started it.
// `days`: the days on which something changed, oldest first, today the last.
export interface WorldFacts { dir: string; build: string; url: string; exchange: string; password: string; households: number; days: string[]; startupMs: number; loadMs: number }

export const people = {
  operator: { name: 'demo', displayName: '演示账号', division: '52', role: 'operator' },
  county: { name: 'county', displayName: '金沙县扶贫办', division: '520523', role: 'officer' },
  county2: { name: 'county2', displayName: '金沙县领导(演示)', division: '520523', role: 'officer' },
  township: { name: 'township', displayName: '平坝镇经办(演示)', division: '520523108', role: 'officer' },
  township2: { name: 'township2', displayName: '平坝镇复核(演示)', division: '520523108', role: 'officer' },
  village: { name: 'village', displayName: '新寨村支书', division: '520523108214', role: 'officer' },
} as const;

const run = promisify(execFile);
// From above those that other tests reserve and below those the kernel hands out, which may be another's, as the
// near end of a connection too, before our service is up. A worker has twenty to itself.
let last = 20_000 + process.pid % 600 * 20;
const free = async (count: number): Promise<number[]> => {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = last++;
    const server = createServer();
    const listens = await new Promise<boolean>((done) => server.once('error', () => done(false)).listen(port, 'localhost', () => done(true)));
    if (!listens) continue;
    await new Promise((done) => server.close(done));
    ports.push(port);
  }
  return ports;
};

type Service = 'exchange' | 'identification' | 'gis' | 'gateway';
export const today = (ago = 0): string => new Date(Date.now() + 8 * 3_600_000 - ago * 86_400_000).toISOString().slice(0, 10);
// How long ago the province was loaded, and when households changed since; `stay`: the clock stands there, and no
// edition is published.
interface Past { loaded: number; changed: number[]; stay?: boolean }

export class World {
  readonly dir = mkdtempSync(join(tmpdir(), 'fupin-browser-'));
  private readonly processes: { name: string; child: ChildProcess; ended: Promise<number | null> }[] = [];
  private readonly password = randomBytes(9).toString('base64');
  private ports = { exchange: 0, identification: 0, gis: 0, tiles: 0, gateway: 0 };

  private get certs() { return join(this.dir, 'certs'); }
  private bin(name: string) { return join(build, 'bin', name); }
  private write(name: string, text: string) { writeFileSync(join(this.dir, name), text, { mode: 0o600 }); return join(this.dir, name); }

  // The configuration that is shipped, at other ports and in other folders.
  private configOf(service: Service): string {
    const { ports, certs, dir } = this;
    const known: Record<string, number> = { 7101: ports.exchange, 7201: ports.identification, 7301: ports.gis, 7304: ports.tiles, 7443: ports.gateway };
    return readFileSync(join(root, `deploy/config/${service}.textproto`), 'utf8')
      .replace(/(metrics_address|health_address): "[^"]*"/g, '$1: "127.0.0.1:0"')
      .replace(/"(?:127\.0\.0\.1|localhost):(\d+)"/g, (whole, port: string) => known[port] ? `"localhost:${known[port]}"` : whole)
      .replace(/"out\/demo\/certs\//g, `"${certs}/`).replace(/"out\/demo\//g, `"${dir}/`).replace(/"build\/release\//g, `"${build}/`).replace(/"deploy\//g, `"${root}/deploy/`);
  }

  // Identification's clock; it looks fifty times a second.
  goBack(days: number): void {
    this.write('clock.new', `${-86_400 * days}\n`);
    renameSync(join(this.dir, 'clock.new'), join(this.dir, 'clock'));
    execFileSync('sleep', ['0.3']);
  }

  private async start(name: Service, more: string[] = []): Promise<void> {
    const ports = join(this.dir, `${name}.ports`);
    const log = join(this.dir, `${name}.log`);
    rmSync(ports, { force: true });
    const file = this.write(`${name}.textproto`, this.configOf(name));
    const out = openSync(log, 'a');
    // Ends with this process, however that ends.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', this.bin(`fupin-${name}`), `--config=${file}`, `--data_dir=${join(this.dir, 'data', name)}`, `--port_file=${ports}`, ...more], { stdio: ['ignore', out, out] });
    let over = false;
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => { over = true; done(code); }));
    this.processes.push({ name, child, ended });
    const limit = Date.now() + 60_000;
    while (!existsSync(ports)) {
      if (over || Date.now() > limit) throw new Error(`${name} did not start:\n${readFileSync(log, 'utf8').slice(-4000)}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }
  private async stop(name: string): Promise<void> {
    const at = this.processes.findIndex((one) => one.name === name);
    const [{ child, ended }] = this.processes.splice(at, 1) as [typeof this.processes[number]];
    child.kill('SIGTERM');
    const code = await Promise.race([ended, new Promise<string>((done) => setTimeout(() => done('still running'), 30_000).unref())]);
    if (code === 0) return;
    child.kill('SIGKILL');
    throw new Error(`${name} ended with ${code}; logs in ${this.dir}`);
  }

  async open(households: number, past: Past = { loaded: 30, changed: [12, 5] }): Promise<WorldFacts> {
    const begun = Date.now();
    const [exchange, identification, gis, tiles, gateway] = await free(5) as [number, number, number, number, number];
    this.ports = { exchange, identification, gis, tiles, gateway };
    const participants = readFileSync(join(root, 'deploy/contracts/guizhou/participants.textproto'), 'utf8');
    const departments = [...participants.matchAll(/^participants \{\n(?:.*\n)*?  id: *"([^"]+)"/gm)].map((found) => `dept/${found[1]}`);
    await run(join(root, 'scripts/certs'), [this.certs, 'service/exchange', 'service/identification', 'service/gis', 'service/gateway', 'operator/admin', 'enumerator/tablet-1', ...departments]);
    this.write('certs/deny.txt', '');
    this.write('certs/blind.key', randomBytes(32).toString('hex'));
    this.write('certs/seal.key', `1 INTL ${randomBytes(32).toString('hex')}\n`);
    this.write('certs/session.key', randomBytes(32).toString('hex'));
    for (const who of Object.values(people)) {
      const account = run(join(root, 'scripts/account'), [join(this.dir, 'accounts.textproto'), who.name, who.displayName, who.division, who.role]);
      account.child.stdin!.end(`${this.password}\n`);
      await account;
    }
    const demo = [`--households=${households}`, '--seed=1', `--today=${today(past.loaded)}`, `--contracts=${build}/contracts/guizhou`];
    await run(this.bin('fupinctl'), ['demo', ...demo, `--hamlets=${this.dir}/hamlets.tsv`], { cwd: root });
    await run(this.bin('fupin_outlines'), ['--divisions', `deploy/divisions/guizhou.tsv,${this.dir}/hamlets.tsv`, '--out', `${this.dir}/outlines.binpb`, '--prefectures', 'deploy/geography/guizhou_prefectures.geojson',
      '--datum', 'not_stated', '--source_zh', '市(州)轮廓:echarts 4.9.0 数据包(坐标系未注明);其下各级为合成轮廓', '--source_en', 'prefectures: package echarts 4.9.0 (datum not stated); everything below is synthetic',
      '--licence_zh', '数据包标注 Apache-2.0,轮廓来源未注明', '--licence_en', 'package says Apache-2.0; origin of the outlines not stated'], { cwd: root });
    mkdirSync(join(this.dir, 'data'));
    await this.start('exchange');
    this.goBack(past.loaded);
    await this.start('identification', [`--synthetic_clock_file=${join(this.dir, 'clock')}`]);
    await this.start('gis');
    await this.start('gateway');
    const startupMs = Date.now() - begun;
    const { stdout } = await run(this.bin('fupinctl'), ['demo', ...demo, `--key_file=${this.dir}/key.tsv`, ...this.addresses()], { cwd: root, maxBuffer: 1 << 24 });
    appendFileSync(join(this.dir, 'demo.log'), stdout);
    const facts: WorldFacts = { dir: this.dir, build, url: `https://localhost:${gateway}`, exchange: `localhost:${exchange}`, password: this.password, households, days: [past.loaded, ...past.changed, ...past.stay ? [] : [0]].map(today), startupMs, loadMs: 0 };
    if (!past.stay) await this.tellPast(facts, past.changed);
    facts.loadMs = Date.now() - begun - startupMs;
    return facts;
  }
  private async tellPast(facts: WorldFacts, changed: number[]): Promise<void> {
    const client = new Client(facts, { certificate: 'operator-admin' });
    for (const ago of changed) {
      this.goBack(ago);
      await this.changeHouses(client, facts, ago, ago === changed[0]);
    }
    this.goBack(0);
    const published = await client.send('POST', '/v1/map/editions', {});
    if (published.status !== 200) throw new Error(`edition: ${published.status} ${published.body.toString()}`);
    const days = (await client.json<{ days: { date: string }[] }>('/v1/map/cells/52/days')).days.map((one) => one.date);
    if (days.join() !== facts.days.slice(0, -1).join()) throw new Error(`the past should be ${facts.days.join()}, it is ${days.join()}`);
    client.close();
  }
  // Good houses for some, and for some the roof comes down; until the map says so too.
  private async changeHouses(client: Client, facts: WorldFacts, ago: number, better: boolean): Promise<void> {
    const some = readKey(facts).filter((_, i) => i % (better ? 4 : 9) === 1);
    const sums = async () => JSON.stringify((await client.json<{ cell: { counts: object } }>('/v1/map/cells/52')).cell.counts);
    const before = await sums();
    await run(this.bin('fupinctl'), ['push', 'hud.housing_safety', housingTable(facts, `houses-${ago}.csv`, some.map((one) => housing(one.head, better, today(ago)))), '--as=dept-hud', `--contracts=${build}/contracts/guizhou`, ...this.addresses()], { cwd: root });
    const limit = Date.now() + 60_000;
    let last = before;
    for (let calm = 0; calm < 5;) {
      if (Date.now() > limit) throw new Error('the map did not take up the change of a past day');
      await new Promise((done) => setTimeout(done, 100));
      const { pendingCount } = await client.json<{ pendingCount: string }>('/v1/identification/overview');
      const now = await sums();
      calm = now !== before && now === last && Number(pendingCount) === 0 ? calm + 1 : 0;
      last = now;
    }
  }
  private addresses() {
    const { ports } = this;
    return [`--exchange=localhost:${ports.exchange}`, `--identification=localhost:${ports.identification}`, `--gateway=localhost:${ports.gateway}`, `--certs=${this.certs}`];
  }

  // Every service must end by itself when told to.
  async close(): Promise<void> {
    const failures: string[] = [];
    for (const { name } of [...this.processes].reverse()) await this.stop(name).catch((error: Error) => failures.push(error.message));
    if (failures.length) throw new Error(failures.join('; '));
    if (process.env.FUPIN_KEEP) console.log(`kept: ${this.dir}`); else rmSync(this.dir, { recursive: true, force: true });
  }
}
