import { type MessagePort, Worker } from 'node:worker_threads';
import { ReadModel, type ReadModelOptions, type SnapshotNotice } from './read-model.js';
import { nameThread } from './thread-name.js';

/** What the reader thread tells the core thread. */
export type ReaderNotice =
  | SnapshotNotice
  | { readonly kind: 'ready'; readonly http?: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly error: string };

export interface ReaderOptions extends ReadModelOptions {
  /** The thread's script; it calls `runReader`. */
  readonly script: URL;
  /** Given to the script as it is. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** What a reader thread's script finds in its workerData. */
export interface ReaderData extends ReadModelOptions {
  readonly settings: Readonly<Record<string, string | number>>;
}

/**
 * Runs the read model on a reader thread until the owner says `close`. `serve` is called with it
 * before it follows the log, and returns how to stop serving.
 */
export async function runReader(
  data: ReaderData,
  owner: MessagePort,
  serve?: (model: ReadModel) => Promise<{ readonly http: string; close(): Promise<void> }>,
): Promise<void> {
  nameThread('novate-reader');
  const stopping = new AbortController();
  owner.once('message', () => stopping.abort());
  try {
    const model = await ReadModel.open(data);
    const server = await serve?.(model);
    owner.postMessage({ kind: 'ready', ...(server === undefined ? {} : { http: server.http }) });
    await model.run((notice) => owner.postMessage(notice), stopping.signal);
    await server?.close();
    owner.postMessage({ kind: 'closed' });
  } catch (error) {
    owner.postMessage({
      kind: 'failed',
      error: error instanceof Error ? error.message : String(error),
    });
  }
  owner.close();
}

/** The reader thread as the core thread sees it. */
export class Reader {
  private readonly worker: Worker;
  private onClosed: () => void = () => undefined;
  /** Resolves when it follows the log; with the address of its HTTP server, if it has one. */
  readonly ready: Promise<string | undefined>;

  constructor(
    { script, settings = {}, ...model }: ReaderOptions,
    onSnapshot: (notice: SnapshotNotice) => void,
    onFailed: (error: string) => void,
  ) {
    const workerData: ReaderData = { ...model, settings };
    this.worker = new Worker(script, { workerData });
    this.worker.on('error', (error) => onFailed(error.message));
    this.ready = new Promise((resolve) => {
      this.worker.on('message', (notice: ReaderNotice) => {
        if (notice.kind === 'snapshot') onSnapshot(notice);
        else if (notice.kind === 'ready') resolve(notice.http);
        else if (notice.kind === 'failed') onFailed(notice.error);
        else this.onClosed();
      });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.onClosed = resolve;
      this.worker.once('exit', () => resolve());
    });
    this.worker.postMessage('close');
    await closed;
    await this.worker.terminate();
  }
}
