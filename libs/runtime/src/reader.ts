import { type MessagePort, Worker } from 'node:worker_threads';
import { ReadModel, type ReadModelOptions, type SnapshotNotice } from './read-model.js';
import { SubmissionPort } from './submission-port.js';
import type { Submission, SubmissionResult } from './submissions.js';
import { nameThread } from './thread-name.js';

/** What the reader thread tells the core thread. */
export type ReaderNotice =
  | SnapshotNotice
  | Submission
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

/** What the core thread tells the reader thread. */
type OwnerMessage = SubmissionResult | { readonly kind: 'close' };

/** What a script that serves an API works with. */
export interface ReaderContext {
  readonly model: ReadModel;
  readonly submissions: SubmissionPort;
}

/**
 * Runs the read model on a reader thread until the owner says `close`. `serve` is called
 * before it follows the log, and returns how to stop serving.
 */
export async function runReader(
  data: ReaderData,
  owner: MessagePort,
  serve?: (context: ReaderContext) => Promise<{ readonly http: string; close(): Promise<void> }>,
): Promise<void> {
  nameThread('novate-reader');
  const stopping = new AbortController();
  const submissions = new SubmissionPort((submission, transfer) =>
    owner.postMessage(submission, transfer),
  );
  owner.on('message', (message: OwnerMessage) => {
    if (message.kind === 'submitted') submissions.answered(message);
    else stopping.abort();
  });
  try {
    const model = await ReadModel.open(data);
    const server = await serve?.({ model, submissions });
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

/** Whom the reader thread talks to, on the core thread. */
export interface ReaderOwner {
  onSnapshot(notice: SnapshotNotice): void;
  onSubmission(submission: Submission): void;
  onFailed(error: string): void;
}

/** The reader thread as the core thread sees it. */
export class Reader {
  private readonly worker: Worker;
  private onClosed: () => void = () => undefined;
  /** Resolves when it follows the log; with the address of its HTTP server, if it has one. */
  readonly ready: Promise<string | undefined>;

  constructor({ script, settings = {}, ...model }: ReaderOptions, owner: ReaderOwner) {
    const workerData: ReaderData = { ...model, settings };
    this.worker = new Worker(script, { workerData });
    this.worker.on('error', (error) => owner.onFailed(error.message));
    this.ready = new Promise((resolve) => {
      this.worker.on('message', (notice: ReaderNotice) => {
        if (notice.kind === 'snapshot') owner.onSnapshot(notice);
        else if (notice.kind === 'submission') owner.onSubmission(notice);
        else if (notice.kind === 'ready') resolve(notice.http);
        else if (notice.kind === 'failed') owner.onFailed(notice.error);
        else this.onClosed();
      });
    });
  }

  /** Gives the answer to a submission of the reader thread. */
  answer(result: SubmissionResult): void {
    this.tell(result);
  }

  private tell(message: OwnerMessage): void {
    this.worker.postMessage(message);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.onClosed = resolve;
      this.worker.once('exit', () => resolve());
    });
    this.tell({ kind: 'close' });
    await closed;
    await this.worker.terminate();
  }
}
