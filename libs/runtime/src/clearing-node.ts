import { ClearingHouse, LATEST_LOGIC } from '#libs/clearing-house';
import {
  DURABILITIES,
  type Durability,
  engineDeclared,
  type EventLog,
  LogUnavailable,
} from '#libs/event-log';
import { type Message, recordLengthOf, writeRecord } from '#libs/events';
import { recover } from '#libs/replay';
import { type Clock, systemClock } from './clock.js';
import { CorePriority } from './core-priority.js';
import { DurableHead } from './durable-head.js';
import { fileLocation, type LogLocation } from './log-location.js';
import { PublisherServer } from './publisher-server.js';
import type { FindGrant } from './stream-authority.js';
import type { SnapshotNotice } from './read-model.js';
import { Reader, type ReaderOptions } from './reader.js';
import { Sequencer, sharedFrame, TimeJumpPending } from './sequencer.js';
import { SubmissionDesk } from './submission-desk.js';
import { ThreadedEventLog } from './threaded-log.js';

const TICK_MS = 5;
/** How often the core looks at how busy it is. */
const TICKS_A_LOOK = 20;

export interface NodeOptions {
  /** Snapshots and caches, and the log unless it is elsewhere. */
  readonly dataDir: string;
  /** The embedded log in `dataDir` by default. */
  readonly log?: LogLocation;
  /** Take the log from a living writer, which is fenced; refused otherwise. */
  readonly takeOver?: boolean;
  /** Unix socket path or loopback port of the publishers' stream; none when absent. */
  readonly listen?: string | number;
  /** Grants of tokens for the publishers' stream; on a port there is none without. */
  readonly findGrant?: FindGrant;
  /** `input`: log time comes from the publishers; otherwise the machine's clock. */
  readonly time: 'input' | 'machine';
  /** Largest advance of log time without acceptance, microseconds. */
  readonly timeStepMaxUs: number;
  /** The node refuses to start on a log that promises less. */
  readonly durabilityMin: Durability;
  /** Events between snapshots; 0 for none. */
  readonly snapshotEvery: number;
  /** Whether the core thread takes a processor before everybody else, where allowed, while it has time to spare. */
  readonly comesFirst: boolean;
  /** Accept a gap in log time that is found at start. */
  readonly acceptTimeJump?: boolean;
  /** Publishers that a new log knows from its beginning. */
  readonly firstPublishers?: readonly string[];
  /** Script and settings of the reader thread, for a node that serves an API. */
  readonly reader?: Pick<ReaderOptions, 'script' | 'settings'>;
  readonly onStopped: (reason: string) => void;
  readonly onNotice?: (notice: string) => void;
}

/** What a node has done since it started; for measuring. */
export interface NodeStatistics {
  /** Last event taken, durable or not yet. */
  readonly sequence: number;
  /** Margin units evaluated. */
  readonly evaluations: number;
  readonly residentBytes: number;
}

/** The parts of a running node, wired together: log thread, core, publishers' stream, reader thread. */
export class ClearingNode {
  private ticker: NodeJS.Timeout | undefined;
  private isSuspended = false;
  private reader: Reader | undefined;
  private priority: CorePriority | undefined;
  private ticks = 0;

  private constructor(
    readonly log: EventLog,
    readonly sequencer: Sequencer,
    private readonly server: PublisherServer | undefined,
  ) {}

