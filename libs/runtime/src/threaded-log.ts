import { Worker } from 'node:worker_threads';
import type {
  AppendOutcome,
  Durability,
  EventLog,
  Frame,
  FrameDraft,
  Head,
  LogRecord,
} from '#libs/event-log';
import { LogCorruption, LogLocked, LogUnavailable } from '#libs/event-log';
import { type LogTarget, type OpenedLog, openLog } from './log-location.js';

/** What the core thread asks the log thread. */
export type LogCall = { readonly id: number } & (
  | { readonly method: 'append'; readonly frame: FrameDraft; readonly expectedHead: number }
  | {
      readonly method: 'appendLogRecords';
      readonly records: readonly Uint8Array[];
      readonly epoch: number;
    }
  | { readonly method: 'resolve'; readonly frame: FrameDraft | undefined }
  | { readonly method: 'claim' | 'head' | 'close' }
);

export interface LogReply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
  readonly name?: string;
}

interface Opened {
  readonly durability: Durability;
  readonly engine: string;
  readonly notices: readonly string[];
}

type Call = LogCall extends infer C ? (C extends LogCall ? Omit<C, 'id'> : never) : never;

/** A log of any engine on a thread of its own. Reading happens on the calling thread. */
export class ThreadedEventLog implements EventLog {
  readonly durability: Durability;
  readonly engine: string;
  readonly notices: readonly string[];
  private readonly answers = new Map<number, (reply: LogReply) => void>();
  private nextId = 1;
  /** Why the thread answers no more. */
  private ended: string | undefined;

  private constructor(
    private readonly worker: Worker,
    private readonly reader: OpenedLog,
    opened: Opened,
  ) {
    this.durability = opened.durability;
    this.engine = opened.engine;
    this.notices = opened.notices;
    worker.on('message', (reply: LogReply) => {
      this.answers.get(reply.id)?.(reply);
      this.answers.delete(reply.id);
    });
    worker.on('error', (error) => this.fail(error.message));
    worker.on('exit', () => this.fail('the log thread has ended'));
  }

  /** @throws LogLocked, LogCorruption, LogUnavailable as the engine does */
  static async open(target: LogTarget): Promise<ThreadedEventLog> {
    const worker = new Worker(new URL('./log-thread.js', import.meta.url), {
      workerData: target,
    });
    const opened = await new Promise<LogReply>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    if (opened.error !== undefined) throw asError(opened, target.location.display);
    try {
      const reader = await openLog({ ...target, readOnly: true });
      return new ThreadedEventLog(worker, reader, opened.value as Opened);
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  append(frame: FrameDraft, expectedHead: number): Promise<AppendOutcome> {
    return this.outcome({ method: 'append', frame, expectedHead });
  }

  appendLogRecords(records: readonly Uint8Array[], epoch: number): Promise<AppendOutcome> {
    return this.outcome({ method: 'appendLogRecords', records, epoch });
  }

  resolve(frame?: FrameDraft): Promise<AppendOutcome> {
    return this.outcome({ method: 'resolve', frame });
  }

  async claim(): Promise<{ readonly epoch: number; readonly head: Head }> {
    return valueOf(await this.call({ method: 'claim' })) as { epoch: number; head: Head };
  }

  async head(): Promise<Head> {
    return valueOf(await this.call({ method: 'head' })) as Head;
  }

  read(fromSequence: number): AsyncIterable<Frame> {
    return this.reader.read(fromSequence);
  }

  follow(fromSequence: number, signal: AbortSignal): AsyncIterable<Frame> {
    return this.reader.follow(fromSequence, signal);
  }

  readLogRecords(): AsyncIterable<LogRecord> {
    return this.reader.readLogRecords();
  }

  async close(): Promise<void> {
    await this.reader.close();
    const reply = await this.call({ method: 'close' });
    await this.worker.terminate();
    valueOf(reply);
  }

  private async outcome(call: Call): Promise<AppendOutcome> {
    const reply = await this.call(call);
    if (reply.error === undefined) return reply.value as AppendOutcome;
    return { kind: 'unknown', detail: reply.error };
  }

  private call(call: Call): Promise<LogReply> {
    const id = this.nextId++;
    if (this.ended !== undefined) return Promise.resolve({ id, error: this.ended });
    return new Promise((resolve) => {
      this.answers.set(id, resolve);
      this.worker.postMessage({ id, ...call });
    });
  }

  private fail(error: string): void {
    this.ended ??= error;
    for (const [id, resolve] of this.answers) resolve({ id, error });
    this.answers.clear();
  }
}

function valueOf(reply: LogReply): unknown {
  if (reply.error !== undefined) throw new LogUnavailable(reply.error);
  return reply.value;
}

/** The log thread's error as the class it was, so that callers can tell them apart. */
function asError({ error = '', name }: LogReply, where: string): Error {
  if (name === 'LogLocked') return Object.assign(new LogLocked(where, ''), { message: error });
  if (name === 'LogCorruption') {
    return Object.assign(new LogCorruption('', where, 0), { message: error });
  }
  if (name === 'LogUnavailable') return new LogUnavailable(error);
  return new LogUnavailable(
    `the log ${where} cannot be opened: ${error}; put that right and start again`,
  );
}
