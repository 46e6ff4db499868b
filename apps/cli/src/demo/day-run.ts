import { StreamConnection } from '#libs/sdk';
import type { MarketDay } from '#libs/simulator';
import { InputBatches } from './input-batches.js';
import { ReleasedSteps } from './released-steps.js';

/** All inputs of a simulated day come over one session, so that their order is given. */
const PUBLISHER = { name: 'operator', id: 1 } as const;

export interface DayRunOptions {
  readonly day: MarketDay;
  readonly address: string;
  /** Called after each step. */
  readonly onStep?: (step: number, trades: number) => void;
}

/**
 * Drives a market day through a node: sends a step's inputs, waits until they are durable, tells the
 * day what was decided. On a log that holds a part of the day the steps are run again from the
 * start, with the decisions of the log, and only what is missing is sent.
 */
export class DayRun {
  private readonly released = new ReleasedSteps();
  private readonly batches: InputBatches;
  private publisher: StreamConnection | undefined;
  private isStopping = false;
  private sentUpTo = 0;
  /** Inputs that were durable before this run. */
  resumedInputs = 0;
  trades = 0;
  /** Trades that were durable before this run. */
  resumedTrades = 0;

  constructor(private readonly options: DayRunOptions) {
    this.batches = new InputBatches(PUBLISHER.id, () => this.resumedInputs);
  }

  get durableSequence(): number {
    return this.released.durableSequence;
  }

  /** Runs the whole day; false when `stop` ended it early. Rejects when the connection is lost. */
  async run(): Promise<boolean> {
    const { day, address } = this.options;
    const publisher = await StreamConnection.open({
      address,
      publisher: PUBLISHER.name,
      subscribeFrom: 1,
      onReleased: (released) => this.released.take(released),
      onClosed: ({ text }) => this.released.fail(new ConnectionLost(text)),
    }).catch((error: unknown) => {
      throw new ConnectionLost(error instanceof Error ? error.message : String(error));
    });
    this.publisher = publisher;
    await this.released.arrived(publisher.welcome.headSequence);
    this.resumedInputs = this.released.durablePublisherSequence;
    for (const input of day.genesis()) this.batches.add(input);
    await this.finishStep(publisher, day.startTimeUs);
    for (let step = 0; step < day.steps && !this.isStopping; step++) {
      this.addStep(step);
      await this.finishStep(publisher, day.stepTimeUs(step));
      this.options.onStep?.(step, this.trades);
    }
    if (this.isStopping) return false;
    await this.released.reached(day.stepTimeUs(day.steps - 1));
    return true;
  }

  /** Ends the run after the step that is under way. */
  stop(): void {
    this.isStopping = true;
  }

  close(): void {
    this.publisher?.close();
  }

  private addStep(step: number): void {
    const { day } = this.options;
    const { batches } = this;
    for (const input of day.inputs(step)) batches.add(input);
    const before = batches.lastPublisherSequence;
    batches.addTrades((view, at, first, max) => day.writeTrades(step, view, at, first, max));
    const trades = batches.lastPublisherSequence - before;
    this.trades += trades;
    this.resumedTrades += Math.min(trades, Math.max(0, this.resumedInputs - before));
  }

  private async finishStep(publisher: StreamConnection, timeUs: number): Promise<void> {
    const { batches, released } = this;
    // A market that is silent for hours: time goes on, and what falls due meanwhile happens.
    if (batches.lastPublisherSequence === this.sentUpTo) publisher.send(new Uint8Array(0), timeUs);
    this.sentUpTo = batches.lastPublisherSequence;
    for (const batch of batches.all()) {
      if (!publisher.send(batch, timeUs)) await publisher.drained();
    }
    const { messages, sequences } = await released.upTo(batches.lastPublisherSequence);
    batches.clear();
    this.options.day.onDecisions(messages, sequences);
  }
}

/** The node ended the connection, or is gone. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}
