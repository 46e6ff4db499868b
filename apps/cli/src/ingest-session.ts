import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { systemClock, TimeJumpPending } from '#libs/runtime';
import { AnswerQueue } from './answers.js';
import { CommandFailure, exitCodes } from './failure.js';
import { describeTimeJump, Ingestion } from './ingestion.js';
import { LineSplitter } from './line-splitter.js';
import { type LogWriter, openLogWriter, type WriterSettings } from './log-writer.js';

/** Answers that may wait for the disk before reading stops. */
const WAITING_MAX = 200_000;
/** How often an idle session looks at deadlines and sweeps, with the machine's clock. */
const TICK_MS = 20;

export interface IngestSettings extends WriterSettings {
  readonly time: 'input' | 'machine';
  readonly timeStepMaxUs: number;
  readonly acceptTimeJump: boolean;
}

/** One run of `novate ingest`: reads lines, takes them, and prints answers when they are durable. */
export class IngestSession {
  private readonly answers: AnswerQueue;
  private readonly ingestion: Ingestion;
  private printing: Promise<void> = Promise.resolve();
  private failure: unknown;
  private isStopping = false;

  private constructor(
    private readonly settings: IngestSettings,
    private readonly input: Readable,
    private readonly writer: LogWriter,
  ) {
    const { sequencer, log } = writer;
    this.answers = new AnswerQueue(log, sequencer.house.state.clock.sequence);
    this.ingestion = new Ingestion({
      sequencer,
      answers: this.answers,
      assertRunning: () => writer.assertRunning(),
      ...settings,
    });
  }

  /** @throws CommandFailure when the log cannot be opened for writing */
  static async open(settings: IngestSettings, input: Readable): Promise<IngestSession> {
    const opened: { session?: IngestSession } = {};
    const writer = await openLogWriter({
      ...settings,
      onReleased: (draft, head) => {
        opened.session?.answers.released(draft, head);
        void opened.session?.print();
      },
    });
    opened.session = new IngestSession(settings, input, writer);
    return opened.session;
  }

  get notices(): readonly string[] {
    return this.writer.notices;
  }

  /**
   * Runs to the end of the input, or to the first Ctrl-C; finishes and answers what was taken.
   * @throws CommandFailure on a time jump that was not accepted, or a log that failed
   */
  async run(): Promise<Ingestion> {
    const { sequencer } = this.writer;
    this.stopOnSignal();
    const ticker = setInterval(() => this.tick(), TICK_MS);
    try {
      if (this.settings.time === 'machine' && sequencer.house.state.clock.sequence > 0) {
        await this.ingestion.begin(systemClock.nowUs());
      }
      await this.read();
    } catch (error) {
      this.fail(error);
    }
    clearInterval(ticker);
    await this.finish();
    const { failure } = this;
    if (failure instanceof TimeJumpPending) {
      throw new CommandFailure(exitCodes.badInput, describeTimeJump(failure));
    }
    if (failure instanceof Error) throw failure;
    return this.ingestion;
  }

  private async read(): Promise<void> {
    const splitter = new LineSplitter();
    try {
      for await (const chunk of this.input) {
        await this.take(splitter.push(Buffer.from(chunk as Uint8Array)));
      }
    } catch (error) {
      // A destroyed input is how a signal, or a failure elsewhere, ends the reading.
      if (!this.isStopping && this.failure === undefined) throw error;
    }
    if (!this.isStopping) await this.take(splitter.end());
  }

  /** Takes the lines of one chunk: they share frames, and so the disk's work. */
  private async take(lines: ReturnType<LineSplitter['push']>): Promise<void> {
    for (const line of lines) {
      if (this.isStopping) return;
      this.writer.assertRunning();
      await this.ingestion.take(line);
    }
    this.writer.sequencer.flush();
    if (this.answers.length > WAITING_MAX) await this.writer.sequencer.settled();
    await this.print();
  }

  private async finish(): Promise<void> {
    try {
      await this.writer.sequencer.drain();
      await this.print();
      await this.answers.close();
      await this.writer.close();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Prints the answers that may be given now, in order; waits when the reader is slow. */
  private print(): Promise<void> {
    const next = this.printing.then(async () => {
      const text = await this.answers.take();
      if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
    });
    this.printing = next.catch((error: unknown) => this.fail(error));
    return this.printing;
  }

  /** Deadlines and sweeps go on while no input comes. A pending jump is told to the next input. */
  private tick(): void {
    if (!this.ingestion.hasBegun) return;
    try {
      this.writer.sequencer.tick();
    } catch (error) {
      if (!(error instanceof TimeJumpPending)) this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.input.destroy();
  }

  private stopOnSignal(): void {
    const stop = (): void => {
      this.isStopping = true;
      this.input.destroy();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  }
}
