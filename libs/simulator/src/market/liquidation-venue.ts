import type { InputMessage, MessageNamed } from '#libs/events';
import { BookDepth, type ImpactModel } from './book-depth.js';
import type { Contract } from './contracts.js';
import type { DaySummary } from './day-summary.js';
import type { Participants } from './participants.js';
import { MARKET_VENUE_ID, VENUE_ID } from './publishers.js';
import type { Random } from './random.js';
import { FEES_PPM } from './rulebooks.js';
import type { Timeline } from './timeline.js';

const DAY_US = 86_400_000_000;
/** Steps that an order works before the venue lets it expire; it ends before its deadline. */
const LIFE_STEPS = 4;
/** Steps after which a venue that stayed silent answers; longer than the order's timeout. */
const SILENT_STEPS = 8;
const REJECT_PER_MILLE = 10;
const SILENT_PER_MILLE = 15;
/** Depth of a step in an average bar against all capital of the market, ppm. */
const DEPTH_PPM = 2_000;
const DEPTH_SHARE = { perpetual: 1, quarterly: 0.4, daily: 0.3, inverse: 0.3 } as const;

/** After the last bar whatever the limit allows is filled at once: the day must come to its end. */
const CLOSING_DEPTH = 1_000_000;
/** Fills have trade numbers of their own, far above those of the trades. */
const FILL_IDS = 1_000_000_000_000;

const ANSWER = { accepted: 0, rejected: 1, expired: 2, filled: 3 } as const;

interface WorkingOrder {
  readonly order: number;
  readonly account: number;
  readonly place: number;
  readonly isBuy: boolean;
  readonly quantityLots: number;
  readonly limitTicks: number;
  /** Step in which the venue first answers. */
  readonly answersFrom: number;
  readonly isRefused: boolean;
  filledLots: number;
  isAccepted: boolean;
  /** Must end with the next answer: a fill of it was refused. */
  isBroken: boolean;
}

/** What the venue needs to know of the step it executes in. */
export interface VenueStep {
  readonly step: number;
  readonly timeUs: number;
  readonly isOpen: Uint8Array;
}

/**
 * The venue's desk for liquidation orders: it accepts an order in the step after it was issued,
 * fills it against those who quote as far as the book reaches the limit, over several steps if it
 * is large, and says how it ended. A few orders it refuses, and a few it leaves without an answer
 * until after their deadline. It never trades an account beyond flat.
 */
export class LiquidationVenue {
  private readonly depths: BookDepth[];
  /** Every order there was, by id; in the order in which they came. */
  private readonly known = new Map<number, WorkingOrder>();
  private working: WorkingOrder[] = [];
  private readonly capitalMinor: number;
  private nextFillId = 1;

  constructor(
    private readonly timeline: Timeline,
    private readonly contracts: readonly Contract[],
    private readonly participants: Participants,
    private readonly summary: DaySummary,
    private readonly random: Random,
    model: ImpactModel,
  ) {
    this.depths = contracts.map(() => new BookDepth(model));
    const { members } = participants;
    let capital = 0;
    for (let account = 1; account <= members.count; account++) {
      if (members.role[account] === 2) capital += members.capitalMinor[account]!;
    }
    this.capitalMinor = capital;
  }

  /** Orders that have not ended. */
  get workingCount(): number {
    return this.working.length;
  }

  /** An order arrived, at the end of a step. */
  receive(message: MessageNamed<'LiquidationOrderIssued'>, step: number): void {
    const draw = this.random.below(1000);
    const isCalm = this.timeline.isClosing(step);
    const isRefused = !isCalm && draw < REJECT_PER_MILLE;
    const isSilent = !isCalm && !isRefused && draw < REJECT_PER_MILLE + SILENT_PER_MILLE;
    const order: WorkingOrder = {
      order: message.order,
      account: message.account,
      place: message.instrument - 1,
      isBuy: message.side === 0,
      quantityLots: message.quantityLots,
      limitTicks: message.limitPriceTicks,
      answersFrom: step + (isSilent ? SILENT_STEPS : 1),
      isRefused,
      filledLots: 0,
      isAccepted: false,
      isBroken: false,
    };
    this.known.set(order.order, order);
    this.working.push(order);
  }

  /** The clearing house refused a fill: it never happened, and the order ends. */
  undo(message: MessageNamed<'TradeRejected'>): void {
    const order = this.known.get(message.liquidationOrder);
    if (order === undefined) return;
    order.filledLots -= message.quantityLots;
    order.isBroken = true;
    if (!this.working.includes(order)) this.working.push(order);
  }

  /** Appends what the venue says in a step: answers and fills, in the order of the orders. */
  execute(at: VenueStep, inputs: InputMessage[]): void {
    this.renewDepths(at.step);
    const still: WorkingOrder[] = [];
    for (const order of this.working) {
      if (!this.work(order, at, inputs)) still.push(order);
    }
    this.working = still;
  }

