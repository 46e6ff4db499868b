import { type MessagePort, Worker } from 'node:worker_threads';
import { DurableHead } from './durable-head.js';
import { ReadModel, type ReadModelOptions, type SnapshotNotice } from './read-model.js';
import { SubmissionPort } from './submission-port.js';
import type { Submission, SubmissionResult } from './submissions.js';
import { giveWay, nameThread } from './this-thread.js';

/** What the reader thread tells the core thread. */
export type ReaderNotice =
  | SnapshotNotice
  | Submission
  | { readonly kind: 'ready'; readonly http?: string }
  | { readonly kind: 'drained' }
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
type OwnerMessage =
  | SubmissionResult
  | ({ readonly kind: 'standing' } & NodeStanding)
  | { readonly kind: 'drain' }
  | { readonly kind: 'close' };

/** What keeps the core from taking inputs; each in words, absent when it does not. */
export interface NodeStanding {
  /** Log time would jump: risk is suspended until that is accepted. */
  readonly suspended?: string;
  /** The log can no longer be written. */
  readonly stopped?: string;
}

/** What a script that serves an API works with. */
export interface ReaderContext {
  readonly model: ReadModel;
  readonly submissions: SubmissionPort;
  /** Absent when the writer is no thread of this process. */
  readonly durableHead: DurableHead | undefined;
  /** As the core thread told last. */
  standing(): NodeStanding;
}

/** What serves on the reader thread. */
export interface ReaderServer {
  /** URL under which it is reached. */
  readonly http: string;
  /** Takes nothing new; resolves when what was begun is answered. The core still runs. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Runs the read model on a reader thread until the owner says `close`. `serve` is called
 * before it follows the log, and returns how to stop serving.
 */
export async function runReader(
  data: ReaderData,
  owner: MessagePort,
  serve?: (context: ReaderContext) => Promise<ReaderServer>,
): Promise<void> {
  nameThread('novate-reader');
  giveWay();
  const stopping = new AbortController();
  const submissions = new SubmissionPort((submission, transfer) =>
    owner.postMessage(submission, transfer),
  );
  let standing: NodeStanding = {};
  let server: ReaderServer | undefined;
  const drain = async (): Promise<void> => {
    await server?.drain();
    owner.postMessage({ kind: 'drained' });
  };
  owner.on('message', (message: OwnerMessage) => {
    if (message.kind === 'submitted') submissions.answered(message);
    else if (message.kind === 'standing') standing = message;
    else if (message.kind === 'drain') void drain();
    else stopping.abort();
  });
  try {
    const model = await ReadModel.open(data);
    const durableHead =
      data.durableHead === undefined ? undefined : new DurableHead(data.durableHead);
    server = await serve?.({ model, submissions, durableHead, standing: () => standing });
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
  private onDrained: () => void = () => undefined;
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
        else if (notice.kind === 'drained') this.onDrained();
        else this.onClosed();
      });
    });
  }

  /** Gives the answer to a submission of the reader thread. */
  answer(result: SubmissionResult): void {
    this.tell(result);
  }

  /** Says what keeps the core from taking inputs. */
  announce(standing: NodeStanding): void {
    this.tell({ kind: 'standing', ...standing });
  }

  /** Resolves when it takes no request any more and has answered those it had. */
  drain(): Promise<void> {
    const drained = new Promise<void>((resolve) => {
      this.onDrained = resolve;
      this.worker.once('exit', () => resolve());
    });
    this.tell({ kind: 'drain' });
    return drained;
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
