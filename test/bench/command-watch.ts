import { causeDistanceAt, type Message, readRecord, recordLengthAt } from '#libs/events';
import { getInt64 } from '#libs/units';
import type { Released } from '#libs/wire';
import type { MarketObserver } from './ingest-session.js';

/** A liquidation order as the executor received it. */
export interface Command {
  readonly sequence: number;
  readonly account: number;
  /** Sequence of the input that it follows from, over all decisions and slices between. */
  readonly rootSequence: number;
  readonly atMs: number;
}

/** A command that a price caused, and when that price was handed to the socket. */
export interface PricedCommand extends Command {
  readonly sentMs: number;
}

/**
 * Joins liquidation orders to the prices that caused them. The feed's acknowledgements give each
 * price its sequence; the decisions that the executor is sent name their causes, up to the price. A
 * slice of a sweep is its own cause: it follows from what started the sweep.
 */
export class CommandWatch implements MarketObserver {
  readonly #sentMsByNumber = new Map<number, number>();
  readonly #sentMsBySequence = new Map<number, number>();
  readonly #sweepRoots = new Map<number, number>();
  #commands: Command[] = [];

  priceSent(number: number, atMs: number): void {
    this.#sentMsByNumber.set(number, atMs);
  }

  pricesReleased({ runs }: Released): void {
    for (const { firstNumber, firstSequence, count } of runs) {
      for (let k = 0; k < count; k += 1) {
        const sentMs = this.#sentMsByNumber.get(firstNumber + k);
        if (sentMs === undefined) continue;
        this.#sentMsByNumber.delete(firstNumber + k);
        this.#sentMsBySequence.set(firstSequence + k, sentMs);
      }
    }
  }

  decided({ records }: Released, atMs: number): void {
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    const roots = new Map<number, number>();
    for (let at = 0; at < records.length; at += 8 + recordLengthAt(view, at + 8)) {
      const sequence = getInt64(view, at);
      const decision = readRecord(view, at + 8);
      const cause = sequence - causeDistanceAt(view, at + 8);
      const rootSequence = this.#rootOf(decision, roots.get(cause) ?? cause);
      roots.set(sequence, rootSequence);
      if (decision.type !== 'LiquidationOrderIssued') continue;
      this.#commands.push({ sequence, account: decision.account, rootSequence, atMs });
    }
  }

  /** All commands since it was last asked. */
  take(): Command[] {
    const commands = this.#commands;
    this.#commands = [];
    return commands;
  }

  /** Those of some commands that a price caused; its acknowledgement must have come. */
  priced(commands: readonly Command[]): PricedCommand[] {
    return commands.flatMap((command) => {
      const sentMs = this.#sentMsBySequence.get(command.rootSequence);
      return sentMs === undefined ? [] : [{ ...command, sentMs }];
    });
  }

  #rootOf(decision: Message, root: number): number {
    if (decision.type === 'SweepStarted') this.#sweepRoots.set(decision.sweepKind, root);
    if (decision.type !== 'SweepContinued') return root;
    return this.#sweepRoots.get(decision.sweepKind) ?? root;
  }
}
