import {
  type AmountMinor,
  getInt64,
  getLots,
  getPriceTicks,
  invariant,
  lesser,
  type Lots,
  minus,
  negated,
  plus,
  type PriceTicks,
  putInt64,
  sizeOf,
  STORE_LIMIT,
  ZERO,
} from '#libs/units';
import { layouts, offsetsOf, SCHEMA_ID } from '#libs/events';
import { A, ACCEPTED, L, NOVATION_ON_ACK, P, PUBLISHER, VENUE } from '#libs/clearing';
import { BUY } from '#libs/default-management';
import { convertAsset, convertSigned } from '#libs/margin';
import { HALTED, I, notionalMinor, OPTION, SETTLING, STALE, valueMinor } from '#libs/market';
import type { FrameBuffer } from '../frame-buffer.js';
import { lotsOf } from '../apply/trade.js';
import { canHoldPositions } from './account-standing.js';
import type { DecisionContext } from './context.js';
import { bookLeg } from './leg-change.js';
import { takeFilledOrder } from './open-orders.js';
import { isUnresolved } from './orders.js';
import { checkPriced } from './valuation-epoch.js';

const T = offsetsOf('TradeNovated');
const NOVATED = layouts.TradeNovated;
const NO_AGGRESSOR = 0;
const BUYER_AGGRESSOR = 1;
const LIQUIDATION = 2;
const REJECTED = layouts.TradeRejected;
const R = offsetsOf('TradeRejected');
const ACCEPT_BY = offsetsOf('TradeReported').acceptBy;
/** Bytes of a report's block that TradeNovated and TradeRejected repeat: all of version 1. */
const REPORT_BYTES = layouts.TradeReported.blockLengths[1] ?? 0;
export const NOVATED_BYTES = 16 + NOVATED.blockLength;

/**
 * A trade under decision: read once from the report, then written as TradeNovated. One object is
 * reused, so that a trade allocates nothing.
 */
export class TradeDecision {
  publisher = 0;
  venue = 0;
  instrument = 0;
  buyer = 0;
  seller = 0;
  priceTicks: PriceTicks = ZERO;
  lots: Lots = ZERO;
  order = 0;
  tradeType = 0;
  aggressor = 0;
  /** Version in which a refusal repeats the report; the first has no acceptBy. */
  version = 1;
  acceptBy = 0;
  costMinor: AmountMinor = ZERO;
  buyerFeeMinor: AmountMinor = ZERO;
  sellerFeeMinor: AmountMinor = ZERO;
  buyerLotsAfter: Lots = ZERO;
  sellerLotsAfter: Lots = ZERO;

  constructor(private readonly context: DecisionContext) {}

  /** Reads a TradeReported of any version. */
  read(view: DataView, at: number): void {
    this.publisher = view.getUint32(at + T.publisher, true);
    this.venue = view.getUint32(at + T.venue, true);
    this.instrument = view.getUint32(at + T.instrument, true);
    this.buyer = view.getUint32(at + T.buyer, true);
    this.seller = view.getUint32(at + T.seller, true);
    this.priceTicks = getPriceTicks(view, at + T.priceTicks);
    this.lots = getLots(view, at + T.quantityLots);
    this.order = getInt64(view, at + T.liquidationOrder);
    this.tradeType = view.getUint8(at + T.tradeType);
    this.aggressor = view.getUint8(at + T.aggressor);
    this.version = Math.min(view.getUint16(at + 14, true), REJECTED.version);
    this.acceptBy = this.version > 1 ? getInt64(view, at + ACCEPT_BY) : 0;
  }

  /** The reason to refuse it, or ACCEPTED with cost and fees filled in (docs/rules.md 4). */
  decide(): number {
    const reason = this.checkReferences() || this.checkTerms() || this.checkOrder();
    if (reason !== ACCEPTED) return reason;
    const { instruments } = this.context.state;
    this.costMinor = valueMinor(instruments, this.instrument, this.lots, this.priceTicks);
    this.decideFees();
    invariant(this.buyerFeeMinor >= 0 && this.sellerFeeMinor >= 0, 'a fee is 0 or more');
    return this.checkLimits() || this.checkMargin();
  }

