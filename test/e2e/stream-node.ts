import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Grant, type TokenEntry, TokenFile } from '#libs/access';
import { Publisher } from '#libs/sdk';
import { streamWorld } from '../support/stream-world.js';

const program = join(process.cwd(), 'dist/apps/clearing-node/src/main.js');

/** A clearing node as a process of its own, with its stream on a port that it keeps when restarted. */
export class StreamNode {
  address = '';
  /** How often it was started. */
  lives = 0;
  stderr = '';
  private child: ChildProcess | undefined;
  private isEnding = false;
  private onEnded: (how: string) => void = () => undefined;

  private constructor(
    readonly dataDir: string,
    /** A port, or the path of a Unix socket. */
    private readonly listen: string | number,
  ) {}

  static async start(dataDir: string, listen?: string): Promise<StreamNode> {
    mkdirSync(dataDir, { recursive: true });
    const node = new StreamNode(dataDir, listen ?? (await freePort()));
    await node.launch();
    return node;
  }

  /** Starts it, with what the operator sends first, and a publisher `venue` with a grant. */
  static async withWorld(dataDir: string): Promise<StreamNode> {
    const node = await StreamNode.start(dataDir);
    const operator = await Publisher.connect({
      ...{ address: node.address, publisher: 'operator', token: node.tokenOf('operator') },
      onAck: ({ number, reason }) => {
        if (reason !== 0) throw new Error(`input ${String(number)}: ${String(reason)}`);
      },
    });
    for (const input of streamWorld()) await operator.publish(input);
    await operator.close();
    node.grant({ name: 'venue', role: 'publisher', publisher: 'venue' });
    node.grant({ name: 'spare', role: 'publisher', publisher: 'spare' });
    return node;
  }

  get isRunning(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }

  tokenOf(name: string): string {
    const entries = JSON.parse(readFileSync(this.tokenFile, 'utf8')) as TokenEntry[];
    return entries.find((entry) => entry.name === name)?.token ?? '';
  }

  grant(grant: Grant): string {
    return TokenFile.open(this.tokenFile).add(grant);
  }

  revoke(name: string): void {
    TokenFile.open(this.tokenFile).remove(name);
  }

  /** Starts the process; resolves when it serves. */
  async launch(): Promise<void> {
    const settings = {
      'data-dir': this.dataDir,
      listen: this.listen,
      port: 'none',
      'time-step-max-s': 3_600,
    };
    const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]);
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.isEnding = false;
    this.lives += 1;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    child.once('exit', (code, signal) => {
      if (!this.isEnding) this.onEnded(`the node ended by itself: ${String(code ?? signal)}`);
    });
    const ended = new Promise<never>((_, reject) => {
      this.onEnded = (how) => reject(new Error(`${how}: ${this.stderr}`));
    });
    const line = new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).once('line', resolve);
    });
    const ready = JSON.parse(await Promise.race([line, ended])) as { binary: string };
    ended.catch(() => undefined);
    this.address = ready.binary;
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    if (this.isRunning) await this.end('SIGTERM');
  }

  /** Stops it in order, so that whoever reads its files sees everything, and starts it again. */
  async restart(): Promise<void> {
    await this.stop();
    await this.launch();
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.isEnding = true;
    await new Promise<void>((resolve) => {
      child?.once('exit', () => resolve());
      child?.kill(signal);
    });
  }

  private get tokenFile(): string {
    return join(this.dataDir, 'tokens.json');
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
