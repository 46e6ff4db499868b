import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const script = resolve('scripts/brokers/nats.sh');
/** A server takes its client port and those 100 and 200 above it, a cluster three of each. */
const FIRST_PORT = 26_000;
const PORTS_APART = 3;
const PORTS = 30;
let nextPlace = Math.floor(Math.random() * PORTS);

const runFile = promisify(execFile);

/** A real nats-server on loopback with a store of its own, or a cluster of three. */
export class NatsServer {
  private constructor(
    readonly directory: string,
    readonly port: number,
    private settings: Readonly<Record<string, string>>,
    private readonly nodes: 1 | 3,
  ) {}

  /** @param settings of the script's environment, such as NATS_SYNC_INTERVAL */
  static async start(
    settings: Readonly<Record<string, string>> = {},
    nodes: 1 | 3 = 1,
  ): Promise<NatsServer> {
    const directory = await mkdtemp(join(tmpdir(), 'novate-nats-'));
    const port = FIRST_PORT + PORTS_APART * (nextPlace++ % PORTS);
    const server = new NatsServer(directory, port, settings, nodes);
    await server.run('start', '--port', String(port), '--nodes', String(nodes));
    return server;
  }

  /** Monitoring addresses, with commas between. */
  get monitor(): string {
    return this.addresses(200, 'http://');
  }

  url(stream: string, query = ''): string {
    return `nats://${this.addresses(0)}/${stream}${query}`;
  }

  /** SIGKILL. */
  async kill(node = 1): Promise<void> {
    await this.run('kill', String(node));
  }

  /** Starts it again, on the same store and port, and waits until it serves. */
  async restart(node = 1, settings = this.settings): Promise<void> {
    this.settings = settings;
    await this.run('restart', String(node));
  }

  async pause(): Promise<void> {
    await this.run('pause', '1');
  }

  async resume(): Promise<void> {
    await this.run('resume', '1');
  }

  async stop(): Promise<void> {
    await this.run('stop');
  }

  async destroy(): Promise<void> {
    await this.run('destroy');
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Flips one bit of `marker`'s neighbourhood in the stopped server's store of a stream. */
  async damage(stream: string, find: (block: Buffer) => number): Promise<void> {
    const blocks = join(this.directory, '1/store/jetstream/$G/streams', stream, 'msgs');
    for (const name of (await readdir(blocks)).filter((each) => each.endsWith('.blk'))) {
      const path = join(blocks, name);
      const bytes = await readFile(path);
      const at = find(bytes);
      if (at < 0) continue;
      const file = await open(path, 'r+');
      await file.write(Buffer.of((bytes[at] ?? 0) ^ 4), 0, 1, at);
      await file.sync();
      await file.close();
      return;
    }
    throw new Error(`nothing to damage in ${blocks}`);
  }

  private addresses(offset: number, scheme = ''): string {
    const nodes = Array.from({ length: this.nodes }, (_, n) => this.port + offset + n);
    return nodes.map((port) => `${scheme}127.0.0.1:${String(port)}`).join(',');
  }

  private async run(...args: readonly string[]): Promise<void> {
    await runFile(script, [...args, '--dir', this.directory], {
      env: { ...process.env, ...this.settings },
    });
  }
}

/** Where byte `offset` of an event frame's body stands in a block file; -1 when it is not there. */
export function bodyByteOf(frameNumber: number, offset: number): (block: Buffer) => number {
  return (block) => {
    for (let at = block.indexOf('NVLFRAME'); at >= 0; at = block.indexOf('NVLFRAME', at + 1)) {
      const isEvent = block.readUInt16LE(at + 10) === 1;
      if (isEvent && Number(block.readBigInt64LE(at + 24)) === frameNumber)
        return at + 192 + offset;
    }
    return -1;
  };
}