  /** Opens the log, recovers, claims it, declares itself, and serves. */
  static async start(options: NodeOptions): Promise<ClearingNode> {
    const { dataDir, takeOver = false } = options;
    const location = options.log ?? fileLocation(dataDir);
    const log = await ThreadedEventLog.open({ location, dataDir, takeOver });
    try {
      refuseWeakDurability(log, options.durabilityMin);
      for (const notice of log.notices) options.onNotice?.(notice);
      return await ClearingNode.run(log, options);
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  private static async run(log: ThreadedEventLog, options: NodeOptions): Promise<ClearingNode> {
    const { state } = await recover(log, options.dataDir);
    const { epoch } = await log.claim();
    await log.appendLogRecords([engineDeclared(log)], epoch);
    const clock: Clock = systemClock;
    const durableHead = new DurableHead();
    durableHead.advance(state.clock.sequence);
    let server: PublisherServer | undefined;
    const sequencer: Sequencer = new Sequencer({
      house: new ClearingHouse(state, sharedFrame()),
      log,
      epoch,
      time: options.time === 'input' ? 'input' : clock,
      timeStepMaxUs: options.timeStepMaxUs,
      onReleased: (frame) => {
        durableHead.advance(frame.head.sequence);
        server?.release(frame);
        desk.released(frame.head.sequence);
      },
      onRoom: () => {
        desk.resume();
        server?.resume();
      },
      onStopped: (reason) => {
        desk.stop(reason);
        node.reader?.announce({ stopped: reason });
        options.onStopped(reason);
      },
    });
    const desk = new SubmissionDesk(sequencer, (result) => node.reader?.answer(result));
    if (options.listen !== undefined) {
      server = new PublisherServer(sequencer, log, { findGrant: options.findGrant });
    }
    const node = new ClearingNode(log, sequencer, server);
    node.reader = new Reader(
      {
        directory: options.dataDir,
        ...(options.log === undefined ? {} : { log: options.log }),
        snapshotEvery: options.snapshotEvery,
        durableHead: durableHead.memory,
        script: options.reader?.script ?? new URL('./reader-thread.js', import.meta.url),
        settings: options.reader?.settings ?? {},
      },
      {
        onSnapshot: (notice) => node.recordSnapshot(notice),
        onSubmission: (submission) => desk.take(submission),
        onFailed: (error) => options.onStopped(`the reader thread failed: ${error}`),
      },
    );
    // Last of all threads: those that are started from now on would come first too.
    if (options.comesFirst) node.priority = new CorePriority();
    node.begin(options);
    if (server !== undefined && options.listen !== undefined) await server.listen(options.listen);
    return node;
  }

  /** Resolves when the read model follows the log; with its HTTP address, if it serves. */
  get ready(): Promise<string | undefined> {
    return this.reader?.ready ?? Promise.resolve(undefined);
  }

  /** Where the publishers' stream is bound: `host:port` or a path; undefined without one. */
  get binaryAddress(): string | undefined {
    return this.server?.address;
  }

  /** Whether the core thread comes first on the machine's processors now. */
  get comesFirst(): boolean {
    return this.priority?.isFirst ?? false;
  }

  get statistics(): NodeStatistics {
    const { state, judgement } = this.sequencer.house;
    return {
      sequence: state.clock.sequence,
      evaluations: judgement.evaluation.evaluations,
      residentBytes: process.memoryUsage.rss(),
    };
  }

  /** A new log activates the newest logic; a gap in time is accepted if that was asked for. */
  private begin(options: NodeOptions): void {
    if (options.time === 'input') return;
    const head = { publisherSequence: 0, publisher: 1 };
    const isNew = this.sequencer.house.state.clock.timeUs === 0;
    if (isNew) {
      this.submit({ type: 'LogicActivated', ...head, logicVersion: LATEST_LOGIC });
      for (const name of options.firstPublishers ?? []) {
        this.submit({ type: 'PublisherRegistered', ...head, name });
      }
    } else if (options.acceptTimeJump === true) {
      this.submit({ type: 'TimeJumpAccepted', ...head, resumeAt: systemClock.nowUs() });
    }
    this.ticker = setInterval(() => this.tick(options), TICK_MS);
  }

  private tick(options: NodeOptions): void {
    if (++this.ticks % TICKS_A_LOOK === 0) this.priority?.adapt();
    try {
      this.sequencer.tick();
      if (this.isSuspended) this.reader?.announce({});
      this.isSuspended = false;
    } catch (error) {
      if (!(error instanceof TimeJumpPending)) throw error;
      if (this.isSuspended) return;
      const suspended = `${error.message}; risk is suspended until TimeJumpAccepted`;
      options.onNotice?.(suspended);
      this.reader?.announce({ suspended });
      this.isSuspended = true;
    }
  }

  /** Submits one input of the operator at the present log time. */
  submit(message: Message): number {
    const view = new DataView(new ArrayBuffer(recordLengthOf(message)));
    writeRecord(view, 0, message, 0);
    const outcome = this.sequencer.offer(view, 0, this.sequencer.house.state.clock.timeUs);
    this.sequencer.flush();
    return outcome;
  }

  private recordSnapshot({ header, file }: SnapshotNotice): void {
    const { sequence, logicVersion, layoutVersion } = header;
    const stateRoot = Buffer.from(header.stateRoot, 'hex');
    const businessRoot = Buffer.from(header.businessRoot, 'hex');
    this.sequencer.recordLog([
      record({ type: 'RootRecorded', sequence, stateRoot, businessRoot }),
      record({ type: 'SnapshotTaken', sequence, logicVersion, layoutVersion, stateRoot, file }),
    ]);
  }

  /** Takes nothing more, finishes what was taken, and closes in order. */
  async close(): Promise<void> {
    await this.reader?.drain(); // its requests wait for the core, which still runs
    clearInterval(this.ticker);
    await this.server?.close();
    await this.sequencer.settled();
    await this.reader?.close();
    await this.sequencer.settled();
    await this.log.close();
  }
}

function record(message: Message): Uint8Array {
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}

/** @throws LogUnavailable when a log promises less than the policy asks for, with why it does */
export function refuseWeakDurability(
  { durability, notices }: Pick<ThreadedEventLog, 'durability' | 'notices'>,
  required: Durability,
): void {
  if (DURABILITIES.indexOf(durability) >= DURABILITIES.indexOf(required)) return;
  throw new LogUnavailable(
    [`the log promises ${durability}, --durability-min asks for ${required}`, ...notices].join(
      '; ',
    ),
  );
}
