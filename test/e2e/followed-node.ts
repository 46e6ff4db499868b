import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Grant, type TokenEntry, TokenFile } from '#libs/access';
import { type Message, recordLengthOf, writeRecord } from '#libs/events';
import { StreamConnection } from '#libs/sdk';
import type { BareInput } from './falling-market.js';

const program = join(process.cwd(), 'dist/apps/clearing-node/src/main.js');

/** A node process that serves streams, on a log that outlives it. */
export class FollowedNode {
  http = '';
  private child: ChildProcess | undefined;

  constructor(readonly dataDir: string) {
    mkdirSync(dataDir, { recursive: true });
  }

  get address(): string {
    return join(this.dataDir, 'node.sock');
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts it; with a fixed port it can be found again after a restart. */
  async start(port = 0): Promise<void> {
    rmSync(this.address, { force: true });
    const args = ['--data-dir', this.dataDir, '--listen', this.address, '--port', String(port)];
    this.child = spawn(process.execPath, [program, ...args, '--time-step-max-s', '3600'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: this.child.stdout! });
    const [line] = (await once(lines, 'line')) as [string];
    this.http = (JSON.parse(line) as { http: string }).http;
  }

  get port(): number {
    return Number(new URL(this.http).port);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Resident bytes of the process. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${String(this.pid)}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
  }

  /** The token of a grant that the node made. */
  token(name: string): string {
    const entries = JSON.parse(
      readFileSync(join(this.dataDir, 'tokens.json'), 'utf8'),
    ) as TokenEntry[];
    return entries.find((entry) => entry.name === name)?.token ?? '';
  }

  addToken(grant: Grant): string {
    return this.tokens().add(grant);
  }

  removeToken(name: string): boolean {
    return this.tokens().remove(name);
  }

  private tokens(): TokenFile {
    return TokenFile.open(join(this.dataDir, 'tokens.json'));
  }
}

/** Sends the operator's inputs, each once, whatever happens to the node meanwhile. */
export class Feeder {
  private readonly inputs: BareInput[] = [];
  private publisher: StreamConnection | undefined;
  private sent = 0;
  private acknowledged = 0;
  /** Last durable event, as far as it was told. */
  head = 0;

  constructor(private readonly node: FollowedNode) {}

  /** Connects (again) and goes on behind what is durable. */
  async connect(): Promise<void> {
    this.publisher = await StreamConnection.open({
      address: this.node.address,
      publisher: 'operator',
      subscribeFrom: 0,
      onReleased: ({ lastPublisherSequence, firstSequence, count }) => {
        this.acknowledged = lastPublisherSequence;
        this.head = firstSequence + count - 1;
      },
      onClosed: () => (this.publisher = undefined),
    });
    this.acknowledged = this.publisher.welcome.lastPublisherSequence;
    this.sent = this.acknowledged;
    this.flush();
  }

  send(inputs: readonly BareInput[]): void {
    this.inputs.push(...inputs);
    this.flush();
  }

  /** Resolves when everything is durable. */
  async settled(): Promise<void> {
    while (this.acknowledged < this.inputs.length) await new Promise((next) => setTimeout(next, 5));
  }

  close(): void {
    this.publisher?.close();
  }

  private flush(): void {
    if (this.publisher === undefined) return;
    for (; this.sent < this.inputs.length; this.sent += 1) {
      const head = { publisher: 1, publisherSequence: this.sent + 1 };
      const message = { ...this.inputs[this.sent], ...head } as Message;
      const record = new Uint8Array(recordLengthOf(message));
      writeRecord(new DataView(record.buffer), 0, message, 0);
      this.publisher.send(record);
    }
  }
}
