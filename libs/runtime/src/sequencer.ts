import type { ClearingHouse } from '#libs/clearing-house';
import { FRAME_BYTES_MAX, FrameBuffer, OUTCOME } from '#libs/clearing-house';
import type { AppendOutcome, EventLog, FrameDraft, Head } from '#libs/event-log';
import { layouts, MalformedRecord, templateIdAt, UnknownRecord } from '#libs/events';
import { invariant } from '#libs/units';
import type { Clock } from './clock.js';

const TIME_JUMP = layouts.TimeJumpAccepted.templateId;
/** Buffers for frames: one being filled, one being stored, the others waiting between. */
const FRAME_BUFFERS = 4;
/** How often a frame is appended whose answers are lost and that was not stored. */
const APPEND_ATTEMPTS = 10;
/** The sequencer cannot take the input now: no buffer is free. Offer it again after a release. */
export const BUSY = -1;

/** A frame that is durable and may be seen. Its bytes are reused after the callback. */
export interface ReleasedFrame {
  readonly draft: FrameDraft;
  readonly head: Head;
}

export interface SequencerOptions {
  readonly house: ClearingHouse;
  readonly log: EventLog;
  readonly epoch: number;
  /** `input`: log time comes with the inputs; otherwise from this clock. */
  readonly time: 'input' | Clock;
  /** Largest advance of log time without a TimeJumpAccepted, microseconds. */
  readonly timeStepMaxUs: number;
  readonly onReleased: (frame: ReleasedFrame) => void;
  /** A buffer is free again: inputs that were BUSY may be offered once more. */
  readonly onRoom?: () => void;
  /** The log can no longer be written: the state in memory is worth nothing. */
  readonly onStopped: (reason: string) => void;
  /** Where frame buffers come from; new ones that threads share by default. */
  readonly newFrame?: () => FrameBuffer;
}

/** Log time would advance by more than the set step: risk is suspended until it is accepted. */
export class TimeJumpPending extends Error {
  constructor(
    readonly fromUs: number,
    readonly toUs: number,
  ) {
    super(`log time would jump by ${String(Math.round((toUs - fromUs) / 1_000_000))} s`);
    this.name = 'TimeJumpPending';
  }
}

interface CutFrame {
  readonly buffer: FrameBuffer;
  readonly draft: FrameDraft;
}

/**
 * Puts inputs in order, cuts frames and releases them when they are durable. One append is in
 * flight; meanwhile the next frame fills, so the disk decides how large frames are (group commit).
 * Runs on whatever thread calls it; all waiting is on the log.
 */
export class Sequencer {
  private readonly free: FrameBuffer[] = [];
  private readonly waiting: CutFrame[] = [];
  private isAppending = false;
  private isStopped = false;
  private headSequence: number;
  /** Log time as a reader of the frames cut so far knows it. */
  private recordedTimeUs: number;
  private drained: (() => void)[] = [];
  private logRecords: Uint8Array[] = [];

  constructor(private readonly options: SequencerOptions) {
    const { clock } = options.house.state;
    this.headSequence = clock.sequence;
    this.recordedTimeUs = clock.timeUs;
    const newFrame = options.newFrame ?? sharedFrame;
    for (let k = 1; k < FRAME_BUFFERS; k++) this.free.push(newFrame());
  }

  get house(): ClearingHouse {
    return this.options.house;
  }

  /** Last sequence that is durable and released. */
  get durableSequence(): number {
    return this.headSequence;
  }

  /** Whether an input offered now would be BUSY. */
  get isFull(): boolean {
    return this.house.isFrameFull && this.free.length === 0;
  }

  /**
   * Takes one input record. `timeUs` is its log time in `input` mode and ignored otherwise. Returns
   * an OUTCOME, or BUSY when nothing was done.
   * @throws TimeJumpPending, UnknownRecord, MalformedRecord; the input was not recorded then.
   */
  offer(view: DataView, at: number, timeUs: number, messageId = ''): number {
    if (this.isStopped) return BUSY;
    try {
      return this.take(view, at, timeUs, messageId);
    } catch (error) {
      this.fall(error);
      return BUSY;
    }
  }

  private take(view: DataView, at: number, timeUs: number, messageId: string): number {
    const { house } = this;
    if (house.isFrameFull && !this.cut()) return BUSY;
    // The acceptance of a jump is what lets time move on: it is taken at the time before the jump.
    if (templateIdAt(view, at) === TIME_JUMP) return house.submit(view, at, messageId);
    if (this.options.time === 'input') {
      if (timeUs > house.state.clock.timeUs && !this.moveTime(timeUs)) return BUSY;
    } else if (house.frame.count === 0) {
      const now = this.options.time.nowUs();
      if (now > house.state.clock.timeUs && !this.reach(now)) return BUSY;
    }
    const outcome = house.submit(view, at, messageId);
    if (outcome <= OUTCOME.rejected && house.hasRunningSweep) house.continueSweep();
    return outcome;
  }

