// HTTPS to the gateway without a browser: kept connections, the CA of the world, a signed-in session.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import type { WorldFacts } from './world';

export interface Answer { status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }

export class Client {
  private readonly agent: Agent;
  private cookie = '';
  // `certificate`: a name in the world's folder of certificates.
  constructor(private readonly world: Pick<WorldFacts, 'dir' | 'url' | 'password'>, options: { connections?: number; certificate?: string } = {}) {
    const file = (name: string) => readFileSync(join(world.dir, 'certs', name));
    const own = options.certificate ? { cert: file(`${options.certificate}.crt`), key: file(`${options.certificate}.key`) } : {};
    this.agent = new Agent({ keepAlive: true, maxSockets: options.connections ?? 4, ca: file('ca.crt'), ...own });
  }
  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const all = { ...(this.cookie ? { cookie: this.cookie } : {}), ...(text ? { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) } : {}), ...headers };
    return new Promise((done, fail) => {
      const call = request(`${this.world.url}${path}`, { method, agent: this.agent, headers: all }, (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('end', () => done({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) }));
        answer.on('error', fail);
      });
      call.on('error', fail);
      call.end(text);
    });
  }
  async signIn(name: string): Promise<void> {
    const answer = await this.send('POST', '/session', { name, password: this.world.password });
    if (answer.status >= 300) throw new Error(`sign-in: ${answer.status} ${answer.body.toString()}`);
    this.cookie = [answer.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]).join('; ');
  }
  async json<T>(path: string): Promise<T> {
    const answer = await this.send('GET', path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body.toString()}`);
    return JSON.parse(answer.body.toString()) as T;
  }
  close(): void { this.agent.destroy(); }
}
