import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

function serverProgram(): string {
  const { NOVATE_BROKERS, XDG_CACHE_HOME } = process.env;
  const cache =
    NOVATE_BROKERS ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'novate-brokers');
  return join(cache, 'nats/nats-server');
}

/** A nats-server with a configuration that the scripts do not make: logins, TLS, other limits. */
export class PlainServer {
  private constructor(
    readonly directory: string,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /** @param settings lines of its configuration beside port and store; DIR is its directory */
  static async start(settings: string, prepare?: (directory: string) => Promise<void>) {
    const directory = await mkdtemp(join(tmpdir(), 'novate-nats-'));
    await prepare?.(directory);
    const port = await freePort();
    const config = [
      `listen: "127.0.0.1:${String(port)}"`,
      `jetstream { store_dir: "${directory}/store", sync_interval: always }`,
      settings.replaceAll('DIR', directory),
    ];
    await writeFile(join(directory, 'server.conf'), config.join('\n'));
    const args = ['-c', join(directory, 'server.conf')];
    const child = spawn(serverProgram(), args, { stdio: ['ignore', 'ignore', 'pipe'] });
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('Server is ready')) resolve();
      });
      child.once('exit', () => reject(new Error(said)));
    });
    return new PlainServer(directory, port, child);
  }

  async destroy(): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A certificate authority and what it vouches for: a server on localhost. */
export async function makeCertificates(directory: string): Promise<void> {
  const subject = ['-subj', '/CN=localhost', '-days', '2', '-nodes', '-newkey', 'rsa:2048'];
  const files = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')];
  const name = ['-addext', 'subjectAltName=DNS:localhost'];
  await runFile('openssl', ['req', '-x509', ...subject, ...name, ...files]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
