import {
  layouts,
  MalformedRecord,
  type Measured,
  offsetsOf,
  readRecord,
  recordLengthAt,
  setCauseDistance,
  templateIdAt,
  writeRecord,
} from '#libs/events';
import { ACCEPTED, PUBLISHER } from '#libs/clearing';
import type { Planner } from '#libs/default-management';
import { type AmountMinor, getInt64, invariant, type Lots } from '#libs/units';
import { applyRead, applyRecord } from './apply/apply-record.js';
import { rebuildTimers } from './apply/deadlines.js';
import { releaseBands, releaseWithdrawal } from './bands/band-release.js';
import type { WatchMaker } from './bands/watch.js';
import { assertConserved } from './conservation.js';
import type { DecisionContext, Logic } from './decide/context.js';
import { limitPushedBy } from './decide/credit-limit.js';
import { fireTimer, isDue } from './decide/deadlines.js';
import { checkInput, consequenceOf } from './decide/input.js';
import { Judgement } from './decide/judgement.js';
import { endFilledOrder } from './decide/orders.js';
import { continueSweep } from './decide/sweep.js';
import { NOVATED_BYTES, TradeDecision } from './decide/trade.js';
import { PlainTrades } from './decide/plain-trade.js';
import { checkTradeShape } from './decide/trade-shape.js';
import { FRAME_BYTES_MAX, FrameBuffer } from './frame-buffer.js';
import { bodyHashOf, publisherOf, rejection } from './input-bytes.js';
import { logicOf } from './logic/index.js';
import { HouseState } from './state/house-state.js';
import { touchTrades } from './trade-prefetch.js';

const TRADE_REPORTED = layouts.TradeReported.templateId;
const HEAD = offsetsOf('PriceObserved');

/** What became of an input. */
export const OUTCOME = {
  accepted: 0,
  /** Refused with a numbered reason, and recorded. */
  rejected: 1,
  /** Handled before; nothing was recorded. */
  duplicate: 2,
  /** Its publisherSequence leaves a gap; nothing was recorded. */
  gap: 3,
} as const;

/** Largest input: a refused one is recorded whole, inside InputRejected. */
const INPUT_BYTES_MAX = 8192;

/** A frame is cut before it has less room than this: the largest set of decisions of one input. */
const ROOM_FOR_ONE_INPUT = FRAME_BYTES_MAX / 2;

/**
 * The clearing house as a pure state machine: input → validate → decide → apply. It reads no clock,
 * does no I/O and knows no promise: the same inputs at the same log times give the same bytes.
 *
 * Inputs and the decisions they cause are written into `frame`; whoever runs it cuts frames, makes
 * them durable and only then lets anything out.
 */
export class ClearingHouse implements DecisionContext {
  readonly judgement: Judgement;
  private readonly trade: TradeDecision;
  private readonly plain: PlainTrades | undefined;
  readonly planner: Planner | undefined;
  logic: Logic;
  /** What the trade in hand says besides its fields; '' for nothing, as mostly. */
  private details = '';
  private identity: { publisher: number; bodyHash: number; messageId: string } | undefined;
  /** Of the last input: reason when rejected, and the sequence of its first record. */
  lastReason = ACCEPTED;
  lastSequence = 0;
  /** Trades that were plain, for statistics. */
  plainTrades = 0;
  /** Log time of the frame being filled; a time jump inside it moves log time, not the frame's. */
  frameTimeUs: number;

  constructor(
    readonly state = new HouseState(),
    public frame = new FrameBuffer(),
    /** For diagnosis: decide with this logic, whatever is in force. */
    private readonly forcedLogic?: number,
    /** For tests and benchmarks: another watch than the safe bands, as `WatchEverybody`. */
    watchOf?: WatchMaker,
    /** For studies: another planner than the house's own; its log is no log that verifies. */
    planner?: Planner,
  ) {
    this.judgement = new Judgement(this, watchOf);
    this.planner = planner;
    this.trade = new TradeDecision(this);
    if (state.knowsPlainTrades) this.plain = new PlainTrades(state);
    this.logic = this.logicInForce();
    frame.begin(state.clock.sequence + 1);
    this.frameTimeUs = state.clock.timeUs;
    rebuildTimers(state);
  }

