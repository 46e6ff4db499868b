import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LogLocation } from '#libs/runtime';
import { CommandFailure, exitCodes } from '../failure.js';

const program = fileURLToPath(new URL('../../../clearing-node/src/main.js', import.meta.url));
const parentWatch = new URL('./parent-watch.js', import.meta.url).href;
/** A node whose driver has just died frees the log within so long. */
const LOCK_PATIENCE_MS = 3_000;
const RETRY_MS = 100;
const STOP_PATIENCE_MS = 30_000;
const STDERR_CHARACTERS_MAX = 4_000;
/** Longest path of a Unix socket that every system takes, in bytes. */
const SOCKET_PATH_MAX = 100;
const SHORT_SOCKET = 'node.sock';
const SOCKET = /^node-\d+\.sock$/;

export interface NodeOptions {
  readonly dataDir: string;
  readonly log: LogLocation;
  readonly timeStepMaxS: number;
  readonly snapshotEvery: number;
  readonly acceptTimeJump: boolean;
}

/** How a node process ended. */
export interface NodeEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A clearing node as a child process on a Unix socket in its data directory. */
export class NodeProcess {
  private stderr = '';
  /** Resolves when the process has ended. */
  readonly ended: Promise<NodeEnd>;

  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
  ) {
    this.ended = new Promise((done) => {
      child.once('error', (error) => {
        this.stderr += error.message;
        done({ code: exitCodes.environment, signal: null });
      });
      child.once('close', (code, signal) => done({ code, signal }));
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_CHARACTERS_MAX);
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it said on stderr, in one line and without stack traces. */
  get said(): string {
    const lines = this.stderr.trim().split('\n');
    return lines
      .filter((line) => !/^ +at /.test(line))
      .map((line) => line.replace(/^novate: /, ''))
      .join('; ');
  }

  /**
   * Starts a node and waits until it serves. A log that a node without driver still holds is waited
   * for: that node is about to stop.
   * @throws CommandFailure (environment) with what the node said
   */
  static async start(options: NodeOptions): Promise<NodeProcess> {
    const patientUntil = Date.now() + LOCK_PATIENCE_MS;
    for (;;) {
      const node = NodeProcess.launch(options);
      if (await node.isReady()) return node;
      const { said } = node;
      if (!said.includes('is in use by') || Date.now() > patientUntil) {
        throw new CommandFailure(exitCodes.environment, said || 'the node did not start');
      }
      await wait(RETRY_MS);
    }
  }

  private static launch(options: NodeOptions): NodeProcess {
    const { dataDir, log, timeStepMaxS, snapshotEvery, acceptTimeJump } = options;
    const address = socketPath(dataDir);
    const settings = {
      'data-dir': dataDir,
      listen: address,
      port: 'none',
      time: 'input',
      'log-level': 'silent', // why it failed to start or ended is no log line
      'time-step-max-s': timeStepMaxS,
      'snapshot-every': snapshotEvery,
      // What is simulated may be lost: any log will do, and the summary tells its class.
      'durability-min': log.engine === 'file' ? 'fsync' : 'os-cache',
    };
    const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]);
    if (acceptTimeJump) args.push('--accept-time-jump');
    const child = spawn(process.execPath, ['--import', parentWatch, program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Not an argument: the URL may hold a password, and everybody can see arguments.
      env: { ...process.env, NOVATE_LOG: log.url },
      // A group of its own: Ctrl-C reaches the driver alone, which stops the node in order.
      detached: true,
    });
    return new NodeProcess(child, address);
  }

  /** Whether it printed its line; false when it ended instead. */
  private isReady(): Promise<boolean> {
    return new Promise((done) => {
      this.child.stdout?.once('data', () => done(true));
      void this.ended.then(() => done(false));
    });
  }

  /** Asks it to stop, and waits until it has. */
  async stop(): Promise<NodeEnd> {
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), STOP_PATIENCE_MS);
    const end = await this.ended;
    clearTimeout(force);
    rmSync(this.address, { force: true });
    if (basename(this.address) === SHORT_SOCKET) rmSync(dirname(this.address), { recursive: true });
    return end;
  }

  /** One line about how it ended. */
  describe({ code, signal }: NodeEnd): string {
    const how = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
    return this.said === '' ? how : `${how}: ${this.said}`;
  }
}

/** A name of its own for each driver; sockets that earlier ones left behind go. */
function socketPath(dataDir: string): string {
  const directory = resolve(dataDir);
  for (const name of readdirSync(directory)) {
    if (SOCKET.test(name)) rmSync(join(directory, name), { force: true });
  }
  const path = join(directory, `node-${String(process.pid)}.sock`);
  if (Buffer.byteLength(path) <= SOCKET_PATH_MAX) return path;
  return join(mkdtempSync(join(tmpdir(), 'novate-')), SHORT_SOCKET);
}
