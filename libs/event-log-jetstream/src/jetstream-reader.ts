import {
  LogUnavailable,
  headOf,
  rejected,
  type AppendOutcome,
  type Durability,
  type Frame,
  type Head,
  type LogRecord,
} from '#libs/event-log';
import {
  POLL_MS_DEFAULT,
  type JetStreamLog,
  type JetStreamLogOptions,
} from './jetstream-options.js';
import { openStream, type OpenedStream } from './opening.js';
import { endOf } from './stream-end.js';
import { StreamReading } from './stream-reading.js';

/** The log on JetStream opened for reading, also while another process writes it. */
export class JetStreamReader implements JetStreamLog {
  readonly durability: Durability;
  readonly engine: string;
  readonly notices: readonly string[] = [];
  private readonly reading: StreamReading;
  private readonly closing = new AbortController();

  private constructor(
    private readonly opened: OpenedStream,
    { pollMs = POLL_MS_DEFAULT }: JetStreamLogOptions,
  ) {
    this.durability = opened.finding.durability;
    this.engine = opened.engine;
    this.reading = new StreamReading(opened.stream, pollMs);
  }

  /** @throws LogUnavailable when there is no log; LogCorruption */
  static async open(options: JetStreamLogOptions): Promise<JetStreamReader> {
    return new JetStreamReader(await openStream({ ...options, readOnly: true }), options);
  }

  append(): Promise<AppendOutcome> {
    return Promise.resolve(rejected('the log is open for reading only'));
  }

  appendLogRecords(): Promise<AppendOutcome> {
    return this.append();
  }

  resolve(): Promise<AppendOutcome> {
    return this.append();
  }

  claim(): Promise<{ readonly epoch: number; readonly head: Head }> {
    return Promise.reject(new LogUnavailable('the log is open for reading only'));
  }

  read(fromSequence: number): AsyncIterable<Frame> {
    return this.reading.read(fromSequence);
  }

  follow(fromSequence: number, signal: AbortSignal): AsyncIterable<Frame> {
    return this.reading.follow(fromSequence, AbortSignal.any([signal, this.closing.signal]));
  }

  readLogRecords(): AsyncIterable<LogRecord> {
    return this.reading.readLogRecords();
  }

  async head(): Promise<Head> {
    return headOf((await endOf(this.opened.stream)).state);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.opened.stream.connection.close();
  }
}
