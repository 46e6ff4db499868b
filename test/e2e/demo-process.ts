import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** What a `novate` process printed and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const novate = join(process.cwd(), 'bin/novate.mjs');

/** The command line runs what is compiled: a stale build is made new first. */
export function ensureBuilt(): void {
  const { status } = spawnSync(process.execPath, [novate, '--version']);
  if (status === 0) return;
  const path = `${process.env['PATH'] ?? ''}:${join(process.cwd(), 'node_modules/.bin')}`;
  const env = { ...process.env, PATH: path };
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { env, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the build failed: ${built.stdout}${built.stderr}`);
}

/** A `novate` command in a process of its own. */
export class NovateProcess {
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [novate, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    this.ended = new Promise((done) => {
      this.child.once('close', (code, signal) => done({ code, signal, stdout, stderr }));
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

export function run(...args: readonly string[]): Promise<Ended> {
  return new NovateProcess(args).ended;
}

export class TemporaryDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'novate-e2e-'));

  in(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Bytes of all segments of a log. */
export function logBytes(directory: string): number {
  if (!existsSync(directory)) return 0;
  const segments = readdirSync(directory).filter((name) => name.endsWith('.nvl'));
  return segments.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
}

/** Waits until the log has grown to so many bytes; fails when the process ends before. */
export async function untilLogBytes(
  directory: string,
  bytes: number,
  process_: NovateProcess,
): Promise<void> {
  let ended: Ended | undefined;
  void process_.ended.then((how) => (ended = how));
  while (logBytes(directory) < bytes) {
    if (ended !== undefined) throw new Error(`ended too early: ${ended.stderr}`);
    await wait(5);
  }
}

/** The process that holds a log, as its lock file names it. */
export function holderOf(directory: string): number {
  const pid = Number(/\d+/.exec(readFileSync(join(directory, 'LOCK'), 'utf8'))?.[0]);
  if (!(pid > 1)) throw new Error(`the lock of ${directory} names no process`);
  return pid;
}