  private checkReferences(): number {
    const { state } = this.context;
    const { accounts } = state;
    if (!state.publishers.has(this.publisher)) return 101;
    if (!state.venues.has(this.venue)) return 102;
    if (!state.instruments.has(this.instrument)) return 103;
    if (!accounts.has(this.buyer)) return 104;
    if (!accounts.has(this.seller)) return 105;
    if (this.buyer === this.seller) return 106;
    const pool = accounts.get(this.buyer, A.pool);
    if (accounts.get(this.seller, A.pool) !== pool) return 107;
    return canHoldPositions(state, this.buyer) && canHoldPositions(state, this.seller)
      ? ACCEPTED
      : 108;
  }

  private checkTerms(): number {
    const { state } = this.context;
    const { instruments, rulebooks, accounts } = state;
    const { instrument } = this;
    const pool = accounts.get(this.buyer, A.pool);
    const rulebook = rulebooks.inForce(pool);
    if (rulebook === undefined) return 119;
    const isOption = instruments.get(instrument, I.kind) === OPTION;
    const tiers = rulebook.tiers(instruments.get(instrument, I.marginClass));
    if (!isOption && tiers === undefined) return 119;
    const isPriceOk =
      this.priceTicks >= 1 && this.priceTicks <= instruments.get(instrument, I.maxPriceTicks);
    if (!isPriceOk) return 109;
    if (this.lots < 1 || this.lots > instruments.get(instrument, I.maxLots)) return 110;
    if (instruments.get(instrument, I.marketState) >= SETTLING) return 111;
    return checkPriced(state, pool, rulebook, instrument);
  }

  private checkOrder(): number {
    const isFill = this.tradeType === LIQUIDATION;
    if (isFill !== (this.order !== 0)) return 114;
    if (!isFill) return ACCEPTED;
    const order = this.context.state.orders.open.get(this.order);
    if (order === undefined) return 114;
    const account = order.side === BUY ? this.buyer : this.seller;
    const matches =
      order.account === account &&
      order.instrument === this.instrument &&
      order.quantityLots - order.filledLots >= this.lots &&
      (order.side === BUY
        ? this.priceTicks <= order.limitPriceTicks
        : this.priceTicks >= order.limitPriceTicks);
    return matches ? ACCEPTED : 114;
  }

  private decideFees(): void {
    const { state, logic } = this.context;
    const notional = notionalMinor(state.instruments, this.instrument, this.lots, this.priceTicks);
    const rulebook = state.rulebooks.inForce(state.accounts.get(this.buyer, A.pool));
    if (rulebook === undefined) return;
    const { makerFeePpm, takerFeePpm, liquidationFeePpm } = rulebook.source;
    if (this.order !== 0) {
      const fee = logic.feeMinor(notional, liquidationFeePpm);
      const isBuy = state.orders.open.get(this.order)?.side === BUY;
      const capped = lesser(fee, this.equityAfterFill(isBuy));
      invariant(capped >= 0 && capped <= fee, 'a fee takes no more than is left');
      this.buyerFeeMinor = isBuy ? capped : ZERO;
      this.sellerFeeMinor = isBuy ? ZERO : capped;
      return;
    }
    const taker = logic.feeMinor(notional, takerFeePpm);
    const maker = this.aggressor === NO_AGGRESSOR ? taker : logic.feeMinor(notional, makerFeePpm);
    const buyerTakes = this.aggressor === BUYER_AGGRESSOR;
    this.buyerFeeMinor = buyerTakes ? taker : maker;
    this.sellerFeeMinor = buyerTakes ? maker : taker;
  }

