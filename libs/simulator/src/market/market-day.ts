import type { InputMessage, Message, MessageName } from '#libs/events';
import { invariant } from '#libs/units';
import type { Bar } from './bar-file.js';
import type { ImpactModel } from './book-depth.js';
import { type Contract, listContracts } from './contracts.js';
import { DaySummary } from './day-summary.js';
import { genesisOf } from './genesis.js';
import { LiquidationVenue } from './liquidation-venue.js';
import { Membership } from './membership.js';
import { OperatorDesk } from './operator-desk.js';
import { Participants } from './participants.js';
import { PositionBook } from './position-book.js';
import { Random } from './random.js';
import { windowsOf } from './rulebooks.js';
import { SettlementBank } from './settlement-bank.js';
import { STREAM } from './streams.js';
import { Timeline } from './timeline.js';
import { TradeFlow } from './trade-flow.js';
import { TRADE_BYTES, writeTrade } from './trade-record.js';

export interface MarketDayOptions {
  /** Whole number; the same seed, options and decisions give the same inputs, byte for byte. */
  readonly seed: number;
  /** Accounts of all kinds; default 10,000. */
  readonly accounts?: number;
  /** Trades in all, beside liquidation fills; default 1,000,000. */
  readonly trades?: number;
  /** Bars by symbol; the order of the symbols counts. */
  readonly bars: ReadonlyMap<string, readonly Bar[]>;
  /** Clearing members; default 20. */
  readonly members?: number;
  /** How liquidations move the price; default `square-root`. */
  readonly impact?: ImpactModel;
}

/**
 * Messages that a market day wants to be told. All others (above all `TradeNovated`) may be left
 * out. `WithdrawalRequested` is an input that the clearing house recorded; its sequence is needed.
 */
export const TOLD_TO_MARKET_DAY: ReadonlySet<MessageName> = new Set<MessageName>([
  'AccountWarned',
  'WarningCleared',
  'MarginBreached',
  'MarginCallIssued',
  'MarginCallMet',
  'MarginCallMissed',
  'MarginCallExtended',
  'LiquidationOpened',
  'LiquidationOrderIssued',
  'LiquidationOrderUnresolved',
  'LiquidationOrderClosed',
  'LiquidationCompleted',
  'AccountDefaulted',
  'ShortfallCovered',
  'AccountClosedOut',
  'MemberCalled',
  'MemberPaid',
  'MemberLate',
  'MemberDefaulted',
  'MemberClosedOut',
  'MarketStateChanged',
  'PriceQuarantined',
  'TradeRejected',
  'InputRejected',
  'WithdrawalRequested',
  'WithdrawalCancelled',
]);

/**
 * A market with its membership, as a pure function of the options and of the decisions it is told:
 * no clock, no randomness but the seed. For each step, in order: log time moves to
 * `stepTimeUs(step)`; `inputs(step)` are sent; `writeTrades` until it gives 0; all decisions are
 * told with `onDecisions`. After a crash it is run again from the start with the same decisions.
 *
 * Publisher sequences are left at 0 for whoever sends: each publisher has a session of its own.
 */
export class MarketDay {
  readonly timeline: Timeline;
  readonly contracts: readonly Contract[];
  readonly members: Membership;
  readonly summary: DaySummary;
  /** What the participants believe they hold and have. */
  readonly book: PositionBook;
  private readonly participants: Participants;
  private readonly desk: OperatorDesk;
  private readonly flow: TradeFlow;
  private readonly venue: LiquidationVenue;
  private readonly bank: SettlementBank;
  /** Trades up to the end of each step. */
  private readonly tradesUpTo: Float64Array;
  private step = -1;
  private tradesDone = 0;

  /** @throws Error when the bars have no common time, or the accounts are too few */
  constructor(options: MarketDayOptions) {
    const { seed, accounts = 10_000, trades = 1_000_000, members = 20 } = options;
    this.timeline = new Timeline(options.bars, seed);
    this.contracts = listContracts(this.timeline);
    this.members = new Membership(accounts, members, this.timeline, this.contracts, seed);
    this.summary = new DaySummary(this.timeline);
    this.book = new PositionBook(this.contracts, this.members);
    this.participants = new Participants(this.members, this.book);
    this.desk = new OperatorDesk(this.timeline, this.contracts, this.book, seed);
    const random = (stream: number): Random => new Random(seed, stream);
    this.flow = new TradeFlow(this.contracts, this.participants, random(STREAM.trades));
    this.venue = new LiquidationVenue(
      this.timeline,
      this.contracts,
      this.participants,
      this.summary,
      random(STREAM.venue),
      options.impact ?? 'square-root',
    );
    const { stepUs } = this.timeline;
    const { callWindowUs } = windowsOf(this.timeline);
    this.bank = new SettlementBank(this.participants, random(STREAM.bank), {
      stepUs,
      callWindowUs,
    });
    this.tradesUpTo = tradesUpTo(this.timeline, trades);
  }

  get steps(): number {
    return this.timeline.steps;
  }

  /** Liquidation orders that the venue has not ended. */
  get workingOrders(): number {
    return this.venue.workingCount;
  }

  /** Log time at which genesis is sent, microseconds. */
  get startTimeUs(): number {
    return this.timeline.startUs;
  }

