import {
  type FrameBuffer,
  type HouseState,
  recount,
  restoreState,
  writeStateRows,
} from '#libs/clearing-house';
import type { EventLog } from '#libs/event-log';
import { FileEventLog, type FileSystemPort } from '#libs/event-log-file';
import { type Message, recordLengthOf, writeRecord } from '#libs/events';
import { foldFrame, writeSnapshot } from '#libs/replay';
import {
  type Clock,
  type PublisherServer,
  type ReleasedFrame,
  Sequencer,
  TimeJumpPending,
} from '#libs/runtime';
import type { Random } from '../market/random.js';
import type { NodeParts } from './node-parts.js';
import { NodeReader, type NodeReaderOptions } from './node-reader.js';
import type { Process, Scheduler } from './scheduler.js';

export const LOG_DIRECTORY = '/log';
/** Small, so that a run crosses many segments. */
export const SEGMENT_BYTES = 12 * 1024;
const HEAD_INTERVAL_MS = 400;
const TICK_US = 40_000;
const SNAPSHOT_EVERY = 100;
const OPERATOR_US_MAX = 3_000_000;

export interface NodeProcessOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly process: Process;
  readonly disk: FileSystemPort;
  readonly clock: Clock;
  readonly parts: NodeParts;
  readonly newFrame: () => FrameBuffer;
  readonly reader: NodeReaderOptions;
  /** The state was rebuilt, and nothing was added to it yet. */
  readonly onRecovered: (state: HouseState) => void;
  readonly onClaimed: (epoch: number) => void;
  readonly onReleased: (frame: ReleasedFrame) => void;
  /** The node has to end; why. */
  readonly onStopped: (reason: string) => void;
}

/** One life of a node: from recovery to its end, all on one thread and in virtual time. */
export class NodeProcess {
  readonly sequencer: Sequencer;
  readonly server: PublisherServer;
  readonly reader: NodeReader;
  snapshots = 0;
  jumpsAccepted = 0;
  private lastSnapshot: number;
  private snapshotting: Promise<void> = Promise.resolve();
  private isAccepting = false;
  private isClosing = false;

  private constructor(
    private readonly log: EventLog,
    epoch: number,
    state: HouseState,
    /** The read model: the fold of what was released. */
    readonly follower: HouseState,
    private readonly options: NodeProcessOptions,
  ) {
    const { parts, clock, newFrame } = options;
    this.lastSnapshot = follower.clock.sequence;
    this.sequencer = new Sequencer({
      house: parts.house(state, newFrame()),
      newFrame,
      log,
      epoch,
      time: clock,
      timeStepMaxUs: parts.timeStepMaxUs,
      onReleased: (frame) => this.released(frame),
      onRoom: () => this.server.resume(),
      onStopped: (reason) => options.onStopped(reason),
    });
    this.server = parts.server(this.sequencer, log, (action) => this.everySecond(action));
    this.reader = new NodeReader(
      restored(follower),
      { ...options.reader, directory: LOG_DIRECTORY, index: parts.index() },
      (reason) => options.onStopped(`the reader failed: ${reason}`),
    );
    this.tick();
  }

  /** Opens the log, recovers, claims it and declares itself. Rejects when the disk is in trouble. */
  static async start(options: NodeProcessOptions): Promise<NodeProcess> {
    const { scheduler, random, process, parts } = options;
    const fs = parts.disk(options.disk);
    const log = parts.log(
      await FileEventLog.open({
        directory: LOG_DIRECTORY,
        fs,
        segmentBytes: SEGMENT_BYTES,
        headIntervalMs: HEAD_INTERVAL_MS,
        schedule: (delayMs, action) => scheduler.after(delayMs * 1000, action, process),
        claimant: () => Uint8Array.from({ length: 16 }, () => random.below(256)),
      }),
    );
    const state = await parts.recover(log, LOG_DIRECTORY, fs);
    options.onRecovered(state);
    const { epoch } = await log.claim();
    options.onClaimed(epoch);
    const declared = await log.appendLogRecords(
      [record({ type: 'EngineDeclared', durability: 3, engine: log.engine })],
      epoch,
    );
    if (declared.kind !== 'committed') throw new Error(`EngineDeclared: ${detailOf(declared)}`);
    const follower = restored(state);
    return new NodeProcess(log, epoch, state, follower, { ...options, disk: fs });
  }