  /**
   * What a liquidation fill leaves its account, in the settlement currency and at least 0: a fee
   * takes no more than that, so that the fee itself never bankrupts.
   */
  private equityAfterFill(isBuy: boolean): AmountMinor {
    const { state, judgement } = this.context;
    const { instruments, currencies } = state;
    const account = isBuy ? this.buyer : this.seller;
    const { evaluation } = judgement;
    if (!evaluation.evaluate(state.accounts.unitOf(account))) return ZERO;
    const mark = instruments.get(this.instrument, I.markTicks);
    const before = lotsOf(state, account, this.instrument);
    const after = isBuy ? plus(before, this.lots) : minus(before, this.lots);
    const moved = minus(
      valueMinor(instruments, this.instrument, after, mark),
      valueMinor(instruments, this.instrument, before, mark),
    );
    const gain = isBuy ? minus(moved, this.costMinor) : plus(moved, this.costMinor);
    const currency = instruments.get(this.instrument, I.currency);
    const { baseCurrency, figures } = evaluation;
    const inBase = convertSigned(currencies, currency, baseCurrency, gain);
    const left = plus(figures.equityMinor, inBase);
    return left <= 0 ? ZERO : convertAsset(currencies, baseCurrency, currency, left);
  }

  private checkLimits(): number {
    const { state } = this.context;
    const maxLots = state.instruments.get(this.instrument, I.maxLots);
    const buyerRow = state.positions.find(this.buyer, this.instrument);
    const sellerRow = state.positions.find(this.seller, this.instrument);
    const { data, stride } = state.positions;
    this.buyerLotsAfter = ((data[buyerRow * stride + P.lots] ?? 0) + this.lots) as Lots;
    this.sellerLotsAfter = ((data[sellerRow * stride + P.lots] ?? 0) - this.lots) as Lots;
    if (this.buyerLotsAfter > maxLots || 0 - this.sellerLotsAfter > maxLots) return 112;
    const cost = sizeOf(this.costMinor);
    const isCostOk =
      Math.abs(data[buyerRow * stride + P.costMinor] ?? 0) + cost <= STORE_LIMIT &&
      Math.abs(data[sellerRow * stride + P.costMinor] ?? 0) + cost <= STORE_LIMIT;
    return isCostOk && this.canMoveCash(cost) ? ACCEPTED : 113;
  }

  /** Whether balances and ledgers stay within 2^52, whichever way the cost goes. */
  private canMoveCash(cost: AmountMinor): boolean {
    const { accounts, balances, house, instruments } = this.context.state;
    const currency = instruments.get(this.instrument, I.currency);
    const fees = plus(this.buyerFeeMinor, this.sellerFeeMinor);
    const moved = plus(cost, fees);
    const at = currency * house.stride;
    return (
      balances.canMove(accounts.unitOf(this.buyer), currency, moved) &&
      balances.canMove(accounts.unitOf(this.seller), currency, moved) &&
      Math.abs(house.data[at + L.accounts] ?? 0) + moved <= STORE_LIMIT &&
      (house.data[at + L.fees] ?? 0) + fees <= STORE_LIMIT &&
      (house.data[at + L.funds] ?? 0) + fees <= STORE_LIMIT
    );
  }

  /** Whether the mark of the instrument, or the one an option is margined by, cannot be trusted. */
  private isMarkStale(): boolean {
    const { accounts, instruments, rulebooks } = this.context.state;
    const underlying = instruments.get(this.instrument, I.underlying);
    const book = rulebooks.inForce(accounts.get(this.buyer, A.pool));
    return (
      instruments.get(this.instrument, I.marketState) === STALE ||
      (underlying !== 0 && instruments.get(underlying, I.marketState) === STALE) ||
      (book !== undefined && this.context.judgement.evaluation.isOutdated(book, this.instrument))
    );
  }

  /** Novation-on-ack only: the market is open and whoever adds risk has initial margin for it. */
  private checkMargin(): number {
    const { state } = this.context;
    if (this.order !== 0) return ACCEPTED;
    if (state.venues.get(this.venue, VENUE.acceptance) !== NOVATION_ON_ACK) return ACCEPTED;
    if (this.acceptBy !== 0 && state.clock.timeUs > this.acceptBy) return 122;
    if (state.instruments.get(this.instrument, I.marketState) === HALTED) return 115;
    return (
      this.checkLeg(this.buyer, this.lots, this.costMinor, this.buyerFeeMinor) ||
      this.checkLeg(this.seller, negated(this.lots), negated(this.costMinor), this.sellerFeeMinor)
    );
  }

