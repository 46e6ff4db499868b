import { type ChildProcess, fork } from 'node:child_process';
import type { IngestRun } from './ingest-run.js';
import type { QueryOrder, QueryReply } from './query-client.js';

/** The process that asks a node that serves the API, with an auditor's token. */
export class QueryProcess {
  readonly #child: ChildProcess;
  #onReply: (reply: QueryReply) => void = () => undefined;

  constructor(ingest: IngestRun) {
    const script = new URL('./query-client.js', import.meta.url);
    const { accounts } = ingest.setting;
    const http = ingest.ready?.http ?? '';
    this.#child = fork(script, [http, ingest.token('auditor'), String(accounts)]);
    this.#child.on('message', (reply: QueryReply) => this.#onReply(reply));
    this.#child.once('exit', (code) => {
      throw new Error(`the process that asks ended with ${String(code)}`);
    });
  }

  start(perSecond: number): Promise<QueryReply> {
    return this.#perform({ kind: 'start', perSecond });
  }

  /** What was asked and answered since `start`; all is answered. */
  stop(): Promise<QueryReply> {
    return this.#perform({ kind: 'stop' });
  }

  end(): void {
    this.#child.removeAllListeners('exit');
    this.#child.send({ kind: 'end' } satisfies QueryOrder);
  }

  #perform(order: QueryOrder): Promise<QueryReply> {
    const reply = new Promise<QueryReply>((resolve) => (this.#onReply = resolve));
    this.#child.send(order);
    return reply;
  }
}

/** Answers that were not as they must be. */
export function errorCount({ errors }: QueryReply): number {
  return Object.values(errors).reduce((sum, one) => sum + one, 0);
}

export function allLatenciesMs({ latenciesMs }: QueryReply): number[] {
  return Object.values(latenciesMs).flat();
}