  private renewDepths(step: number): void {
    const isClosing = this.timeline.isClosing(step);
    const relative = isClosing ? CLOSING_DEPTH : this.timeline.relativeTurnover(step);
    const { lotNotional } = this.participants.book;
    for (const [place, { kind }] of this.contracts.entries()) {
      const notional = (this.capitalMinor * DEPTH_PPM * DEPTH_SHARE[kind]) / 1_000_000;
      this.depths[place]!.renew(Math.floor((notional * relative) / lotNotional[place]!));
    }
  }

  /** Works one order; true when it has ended. */
  private work(order: WorkingOrder, at: VenueStep, inputs: InputMessage[]): boolean {
    const isClosing = this.timeline.isClosing(at.step);
    if (at.step < order.answersFrom && !isClosing) return false;
    if (order.isBroken) return this.answer(order, ANSWER.expired, inputs);
    if (order.isRefused) return this.answer(order, ANSWER.rejected, inputs);
    if (!order.isAccepted) {
      order.isAccepted = true;
      this.answer(order, ANSWER.accepted, inputs);
    }
    if (at.isOpen[order.place] === 0) return this.answer(order, ANSWER.expired, inputs);
    this.fill(order, at, inputs);
    if (order.filledLots === order.quantityLots) return this.answer(order, ANSWER.filled, inputs);
    const isTooOld = isClosing || at.step >= order.answersFrom + LIFE_STEPS;
    const isOver = isTooOld || this.reducible(order) === 0;
    return isOver && this.answer(order, ANSWER.expired, inputs);
  }

  /** Lots by which the position can still shrink. */
  private reducible(order: WorkingOrder): number {
    const held = this.participants.book.lotsOf(order.account, order.place);
    return Math.max(0, order.isBuy ? -held : held);
  }

  private fill(order: WorkingOrder, at: VenueStep, inputs: InputMessage[]): void {
    const { book } = this.participants;
    const { place, isBuy, limitTicks } = order;
    const mark = book.marks[place]!;
    const depth = this.depths[place]!;
    const wanted = Math.min(order.quantityLots - order.filledLots, this.reducible(order));
    const quantityLots = Math.min(wanted, depth.availableLots(isBuy, mark, limitTicks));
    if (quantityLots < 1) return;
    const provider = this.providerFor(order, quantityLots);
    if (provider === 0) return;
    const priceTicks = depth.take(isBuy, quantityLots, mark, limitTicks);
    const buyer = isBuy ? order.account : provider;
    const seller = isBuy ? provider : order.account;
    order.filledLots += quantityLots;
    book.book(buyer, place, quantityLots, priceTicks, isBuy ? FEES_PPM.liquidation : 0);
    book.book(seller, place, -quantityLots, priceTicks, isBuy ? 0 : FEES_PPM.liquidation);
    this.summary.liquidated(at.step, quantityLots * book.lotNotional[place]!);
    inputs.push({
      type: 'TradeReported',
      ...this.head,
      venue: MARKET_VENUE_ID,
      instrument: place + 1,
      buyer,
      seller,
      tradeDate: Math.floor(at.timeUs / DAY_US),
      businessDate: 0,
      priceTicks,
      quantityLots,
      executedAt: at.timeUs,
      matchId: FILL_IDS + this.nextFillId,
      tradeId: FILL_IDS + this.nextFillId,
      liquidationOrder: order.order,
      tradeType: 2,
      aggressor: isBuy ? 1 : 2,
      acceptBy: 0,
      details: '',
    });
    this.nextFillId += 1;
  }

  private readonly head = { publisherSequence: 0, publisher: VENUE_ID } as const;

  /** Somebody who quotes in the pool of the order and may take so much; 0 when nobody may. */
  private providerFor(order: WorkingOrder, lots: number): number {
    const { members, book } = this.participants;
    const quoting = members.providers[members.pool[order.account]!]!;
    const { maxLots } = this.contracts[order.place]!;
    for (let tries = 0; tries < 4; tries++) {
      const provider = quoting[this.random.below(quoting.length)]!;
      const after = book.lotsOf(provider, order.place) + (order.isBuy ? -lots : lots);
      const isFit = provider !== order.account && Math.abs(after) <= maxLots;
      if (isFit && this.participants.isActive(provider)) return provider;
    }
    return 0;
  }

  /** Appends an answer; true, so that an ending one can be returned. */
  private answer(order: WorkingOrder, answer: number, inputs: InputMessage[]): true {
    inputs.push({
      type: 'LiquidationOrderAnswered',
      ...this.head,
      order: order.order,
      answer,
      filledLots: order.filledLots,
    });
    return true;
  }
}