  /** Whether the frame should be cut before the next input. */
  get isFrameFull(): boolean {
    return this.frame.length > ROOM_FOR_ONE_INPUT;
  }

  get hasRunningSweep(): boolean {
    const { sweeps, deleveragings } = this.state;
    return sweeps.running.length > 0 || deleveragings.running.length > 0;
  }

  /** Starts the next frame after the last one was handed over, in the same or another buffer. */
  beginFrame(frame = this.frame): void {
    const { sequence, timeUs } = this.state.clock;
    invariant(timeUs >= this.frameTimeUs, 'log time stands at its frame or later');
    invariant(this.frame.nextSequence() === sequence + 1, 'all that was written was applied');
    this.frame = frame;
    this.frameTimeUs = this.state.clock.timeUs;
    this.frame.begin(this.state.clock.sequence + 1);
  }

  /** Deadline of the next timer, microseconds; Infinity when there is none. */
  nextDeadlineUs(): number {
    return this.state.timers.next();
  }

  /**
   * Log time moves to `timeUs` at the beginning of a frame; timers that are due fire, in order.
   * Going back is a fault of the caller.
   */
  advanceTime(timeUs: number): void {
    const { clock, timers } = this.state;
    invariant(this.frame.count === 0, 'log time moves at the beginning of a frame only');
    invariant(timeUs >= clock.timeUs, 'log time never goes back');
    if (timeUs === clock.timeUs) return; // the same moment fires nothing: a replay cannot see it
    clock.timeUs = timeUs;
    this.frameTimeUs = timeUs;
    while (timers.next() <= timeUs) {
      const timer = timers.pop();
      if (timer === undefined) break;
      if (isDue(this.state, timer)) fireTimer(this, timer, this.frame.nextSequence());
    }
  }

  /** Records that log time moved on, for an idle house. */
  recordTime(): void {
    this.emit({ type: 'TimeAdvanced' }, this.frame.nextSequence());
  }

  /** Continues a running sweep by one slice; false when there is none. */
  continueSweep(): boolean {
    return continueSweep(this, this.frame.nextSequence());
  }

  /**
   * Takes one input: a record of kind `input` or `trade` at `at`. With a message id the input is
   * remembered under it. Returns an OUTCOME; `lastReason` and `lastSequence` say more.
   * @throws UnknownRecord, MalformedRecord when the bytes are no such record; nothing is recorded.
   */
  submit(view: DataView, at: number, messageId = ''): number {
    this.lastReason = ACCEPTED;
    this.identity = undefined; // one may be left of an input whose bytes threw
    if (messageId === '' && this.submitPlain(view, at)) return OUTCOME.accepted;
    const isTrade = templateIdAt(view, at) === TRADE_REPORTED;
    if (isTrade) this.details = checkTradeShape(view, at);
    if (messageId !== '') return this.submitIdentified(view, at, messageId);
    return isTrade ? this.submitTrade(view, at) : this.submitOther(view, at, ACCEPTED);
  }

  /** Brings what the records from `at` on will need into the cache; returns how far it looked. */
  lookAhead(view: DataView, at: number, end: number): number {
    return touchTrades(this.state, view, at, end, this.judgement.bands);
  }

  /** Takes a trade if it is as nearly all are; false, and nothing is changed, when it is not. */
  private submitPlain(view: DataView, at: number): boolean {
    const { plain, frame, logic, state, judgement } = this;
    if (plain === undefined || !plain.decide(view, at, frame, logic)) return false;
    const place = frame.length;
    const sequence = frame.nextSequence();
    frame.commit(NOVATED_BYTES);
    this.plainTrades += 1;
    this.lastSequence = sequence;
    applyRecord(state, frame.view, place, sequence);
    const { buyer, seller, instrument, lots, priceTicks } = plain;
    const { bands } = judgement;
    const first = state.accounts.unitOf(buyer);
    const second = state.accounts.unitOf(seller);
    const { buyerFeeMinor, sellerFeeMinor, buyerLotsAfter, sellerLotsAfter } = plain;
    const isBuyerSafe = bands.absorb(
      first,
      instrument,
      lots,
      priceTicks,
      buyerFeeMinor,
      buyerLotsAfter,
    );
    const hasBreached = !isBuyerSafe && first !== second && judgement.judge(first, 0, sequence);
    // Asked only now: the buyer's default may have taken cash from the seller (a house account).
    const isSellerSafe = bands.absorb(
      second,
      instrument,
      lots,
      priceTicks,
      sellerFeeMinor,
      sellerLotsAfter,
    );
    const isSafe = isSellerSafe && (isBuyerSafe || first !== second);
    if (!isSafe) judgement.judge(second, hasBreached ? 1 : 0, sequence);
    return true;
  }