  /** Log time of a step, microseconds; never less than that of the step before. */
  stepTimeUs(step: number): number {
    return this.timeline.stepTimeUs(step);
  }

  /** Everything before the first step: what is listed, who takes part, their first deposits. */
  genesis(): InputMessage[] {
    return genesisOf(this);
  }

  /** How many trades `writeTrades` will write for a step. */
  tradesIn(step: number): number {
    return this.tradesUpTo[step]! - (step === 0 ? 0 : this.tradesUpTo[step - 1]!);
  }

  /**
   * All inputs of a step but its trades: the calendar (funding, settlement, expiry, close of day),
   * prices, answers and fills of the liquidation venue, deposits and withdrawals. Steps are asked
   * for once each and in order.
   */
  inputs(step: number): InputMessage[] {
    invariant(step === this.step + 1, 'steps are asked for in order');
    invariant(
      step === 0 || this.tradesDone === this.tradesUpTo[step - 1],
      'the trades of a step are written before the next step',
    );
    this.step = step;
    const inputs: InputMessage[] = [];
    this.desk.inputs(step, inputs);
    const { isOpen } = this.desk;
    const timeUs = this.timeline.stepTimeUs(step);
    this.venue.execute({ step, timeUs, isOpen }, inputs);
    this.bank.inputs(step, !this.timeline.isClosing(step), inputs);
    this.prepareFlow(step);
    return inputs;
  }

  /**
   * Writes trades of a step as TradeReported records of TRADE_BYTES each, back to back from `at`,
   * numbered from `publisherSequenceStart` on; at most `countMax` and as many as the view holds.
   * Goes on where the last call stopped. Returns how many it wrote; 0 when the step has no more.
   */
  writeTrades(
    step: number,
    view: DataView,
    at: number,
    publisherSequenceStart: number,
    countMax = Infinity,
  ): number {
    invariant(step === this.step, 'trades are written after the inputs of their step');
    const first = step === 0 ? 0 : this.tradesUpTo[step - 1]!;
    const end = this.tradesUpTo[step]!;
    const room = Math.floor((view.byteLength - at) / TRADE_BYTES);
    const left = end - this.tradesDone;
    invariant(room > 0 || left === 0, 'a view holds at least one trade');
    const count = Math.min(left, room, countMax);
    const { flow } = this;
    const { stepUs } = this.timeline;
    const stepStartUs = this.timeline.stepTimeUs(step) - stepUs;
    for (let k = 0; k < count; k++) {
      flow.next();
      const tradeId = this.tradesDone + k + 1;
      const executedAt = stepStartUs + Math.floor((stepUs * (tradeId - first)) / (end - first));
      const { id } = this.contracts[flow.place]!;
      const sequence = publisherSequenceStart + k;
      writeTrade(view, at + k * TRADE_BYTES, flow, id, tradeId, executedAt, sequence);
    }
    this.tradesDone += count;
    this.summary.trades += count;
    return count;
  }

  /**
   * Tells what the clearing house decided in this step, in order, each with its sequence: at least
   * the messages of TOLD_TO_MARKET_DAY. May be called several times a step, before the next one.
   */
  onDecisions(messages: readonly Message[], sequences: readonly number[]): void {
    invariant(messages.length === sequences.length, 'every message has a sequence');
    const step = Math.max(0, this.step);
    for (const [k, message] of messages.entries()) {
      if (!TOLD_TO_MARKET_DAY.has(message.type)) continue;
      this.summary.learn(message);
      this.participants.learn(message);
      if (message.type === 'LiquidationOrderIssued') this.venue.receive(message, step);
      else if (message.type === 'TradeRejected') this.undo(message);
      else this.bank.learn(message, sequences[k]!, step);
    }
  }

  /** A refused trade never happened: both sides take it back. */
  private undo(message: Extract<Message, { type: 'TradeRejected' }>): void {
    const { instrument, buyer, seller, quantityLots, priceTicks } = message;
    this.book.book(buyer, instrument - 1, -quantityLots, priceTicks, 0);
    this.book.book(seller, instrument - 1, quantityLots, priceTicks, 0);
    if (message.liquidationOrder !== 0) this.venue.undo(message);
  }

  private prepareFlow(step: number): void {
    const { flow, timeline } = this;
    flow.step = step;
    flow.isOpen.set(this.desk.isOpen);
    if (!timeline.isEndOfBar(step) || timeline.isClosing(step)) return;
    const hourAgo = Math.max(0, step - Math.max(1, Math.floor(3_600_000_000 / timeline.stepUs)));
    for (const [place, { symbol }] of this.contracts.entries()) {
      const { stepTicks } = timeline.symbols[symbol]!;
      flow.momentum[place] = stepTicks[step]! / stepTicks[hourAgo]! - 1;
    }
  }
}

function tradesUpTo(timeline: Timeline, trades: number): Float64Array {
  const upTo = new Float64Array(timeline.steps);
  let before = 0;
  for (let step = 0; step < timeline.steps; step++) {
    before = Math.max(before, Math.floor(trades * timeline.turnoverBefore(step + 1)));
    upTo[step] = before;
  }
  return upTo;
}