  /** Whoever adds risk is known to every venue it has orders at, and has the margin for it. */
  private checkLeg(account: number, lots: Lots, cost: AmountMinor, fee: AmountMinor): number {
    const { state, judgement } = this.context;
    const { evaluation } = judgement;
    const before = lotsOf(state, account, this.instrument);
    const after = plus(before, lots);
    const addsRisk = Math.abs(after) > Math.abs(before) || before * after < 0;
    if (!addsRisk) return ACCEPTED;
    if (this.context.logic.gatesStaleMarkets && this.isMarkStale()) return 123;
    if (isUnresolved(this.context, account, this.venue)) return 121;
    const unit = state.accounts.unitOf(account);
    evaluation.gather(unit);
    const { portfolio } = evaluation;
    const { instrument } = this;
    bookLeg(state, portfolio, { account, instrument, lots, costMinor: cost, feeMinor: fee });
    takeFilledOrder(state, portfolio, { account, instrument, lots }, this.venue);
    if (!evaluation.run(unit)) return 116;
    if (this.context.logic.refusesUnvalued && !evaluation.isValued) return 563;
    return evaluation.excessMinor >= 0 ? ACCEPTED : 116;
  }

  /** Writes the TradeNovated record at the end of the frame; returns its place. */
  write(frame: FrameBuffer, report: DataView, reportAt: number): number {
    const { view, length: at } = frame;
    writeTradeHeader(view, at, NOVATED_BYTES, NOVATED, NOVATED.version);
    copyBlock(view, at + 16, report, reportAt + 16, REPORT_BYTES);
    view.setUint16(at + T.businessDate, this.context.state.clock.businessDate, true);
    putInt64(view, at + T.costMinor, this.costMinor);
    putInt64(view, at + T.buyerFeeMinor, this.buyerFeeMinor);
    putInt64(view, at + T.sellerFeeMinor, this.sellerFeeMinor);
    frame.commit(NOVATED_BYTES);
    return at;
  }

  /**
   * Writes a TradeRejected record, in the version of the report as far as there is one, so that
   * verification gives the same report back; returns its place.
   */
  writeRejected(frame: FrameBuffer, report: DataView, reportAt: number, reason: number): number {
    const { view, length: at } = frame;
    const { version, acceptBy } = this;
    invariant(reason > ACCEPTED, 'a refused trade has a reason');
    const blockLength = REJECTED.blockLengths[version] ?? 0;
    writeTradeHeader(view, at, 16 + blockLength, REJECTED, version);
    copyBlock(view, at + 16, report, reportAt + 16, REPORT_BYTES);
    view.setUint16(at + R.reason, reason, true);
    if (version > 1) putInt64(view, at + R.acceptBy, acceptBy);
    frame.commit(16 + blockLength);
    return at;
  }

  /** Whether the publisher's session expects this number: 0 yes, 1 handled before, 2 a gap. */
  sessionState(publisherSequence: number): number {
    if (publisherSequence === 0) return 0;
    const last = this.context.state.publishers.get(this.publisher, PUBLISHER.lastSequence);
    if (publisherSequence === last + 1) return 0;
    return publisherSequence <= last ? 1 : 2;
  }
}

function writeTradeHeader(
  view: DataView,
  at: number,
  bytes: number,
  layout: { readonly templateId: number },
  version: number,
): void {
  view.setUint32(at, bytes, true);
  view.setUint32(at + 4, 0, true);
  view.setUint16(at + 8, bytes - 16, true);
  view.setUint16(at + 10, layout.templateId, true);
  view.setUint16(at + 12, SCHEMA_ID, true);
  view.setUint16(at + 14, version, true);
}

/** Copies bytes between views four at a time; neither `set` nor `subarray`, which allocate. */
function copyBlock(
  to: DataView,
  toAt: number,
  from: DataView,
  fromAt: number,
  bytes: number,
): void {
  let k = 0;
  for (; k + 4 <= bytes; k += 4) to.setUint32(toAt + k, from.getUint32(fromAt + k, true), true);
  for (; k < bytes; k++) to.setUint8(toAt + k, from.getUint8(fromAt + k));
}