  private submitTrade(view: DataView, at: number): number {
    const { trade, frame } = this;
    trade.read(view, at);
    const session = this.sessionState(view, at);
    if (session !== OUTCOME.accepted) return session;
    const reason = trade.decide();
    this.lastSequence = frame.nextSequence();
    this.lastReason = reason;
    if (reason !== ACCEPTED) {
      const place = trade.writeRejected(frame, view, at, reason);
      applyRecord(this.state, frame.view, place, this.lastSequence);
      this.identify();
      if (this.details !== '') this.recordDetails();
      return OUTCOME.rejected;
    }
    const place = trade.write(frame, view, at);
    applyRecord(this.state, frame.view, place, this.lastSequence);
    this.identify();
    if (this.details !== '') this.recordDetails();
    if (trade.order !== 0) endFilledOrder(this, trade.order, this.lastSequence);
    this.judgeTrade();
    return OUTCOME.accepted;
  }

  /** Keeps what the report said besides its fields, whatever was decided, behind the trade's id. */
  private recordDetails(): void {
    const { lastSequence: trade, details } = this;
    this.emit({ type: 'TradeDetailsRecorded', trade, details }, trade);
  }

  /** Judges the units of the trade just applied, unless their safe bands absorb it. */
  private judgeTrade(): void {
    const { trade, judgement, lastSequence } = this;
    const buyer = this.state.accounts.unitOf(trade.buyer);
    const seller = this.state.accounts.unitOf(trade.seller);
    const isBuyerSafe = this.isAbsorbed(buyer, trade.buyerFeeMinor, trade.buyerLotsAfter);
    if (buyer === seller) {
      const isSafe = this.isAbsorbed(seller, trade.sellerFeeMinor, trade.sellerLotsAfter);
      if (!isSafe || !isBuyerSafe) judgement.judge(buyer, 0, lastSequence);
      return;
    }
    const hasBreached = !isBuyerSafe && judgement.judge(buyer, 0, lastSequence);
    // Asked only now: the buyer's default may have taken cash from the seller (a house account).
    if (this.isAbsorbed(seller, trade.sellerFeeMinor, trade.sellerLotsAfter)) return;
    judgement.judge(seller, hasBreached ? 1 : 0, lastSequence);
  }

  /** A fill of a liquidation order is always judged: it may end the liquidation. */
  private isAbsorbed(unit: number, feeMinor: AmountMinor, lotsAfter: Lots): boolean {
    const { instrument, lots, priceTicks, order } = this.trade;
    if (order !== 0) return false;
    return this.judgement.bands.absorb(unit, instrument, lots, priceTicks, feeMinor, lotsAfter);
  }

  private submitOther(view: DataView, at: number, forcedReason: number, messageId = ''): number {
    if (recordLengthAt(view, at) > INPUT_BYTES_MAX) {
      throw new MalformedRecord(at, `an input has at most ${String(INPUT_BYTES_MAX)} bytes`);
    }
    const message = readRecord(view, at);
    const isInput = 'publisherSequence' in message;
    const session = isInput ? this.sessionState(view, at) : OUTCOME.accepted;
    if (session !== OUTCOME.accepted) return session;
    const reason = forcedReason === ACCEPTED ? checkInput(this, message) : forcedReason;
    this.lastReason = reason;
    this.lastSequence = this.frame.nextSequence();
    if (reason !== ACCEPTED) {
      this.emit(rejection(view, at, message, reason, messageId), this.lastSequence);
      this.identify();
      return OUTCOME.rejected;
    }
    const consequence = consequenceOf(this, message);
    const sequence = this.emitInput(view, at, message);
    this.logic = this.logicInForce();
    this.identify();
    consequence(sequence);
    return OUTCOME.accepted;
  }

