import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ensureBuilt, run, TemporaryDirectory } from '../e2e/demo-process.js';
import { NatsServer } from './nats-server.js';

const NODE = join(process.cwd(), 'dist/apps/clearing-node/src/main.js');
const SMALL_DAY = ['--accounts', '200', '--trades', '3000'];

interface DayJson {
  readonly logUrl: string;
  readonly log: { readonly engine: string; readonly durability: string };
  readonly verification: { readonly ok: boolean; readonly stateRoot: string };
}

/** A node as `npm start` runs it. */
class RunningNode {
  stderr = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(directory: string, ...args: readonly string[]) {
    mkdirSync(directory, { recursive: true });
    const settings = ['--data-dir', directory, '--listen', join(directory, 'node.sock')];
    this.child = spawn(process.execPath, [NODE, ...settings, '--port', 'none', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(this.child, 'exit').then(([code]) => code as number | null);
  }

  /** Its line when it is ready; undefined when it ended instead. */
  async ready(): Promise<{ readonly log: string } | undefined> {
    const line = once(this.child.stdout!, 'data').then(
      ([data]) => JSON.parse(String(data)) as { readonly log: string },
    );
    return Promise.race([line, this.ended.then(() => undefined)]);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}

async function events(log: string): Promise<string> {
  const { stdout } = await run('verify', '--log', log, '--json');
  return (JSON.parse(stdout) as { readonly events: string }).events;
}

describe('the node and the commands on a log at a broker', () => {
  const temporary = new TemporaryDirectory();
  const nodes: RunningNode[] = [];
  let server: NatsServer;
  beforeAll(async () => {
    ensureBuilt();
    server = await NatsServer.start();
  }, 240_000);
  afterEach(() => {
    for (const node of nodes.splice(0)) node.signal('SIGKILL');
  });
  afterAll(async () => {
    temporary.remove();
    await server.destroy();
  });

  function start(name: string, ...args: readonly string[]): RunningNode {
    const node = new RunningNode(temporary.in(name), ...args);
    nodes.push(node);
    return node;
  }

  it('the demo ends with the roots of the embedded log, and the commands read it', async () => {
    const log = server.url('demo');
    const [dataDir, embedded] = [temporary.in('broker'), temporary.in('file')];
    const where = ['--log', log, '--data-dir', dataDir];
    const here = await run('demo', ...SMALL_DAY, ...where, '--json');
    expect(here.stderr).toBe('');
    const there = await run('demo', ...SMALL_DAY, '--data-dir', embedded, '--json');
    const [onBroker, onFile] = [here, there].map(({ stdout }) => JSON.parse(stdout) as DayJson);
    expect(onBroker?.verification).toMatchObject({ ok: true });
    expect(onBroker?.verification.stateRoot).toBe(onFile?.verification.stateRoot);
    expect(onBroker?.log).toMatchObject({ engine: 'jetstream 2.15.2', durability: 'fsync' });
    expect(onBroker?.logUrl).toBe(log);
    // The log is elsewhere; snapshots and what the node remembers of the log are here.
    const names = readdirSync(dataDir);
    expect(names.filter((name) => name.endsWith('.nvl'))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['anchor-demo.json', 'demo.json']));
    expect(names.some((name) => name.endsWith('.snapshot'))).toBe(true);

    const verified = await run('verify', ...where, '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({
      ok: true,
      stateRoot: onFile?.verification.stateRoot,
    });
    const args = ['--format', 'jsonl', '--from', '100', '--to', '400'];
    const exported = await run('export', '--log', log, ...args);
    const asOnFile = await run('export', '--data-dir', embedded, ...args);
    expect(exported.stdout.split('\n')).toHaveLength(302);
    expect(withoutFrames(exported.stdout)).toEqual(withoutFrames(asOnFile.stdout));
    expect((await run('explain', '--log', log, '300')).code).toBe(0);
    const replayed = await run('replay', '--log', log, '--json');
    expect(JSON.parse(replayed.stdout)).toMatchObject({
      stateRoot: onFile?.verification.stateRoot,
    });
    expect((await run('diagnose', '--log', log, '--logic', '4')).stdout).toMatch(/ 0 of /);

    const again = await run('demo', ...SMALL_DAY, '--log', log, '--data-dir', temporary.in('x'));
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('choose another stream');
  }, 600_000);

  it('ingest writes and answers when it is durable', async () => {
    const log = server.url('ingest');
    const input = ['--clock', 'input', '--input', 'examples/first-hour.jsonl'];
    const { code, stdout, stderr } = await run('ingest', '--log', log, ...input);
    expect(code).toBe(0);
    expect(stdout).not.toContain('"error"');
    expect(stderr).toContain('promises fsync: read at the monitoring port');
    expect((await run('verify', '--log', log)).stdout).toMatch(/^ok: 87 events/);
  }, 240_000);

  it('a second node is refused, or takes over and the first stops', async () => {
    const log = server.url('nodes');
    const first = start('first', '--log', log);
    expect(await first.ready()).toEqual(expect.objectContaining({ log }));
    const second = start('second', '--log', log);
    expect(await second.ready()).toBeUndefined();
    expect(await second.ended).toBe(3);
    expect(second.stderr).toMatch(/in use by process \d+ on .*--take-over/);
    expect(second.stderr).not.toMatch(/ at /);
    const third = start('third', '--log', log, '--take-over');
    expect(await third.ready()).toBeDefined();
    // It learns so when it next writes: by the clock after half a time step.
    expect(await first.ended).toBe(3);
    expect(first.stderr).toContain('another writer has taken over (epoch 2)');
    third.signal('SIGTERM');
    expect(await third.ended).toBe(0);
  }, 240_000);

  it('a node outlives the crash of its server', async () => {
    const log = server.url('outlived');
    const node = start('outlives', '--log', log, '--time-step-max-s', '6');
    await node.ready();
    await server.kill();
    await wait(1_500);
    await server.restart();
    // It writes again: the time, which goes on, and did not jump by more than the set step.
    const before = await events(log);
    while ((await events(log)) === before) await wait(500);
    node.signal('SIGTERM');
    expect({ code: await node.ended, stderr: node.stderr }).toMatchObject({ code: 0 });
    expect((await run('verify', '--log', log)).stdout).toMatch(/^ok: /);
  }, 240_000);

  it('wrong and unreachable logs: which exit code, what to do', async () => {
    const cases = [
      ['redis://h/log', 2, 'no log engine is called redis'],
      ['nats://127.0.0.1:9/log', 3, 'start it, or correct the address'],
      [server.url('nothing'), 2, 'there is no log in'],
    ] as const;
    for (const [url, expected, words] of cases) {
      const { code, stderr } = await run('verify', '--log', url);
      expect([code, stderr]).toEqual([expected, expect.stringContaining(words)]);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    const node = start('unreachable', '--log', 'nats://jane:hidden@127.0.0.1:9/log');
    expect(await node.ended).toBe(3);
    expect(node.stderr).toContain('start it');
    expect(node.stderr).not.toContain('hidden');
    expect(await start('unknown', '--log', 'redis://h/log').ended).toBe(2);
    const weak = start('weak', '--log', server.url('weak', '?monitor=http://127.0.0.1:9'));
    expect(await weak.ended).toBe(3);
    expect(weak.stderr).toContain('promises os-cache, --durability-min asks for fsync');
    expect(weak.stderr).toContain('sync_interval: always');
  }, 240_000);
});

/** Exported events without the number of their frame: the disk decides where frames are cut. */
function withoutFrames(text: string): string {
  return text.replaceAll(/"frame":"\d+",/g, '');
}