  /**
   * In `input` mode log time moves to `timeUs` although nothing is said: deadlines fire, and if none
   * did the time itself is recorded. False when it cannot be done now.
   * @throws TimeJumpPending; log time did not move then.
   */
  advanceTo(timeUs: number): boolean {
    const { house } = this;
    if (this.options.time !== 'input' || timeUs <= house.state.clock.timeUs) return true;
    if (this.isStopped) return false;
    try {
      if (!this.moveTime(timeUs)) return false;
      if (house.frame.count === 0) house.recordTime();
      return true;
    } catch (error) {
      this.fall(error);
      return false;
    }
  }

  /** Finishes running sweeps at the present time, cuts, then moves on. False when BUSY. */
  private moveTime(timeUs: number): boolean {
    const { house } = this;
    while (house.hasRunningSweep) {
      if (house.isFrameFull && !this.cut()) return false;
      house.continueSweep();
    }
    if (house.frame.count > 0 && !this.cut()) return false;
    this.advance(timeUs);
    return true;
  }

  /**
   * Log time follows the machine's clock through the deadlines on the way: each fires at its own time,
   * in a frame of its own. So a node that was held up decides as one that was not: a call is not missed
   * on a price that was no longer fresh when the clock was looked at. False when it is BUSY on the way.
   */
  private reach(timeUs: number): boolean {
    const { house } = this;
    this.refuseJump(timeUs);
    for (;;) {
      const deadlineUs = house.nextDeadlineUs();
      if (deadlineUs <= house.state.clock.timeUs || deadlineUs >= timeUs) break;
      house.advanceTime(deadlineUs);
      if (!this.isFrameEmpty() && !this.cut()) return false;
    }
    house.advanceTime(timeUs);
    return true;
  }

  private advance(timeUs: number): void {
    this.refuseJump(timeUs);
    this.house.advanceTime(timeUs);
  }

  private refuseJump(timeUs: number): void {
    const { clock } = this.house.state;
    const isJump = clock.timeUs !== 0 && timeUs - clock.timeUs > this.options.timeStepMaxUs;
    if (isJump) throw new TimeJumpPending(clock.timeUs, timeUs);
  }

  private isFrameEmpty(): boolean {
    return this.house.frame.count === 0;
  }

  /** Lets what was taken go to the log as soon as the log is free. */
  flush(): void {
    if (this.isAppending || this.waiting.length > 0) return;
    try {
      this.cut();
    } catch (error) {
      this.fall(error);
    }
  }

  /**
   * For an idle node: fires deadlines, goes on with sweeps, keeps log time from falling behind.
   * @throws TimeJumpPending
   */
  tick(): void {
    if (this.isStopped || this.options.time === 'input' || this.house.isFrameFull) return;
    try {
      this.goOnIdle(this.options.time);
    } catch (error) {
      this.fall(error);
    }
  }

  private goOnIdle(clock: Clock): void {
    const { house } = this;
    if (this.isFrameEmpty()) {
      const now = Math.max(clock.nowUs(), house.state.clock.timeUs);
      const idle = now - house.state.clock.timeUs;
      if (now >= house.nextDeadlineUs() || idle > this.options.timeStepMaxUs / 2) {
        const { sequence } = house.state.clock;
        if (!this.reach(now)) return;
        if (house.state.clock.sequence === sequence) house.recordTime();
      }
    }
    house.continueSweep();
    this.flush();
  }

  /** Puts log records (roots, snapshots) into the chain, between two frames. */
  recordLog(records: readonly Uint8Array[]): void {
    this.logRecords.push(...records);
    if (!this.isAppending) this.goOn();
  }

  /** Finishes running sweeps, then resolves when everything taken is durable and released. */
  async drain(): Promise<void> {
    while (this.house.hasRunningSweep && !this.isStopped) {
      if (this.house.isFrameFull && !this.cut()) await this.settled();
      this.house.continueSweep();
    }
    await this.settled();
  }

  /**
   * Records log time where it moved for an input that left no record (a duplicate), so that the state
   * in memory is the one that the log gives.
   */
  recordTime(): void {
    const { house } = this;
    if (this.isStopped || house.frame.count > 0) return;
    if (house.state.clock.timeUs === this.recordedTimeUs) return;
    house.recordTime();
    this.flush();
  }