  /** 0 the session expects it, else OUTCOME.duplicate or OUTCOME.gap. */
  private sessionState(view: DataView, at: number): number {
    const publisherSequence = getInt64(view, at + HEAD.publisherSequence);
    if (publisherSequence === 0) return OUTCOME.accepted;
    const publisher = view.getUint32(at + HEAD.publisher, true);
    const last = this.state.publishers.has(publisher)
      ? this.state.publishers.get(publisher, PUBLISHER.lastSequence)
      : 0;
    if (publisherSequence === last + 1) return OUTCOME.accepted;
    return publisherSequence <= last ? OUTCOME.duplicate : OUTCOME.gap;
  }

  private submitIdentified(view: DataView, at: number, messageId: string): number {
    const { identities } = this.state;
    const publisher = publisherOf(view, at);
    // Nothing is remembered for whom nobody knows: it is refused, by that reason, each time.
    if (!this.state.publishers.has(publisher)) return this.submit(view, at);
    const bodyHash = bodyHashOf(view, at);
    const known = identities.find(publisher, messageId);
    if (known?.bodyHash === bodyHash) {
      this.lastSequence = known.sequence;
      return OUTCOME.duplicate;
    }
    if (known !== undefined) return this.submitOther(view, at, 601, messageId);
    if (identities.isTooOld(publisher, messageId))
      return this.submitOther(view, at, 602, messageId);
    this.identity = { publisher, bodyHash, messageId };
    const outcome =
      templateIdAt(view, at) === TRADE_REPORTED
        ? this.submitTrade(view, at)
        : this.submitOther(view, at, ACCEPTED);
    this.identity = undefined;
    return outcome;
  }

  /** Remembers the id of the input that was just recorded, before anything it causes. */
  private identify(): void {
    if (this.identity === undefined) return;
    this.emit({ type: 'InputIdentified', ...this.identity }, this.lastSequence);
  }

  /**
   * Records a decision and applies it at once; see DecisionContext. A credit limit that it pushes
   * stands right behind it.
   */
  emit(message: Measured, cause: number): number {
    const { frame } = this;
    const sequence = frame.nextSequence();
    invariant(cause <= sequence && cause >= frame.firstSequence, 'a cause is in the same frame');
    const bytes = writeRecord(frame.view, frame.length, message, sequence - cause);
    // Read again from its bytes: what they say is what whoever follows the log will apply.
    return this.record(readRecord(frame.view, frame.length), bytes);
  }

  /**
   * Records an accepted input in the version in which it came, byte for byte: a later program, which
   * knows newer versions, must give the same bytes when it decides an old log again.
   */
  private emitInput(view: DataView, at: number, message: Measured): number {
    const { frame } = this;
    const length = recordLengthAt(view, at);
    invariant(length <= INPUT_BYTES_MAX, 'a recorded input is no longer than inputs are');
    frame.copy(view, at, length);
    setCauseDistance(frame.view, frame.length, 0);
    return this.record(message, length);
  }

  /** Applies the record of so many bytes, which say `message`, that was written at the end of the frame. */
  private record(message: Measured, bytes: number): number {
    const { frame } = this;
    const sequence = frame.nextSequence();
    const { bands } = this.judgement;
    const limit = this.logic.setsCreditLimits ? limitPushedBy(this.state, message) : undefined;
    frame.commit(bytes);
    releaseWithdrawal(this.state, bands, message);
    applyRead(this.state, message, sequence);
    invariant(this.state.clock.sequence === sequence, 'what is recorded is applied');
    releaseBands(this.state, bands, message);
    if (limit !== undefined) this.emit(limit, sequence);
    return sequence;
  }

  /** Call when a frame is complete: throws if money or contracts are not conserved. */
  assertConserved(): void {
    assertConserved(this.state);
  }

  private logicInForce(): Logic {
    const logic = logicOf(this.forcedLogic ?? this.state.clock.logicVersion);
    invariant(logic !== undefined, 'the logic version in force is carried by the program');
    return logic;
  }
}