  /** Takes nothing more, finishes what was taken, and closes in order. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.reader.stop();
    await this.server.close();
    await this.sequencer.settled();
    await this.snapshotting;
    await this.sequencer.settled();
    await this.log.close();
  }

  private released(frame: ReleasedFrame): void {
    this.options.onReleased(frame);
    this.server.release(frame);
    this.reader.release(frame.draft);
    foldFrame(this.follower, frame.draft);
    if (this.follower.clock.sequence - this.lastSnapshot < SNAPSHOT_EVERY) return;
    this.lastSnapshot = this.follower.clock.sequence;
    this.snapshotting = this.snapshot().catch((error: unknown) => {
      this.options.onStopped(`the reader failed: ${String(error)}`);
    });
  }

  /** As the reader thread does: recount, write, and name it in the log. */
  private async snapshot(): Promise<void> {
    recount(this.follower);
    const { header, file } = await writeSnapshot(LOG_DIRECTORY, this.follower, this.options.disk);
    const { sequence, logicVersion, layoutVersion } = header;
    const stateRoot = Buffer.from(header.stateRoot, 'hex');
    const businessRoot = Buffer.from(header.businessRoot, 'hex');
    this.sequencer.recordLog([
      record({ type: 'RootRecorded', sequence, stateRoot, businessRoot }),
      record({ type: 'SnapshotTaken', sequence, logicVersion, layoutVersion, stateRoot, file }),
    ]);
    this.snapshots += 1;
  }

  private tick(): void {
    if (this.isClosing) return;
    try {
      this.sequencer.tick();
    } catch (error) {
      if (!(error instanceof TimeJumpPending)) throw error;
      this.callOperator();
    }
    this.options.scheduler.after(TICK_US, () => this.tick(), this.options.process);
  }

  private everySecond(action: () => void): () => void {
    let isOver = false;
    const again = (): void => {
      if (isOver) return;
      action();
      this.options.scheduler.after(1_000_000, again, this.options.process);
    };
    this.options.scheduler.after(1_000_000, again, this.options.process);
    return () => {
      isOver = true;
    };
  }

  /** Somebody looks at the suspended node, after a while, and accepts the jump. */
  private callOperator(): void {
    if (this.isAccepting) return;
    this.isAccepting = true;
    const { scheduler, random, process, clock } = this.options;
    const accept = (): void => {
      this.isAccepting = false;
      if (this.isClosing) return;
      const resumeAt = clock.nowUs();
      const head = { publisherSequence: 0, publisher: 1 };
      const bytes = record({ type: 'TimeJumpAccepted', ...head, resumeAt });
      const { clock: logClock } = this.sequencer.house.state;
      const outcome = this.sequencer.offer(new DataView(bytes.buffer), 0, logClock.timeUs);
      this.sequencer.flush();
      if (outcome === 0) this.jumpsAccepted += 1;
    };
    scheduler.after(random.below(OPERATOR_US_MAX), accept, process);
  }
}

/** Another state with the same rows, to be folded on. */
function restored(state: HouseState): HouseState {
  const chunks: Uint8Array[] = [];
  writeStateRows(state, 'all', (chunk) => chunks.push(Uint8Array.from(chunk)));
  const copy = restoreState(Buffer.concat(chunks));
  copy.timers.isActive = false;
  return copy;
}

function record(message: Message): Uint8Array {
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}

function detailOf(outcome: { readonly kind: string; readonly detail?: string }): string {
  return outcome.detail ?? outcome.kind;
}
