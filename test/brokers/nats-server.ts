import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const script = resolve('scripts/brokers/nats.sh');
/** Each server takes its client port and the one 200 above it. */
const FIRST_PORT = 26_000;
const PORTS_APART = 2;
const PORTS = 90;

const runFile = promisify(execFile);

/** A real nats-server on loopback with a store of its own. */
export class NatsServer {
  private constructor(
    readonly directory: string,
    readonly port: number,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** @param settings of the script's environment, such as NATS_SYNC_INTERVAL */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<NatsServer> {
    const directory = await mkdtemp(join(tmpdir(), 'novate-nats-'));
    const port = FIRST_PORT + PORTS_APART * Math.floor(Math.random() * PORTS);
    const server = new NatsServer(directory, port, settings);
    await server.run('start', '--port', String(port));
    return server;
  }

  get monitor(): string {
    return `http://127.0.0.1:${String(this.port + 200)}`;
  }

  url(stream: string, query = ''): string {
    return `nats://127.0.0.1:${String(this.port)}/${stream}${query}`;
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.run('kill', '1');
  }

  /** Starts it again, on the same store and port, and waits until it serves. */
  async restart(): Promise<void> {
    await this.run('restart', '1');
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