  /** Resolves when everything taken so far is durable and released, or the sequencer stopped. */
  settled(): Promise<void> {
    this.flush();
    if (this.isStopped || (!this.isAppending && this.house.frame.count === 0)) {
      return Promise.resolve();
    }
    return new Promise((resolve) => this.drained.push(resolve));
  }

  /**
   * Closes the frame being filled; false when no buffer is free, or the sequencer stopped: what stopped
   * it may be in that frame. True when there is nothing.
   */
  private cut(): boolean {
    if (this.isStopped) return false;
    const { house, options } = this;
    const buffer = house.frame;
    if (buffer.count === 0) return true;
    const next = this.free.pop();
    if (next === undefined) return false;
    house.assertConserved();
    const draft: FrameDraft = {
      epoch: options.epoch,
      firstSequence: buffer.firstSequence,
      count: buffer.count,
      frameTimeUs: house.frameTimeUs,
      records: buffer.bytes.subarray(0, buffer.length),
    };
    this.waiting.push({ buffer, draft });
    this.recordedTimeUs = house.state.clock.timeUs;
    house.beginFrame(next);
    this.goOn();
    return true;
  }

  /** What is thrown on the way, by a conservation that does not hold, ends the node like a failed log. */
  private goOn(): void {
    this.pump().catch((error: unknown) => this.stop(String(error)));
  }

  /** Stores waiting frames one after another. */
  private async pump(): Promise<void> {
    if (this.isAppending || this.isStopped) return;
    this.isAppending = true;
    for (;;) {
      if (this.logRecords.length > 0 && !(await this.storeLogRecords())) return;
      const frame = this.waiting.shift();
      if (frame === undefined) break;
      const outcome = await this.store(frame.draft);
      if (outcome.kind !== 'committed') {
        this.stop(describe(outcome));
        return;
      }
      this.headSequence = outcome.head.sequence;
      invariant(
        this.headSequence === frame.draft.firstSequence + frame.draft.count - 1,
        'the head after an append is the last sequence of its frame',
      );
      this.options.onReleased({ draft: frame.draft, head: outcome.head });
      this.free.push(frame.buffer);
      this.options.onRoom?.();
      if (this.waiting.length === 0 && this.house.frame.count > 0) this.cut();
    }
    this.isAppending = false;
    if (this.house.frame.count > 0) this.cut();
    else this.wake();
  }

  /** False when the log can no longer be written. */
  private async storeLogRecords(): Promise<boolean> {
    const records = this.logRecords;
    this.logRecords = [];
    const { log, epoch } = this.options;
    const outcome = await this.stored(
      () => log.appendLogRecords(records, epoch),
      () => log.resolve(),
    );
    if (outcome.kind !== 'committed') this.stop(describe(outcome));
    return outcome.kind === 'committed';
  }

  private store(draft: FrameDraft): Promise<AppendOutcome> {
    const { log } = this.options;
    return this.stored(
      () => log.append(draft, this.headSequence),
      () => log.resolve(draft),
    );
  }

  /**
   * It may have been stored although the answer was lost: that is read back before anything else.
   * What certainly was not and never will be is appended again, so that a broker may be away for a
   * while.
   */
  private async stored(
    append: () => Promise<AppendOutcome>,
    resolve: () => Promise<AppendOutcome>,
  ): Promise<AppendOutcome> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await append();
      if (outcome.kind !== 'unknown') return outcome;
      const resolved = await resolve();
      if (resolved.kind !== 'unavailable' || attempt === APPEND_ATTEMPTS) return resolved;
    }
  }

  /**
   * What cannot be taken left everything as it was, and is the caller's. Anything else is a fault of the
   * house: the state in memory may be half of something, so nothing of it is stored and the node ends.
   */
  private fall(error: unknown): void {
    if (error instanceof TimeJumpPending || error instanceof MalformedRecord) throw error;
    if (error instanceof UnknownRecord) throw error;
    this.stop(String(error));
  }

  private stop(reason: string): void {
    this.isStopped = true;
    this.options.onStopped(reason);
    this.wake();
  }

  private wake(): void {
    const waiting = this.drained;
    this.drained = [];
    for (const resolve of waiting) resolve();
  }
}

/** A frame buffer that another thread can read without a copy. */
export function sharedFrame(): FrameBuffer {
  return new FrameBuffer(new SharedArrayBuffer(FRAME_BYTES_MAX));
}

function describe(outcome: AppendOutcome): string {
  switch (outcome.kind) {
    case 'fenced':
      return `another writer has taken over (epoch ${String(outcome.epoch)})`;
    case 'conflict':
      return `the log's head is ${String(outcome.head.sequence)}, not what this node wrote last`;
    case 'committed':
      return 'committed';
    default:
      return outcome.detail;
  }
}
