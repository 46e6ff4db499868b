import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { NodeStatistics } from '#libs/runtime';

const program = fileURLToPath(new URL('../../apps/clearing-node/src/main.js', import.meta.url));
/** Kernel ticks of /proc times a second; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
/** Characters of the node's own log that an error quotes. */
const LOG_TAIL = 2_000;

export interface NodeLaunch {
  readonly dataDir: string;
  readonly time: 'machine' | 'input';
  readonly snapshotEvery: number;
  /** Directory for CPU profiles of every thread; none when absent. */
  readonly profileDir?: string;
  /** Whether it serves the HTTP API and the streams. */
  readonly api?: boolean;
}

/** The line that a node prints when it is ready. */
export interface NodeReady {
  readonly http?: string;
  readonly tokenFile: string;
}

/** CPU seconds of one thread of the node, user and system. */
export interface ThreadTime {
  readonly id: number;
  readonly name: string;
  readonly seconds: number;
}

/** A clearing node as a process of its own, measured from outside. */
export class NodeUnderTest {
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #waiting: ((line: string) => void)[] = [];
  #isEnding = false;

  constructor({ dataDir, time, snapshotEvery, profileDir, api }: NodeLaunch) {
    mkdirSync(dataDir, { recursive: true });
    this.address = path.join(dataDir, 'bench.sock');
    rmSync(this.address, { force: true }); // a killed node leaves its socket behind
    const settings = {
      'data-dir': dataDir,
      listen: this.address,
      port: api === true ? 0 : 'none',
      time,
      'time-step-max-s': 3600,
      'snapshot-every': snapshotEvery,
    };
    const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]);
    const flags = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
    // One that serves logs each request: to a file, as an operator would have it.
    const stderr = openSync(path.join(dataDir, 'node.log'), 'a');
    this.#child = spawn(process.execPath, [...flags, program, ...args], {
      stdio: ['ignore', 'pipe', api === true ? stderr : 'inherit'],
      env: { ...process.env, NOVATE_STATS: '1' },
    });
    closeSync(stderr);
    // A benchmark that fails leaves no node behind.
    process.once('exit', () => this.#child.kill('SIGKILL'));
    this.#exited = once(this.#child, 'exit').then(([code, signal]: unknown[]) => {
      if (this.#isEnding) return;
      const text = readFileSync(path.join(dataDir, 'node.log'), 'utf8').slice(-LOG_TAIL);
      throw new Error(`the node ended by itself: ${String(code ?? signal)} ${text}`);
    });
    this.#exited.catch(() => undefined);
    const lines = createInterface({ input: this.#child.stdout! });
    lines.on('line', (line) => this.#waiting.shift()?.(line));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when it serves, with what it says about itself. */
  async ready(): Promise<NodeReady> {
    return JSON.parse(await this.#line()) as NodeReady;
  }

  async statistics(): Promise<NodeStatistics> {
    const line = this.#line();
    this.#child.kill('SIGUSR2');
    return (JSON.parse(await line) as { stats: NodeStatistics }).stats;
  }

  /** Resident bytes of the process; 0 where there is no /proc. */
  residentBytes(): number {
    try {
      const status = readFileSync(`/proc/${String(this.pid)}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
    } catch {
      return 0;
    }
  }

  /** CPU time of each of its threads so far; empty where there is no /proc. */
  threads(): ThreadTime[] {
    const tasks = `/proc/${String(this.pid)}/task`;
    try {
      return readdirSync(tasks).map((id) => threadTime(tasks, id));
    } catch {
      return [];
    }
  }

  /** Stops it in order. */
  async stop(): Promise<void> {
    this.#isEnding = true;
    this.#child.kill('SIGTERM');
    await this.#exited;
  }

  /** As a power cut would, but for the disk's cache. */
  async kill(): Promise<void> {
    this.#isEnding = true;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #line(): Promise<string> {
    const line = new Promise<string>((resolve) => this.#waiting.push(resolve));
    return Promise.race([line, this.#exited.then(() => Promise.reject(new Error('it ended')))]);
  }
}

function threadTime(tasks: string, id: string): ThreadTime {
  const stat = readFileSync(`${tasks}/${id}/stat`, 'utf8');
  const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { id: Number(id), name, seconds: ticks / TICKS_PER_SECOND };
}

/** Bytes of the log's segments in a data directory. */
export function logBytes(dataDir: string): number {
  return readdirSync(dataDir)
    .filter((name) => name.endsWith('.nvl'))
    .reduce((sum, name) => sum + statSync(path.join(dataDir, name)).size, 0);
}
