import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../../scripts/brokers/nats.sh', import.meta.url));
const MONITOR_OFFSET = 200;

/** A nats-server of the benchmark's own, with its store below a directory. */
export class NatsUnderTest {
  readonly #directory: string;
  readonly server: string;
  readonly monitor: string;

  /** @param syncInterval `always`, or how often the server syncs */
  constructor(base: string, port: number, syncInterval: string) {
    this.#directory = path.join(base, 'nats');
    this.server = `127.0.0.1:${String(port)}`;
    this.monitor = `http://127.0.0.1:${String(port + MONITOR_OFFSET)}`;
    this.#run(['start', '--port', String(port)], { NATS_SYNC_INTERVAL: syncInterval });
  }

  url(stream: string): string {
    return `nats://${this.server}/${stream}?monitor=${this.monitor}`;
  }

  destroy(): void {
    this.#run(['destroy']);
  }

  #run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): void {
    execFileSync(script, [...args, '--dir', this.#directory], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...environment },
    });
  }
}
