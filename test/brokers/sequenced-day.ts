import { demoMarket } from '../../apps/cli/src/demo/bar-source.js';
import { InputBatches } from '../../apps/cli/src/demo/input-batches.js';
import { ReleasedSteps } from '../../apps/cli/src/demo/released-steps.js';
import { ClearingHouse, HouseState } from '#libs/clearing-house';
import type { EventLog, Frame } from '#libs/event-log';
import { foldFrame, hex, rootsOf } from '#libs/replay';
import { BUSY, FrameRelease, type ReleasedFrame, Sequencer, sharedFrame } from '#libs/runtime';
import { MarketDay } from '#libs/simulator';

const PUBLISHER = 1;
const DAY_US = 86_400_000_000;

export interface DaySize {
  readonly accounts: number;
  readonly trades: number;
  /** Minutes of the day that are run. */
  readonly steps: number;
}

/** What a log was made to hold. */
export interface RanDay {
  readonly inputs: number;
  /** Sequences of the events that were acknowledged, frame by frame. */
  readonly acknowledged: readonly number[];
  readonly stateRoot: string;
  readonly businessRoot: string;
}

/**
 * Runs the beginning of a market day through a sequencer onto a log, all of a minute's inputs at
 * once: where frames are cut then depends on the inputs alone, and not on how fast the log is.
 */
export async function runDay(
  log: EventLog,
  size: DaySize,
  onAcknowledged: (frames: number) => void = () => undefined,
): Promise<RanDay> {
  const { epoch } = await log.claim();
  const bars = new Map(demoMarket().map(({ symbol, bars: own }) => [symbol, own]));
  const day = new MarketDay({ seed: 3, accounts: size.accounts, trades: size.trades, bars });
  const run = new RunningDay(log, epoch, onAcknowledged);
  const batches = new InputBatches(PUBLISHER, () => 0);
  for (const input of day.genesis()) batches.add(input);
  await run.step(day, batches, day.startTimeUs);
  for (let step = 0; step < Math.min(size.steps, day.steps); step += 1) {
    for (const input of day.inputs(step)) batches.add(input);
    batches.addTrades((view, at, first, max) => day.writeTrades(step, view, at, first, max));
    await run.step(day, batches, day.stepTimeUs(step));
  }
  const roots = rootsOf(run.house.state);
  return {
    inputs: batches.lastPublisherSequence,
    acknowledged: run.acknowledged,
    stateRoot: hex(roots.stateRoot),
    businessRoot: hex(roots.businessRoot),
  };
}

class RunningDay {
  readonly house = new ClearingHouse(new HouseState(), sharedFrame());
  readonly acknowledged: number[] = [];
  private readonly released = new ReleasedSteps();
  private readonly sequencer: Sequencer;
  private wake: () => void = () => undefined;

  constructor(
    log: EventLog,
    epoch: number,
    private readonly onAcknowledged: (frames: number) => void,
  ) {
    this.sequencer = new Sequencer({
      house: this.house,
      log,
      epoch,
      time: 'input',
      timeStepMaxUs: DAY_US,
      onReleased: (frame) => this.take(frame),
      onRoom: () => this.wake(),
      onStopped: (reason) => this.released.fail(new Error(reason)),
    });
  }

  async step(day: MarketDay, batches: InputBatches, timeUs: number): Promise<void> {
    for (const batch of batches.all()) await this.offer(batch, timeUs);
    await this.sequencer.drain();
    const { messages, sequences } = await this.released.upTo(batches.lastPublisherSequence);
    batches.clear();
    day.onDecisions(messages, sequences);
  }

  private async offer(batch: Uint8Array, timeUs: number): Promise<void> {
    const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    for (let at = 0; at < batch.length; at += view.getUint32(at, true)) {
      while (this.sequencer.offer(view, at, timeUs) === BUSY) {
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    }
  }

  private take({ draft }: ReleasedFrame): void {
    const release = new FrameRelease(draft);
    const { firstSequence, count, frameTimeUs } = draft;
    this.acknowledged.push(firstSequence + count - 1);
    this.onAcknowledged(this.acknowledged.length);
    this.released.take({
      firstSequence,
      count,
      frameTimeUs,
      lastPublisherSequence:
        release.lastSequenceOf(PUBLISHER) ?? this.released.durablePublisherSequence,
      records: release.recordsFor(PUBLISHER, true),
    });
  }
}

/** Every frame of a log as the hash over all of its bytes, and the roots of folding them. */
export async function readBack(log: EventLog): Promise<{
  readonly hashes: readonly string[];
  readonly lastSequences: readonly number[];
  readonly stateRoot: string;
  readonly businessRoot: string;
}> {
  const state = new HouseState();
  state.timers.isActive = false;
  const frames: Frame[] = [];
  for await (const frame of log.read(1)) {
    foldFrame(state, frame);
    frames.push(frame);
  }
  const { stateRoot, businessRoot } = rootsOf(state);
  return {
    hashes: frames.map(({ hash }) => hex(hash)),
    lastSequences: frames.map(({ firstSequence, count }) => firstSequence + count - 1),
    stateRoot: hex(stateRoot),
    businessRoot: hex(businessRoot),
  };
}
