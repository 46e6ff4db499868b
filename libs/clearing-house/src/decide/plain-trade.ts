import { layouts, offsetsOf, SCHEMA_ID } from '#libs/events';
import { A, KIND, L, NOVATION_ON_ACK, P, PUBLISHER, SAGA, VENUE } from '#libs/clearing';
import { I, LINEAR, OPTION, SETTLING, VARIATION } from '#libs/market';
import type { Rulebook } from '#libs/margin';
import {
  type AmountMinor,
  type Lots,
  type PriceTicks,
  putInt64,
  STORE_LIMIT,
  ZERO,
} from '#libs/units';
import type { FrameBuffer } from '../frame-buffer.js';
import type { HouseState } from '../state/house-state.js';
import type { Logic } from './context.js';

// Constants of this module, which V8 folds; see apply/plain-trade.ts.
const REPORT = layouts.TradeReported;
const NOVATED = layouts.TradeNovated;
const T = offsetsOf('TradeNovated');
const { publisherSequence: SEQUENCE, publisher: PUBLISHER_ID, venue: VENUE_ID } = T;
const { instrument: INSTRUMENT, buyer: BUYER, seller: SELLER, businessDate: DATE } = T;
const { priceTicks: PRICE, quantityLots: LOTS, executedAt: EXECUTED_AT } = T;
const { matchId: MATCH, tradeId: TRADE, liquidationOrder: ORDER } = T;
const { tradeType: TYPE, aggressor: AGGRESSOR } = T;
const { costMinor: COST, buyerFeeMinor: BUYER_FEE, sellerFeeMinor: SELLER_FEE } = T;
const { acceptBy: ACCEPT_BY } = offsetsOf('TradeReported');
const TEMPLATE = REPORT.templateId;
const SCHEMA = SCHEMA_ID;
const FIRST_BLOCK = REPORT.blockLengths[1] ?? 0;
const BLOCK = REPORT.blockLength;
const LATEST = REPORT.version;
const REPORT_BYTES = 16 + FIRST_BLOCK;
const NOVATED_BLOCK = NOVATED.blockLength;
const NOVATED_BYTES = 16 + NOVATED_BLOCK;
const NOVATED_HEAD = NOVATED_BLOCK | (NOVATED.templateId << 16);
const NOVATED_KIND = SCHEMA_ID | (NOVATED.version << 16);
const LIMIT = STORE_LIMIT;
const TWO_32 = 4294967296;
/** An upper half beyond this is of no number within 2^52. */
const HIGH_MAX = 0xfffff;
const LIQUIDATION_TYPE = 2;
const NOBODY = 0;
const BUYER_TAKES = 1;
const MILLION = 1_000_000;

/**
 * Decides the trade that nearly all trades are, in one pass: of a sound layout without details, next of
 * its session, from an open-offer venue, between two open accounts of one pool that both hold the
 * linear contract, in a market that trades, with terms and results inside every limit. It writes the
 * TradeNovated that `TradeDecision` would write; of any other trade it says no, having changed nothing,
 * and `TradeDecision` decides. So a rule that is missing here costs time, and one that is added here
 * must be there too; a property test compares the two byte by byte.
 */
export class PlainTrades {
  /** Of the trade that was accepted last. */
  buyer = 0;
  seller = 0;
  instrument = 0;
  lots: Lots = ZERO;
  priceTicks: PriceTicks = ZERO;
  costMinor: AmountMinor = ZERO;
  buyerFeeMinor: AmountMinor = ZERO;
  sellerFeeMinor: AmountMinor = ZERO;
  buyerLotsAfter: Lots = ZERO;
  sellerLotsAfter: Lots = ZERO;

  constructor(private readonly state: HouseState) {}

  /** Writes the decision at the end of the frame, uncommitted; false when the trade is not plain. */
  decide(view: DataView, at: number, frame: FrameBuffer, logic: Logic): boolean {
    if (!logic.roundsFeesUp || !this.isReport(view, at)) return false;
    const { instruments, accounts, positions, balances, house, publishers } = this.state;

    const instrument = view.getInt32(at + INSTRUMENT, true);
    const buyer = view.getInt32(at + BUYER, true);
    const seller = view.getInt32(at + SELLER, true);
    const publisher = view.getInt32(at + PUBLISHER_ID, true);
    const isKnown =
      publisher >= 1 &&
      publisher <= publishers.count &&
      instrument >= 1 &&
      instrument <= instruments.count &&
      buyer >= 1 &&
      buyer <= accounts.count &&
      seller >= 1 &&
      seller <= accounts.count;
    if (!isKnown || buyer === seller || !this.isOpenOffer(view, at)) return false;
    const sequence =
      view.getInt32(at + SEQUENCE + 4, true) * TWO_32 + view.getUint32(at + SEQUENCE, true);
    const last = publishers.data[publisher * publishers.stride + PUBLISHER.lastSequence] ?? 0;
    if (sequence !== last + 1) return false;

    const pool = this.poolOf(buyer);
    if (pool < 0 || pool !== this.poolOf(seller)) return false;
    const rulebook = this.state.rulebooks.inForce(pool);
    if (rulebook === undefined || !this.isTradable(instrument, rulebook)) return false;

    const terms = instruments.data;
    const i = (instrument * instruments.stride) | 0;
    const priceTicks =
      view.getInt32(at + PRICE + 4, true) * TWO_32 + view.getUint32(at + PRICE, true);
    const lots = view.getInt32(at + LOTS + 4, true) * TWO_32 + view.getUint32(at + LOTS, true);
    const maxLots = terms[i + I.maxLots] ?? 0;
    const costMinor = lots * priceTicks * (terms[i + I.multiplier] ?? 0);
    const isSized =
      priceTicks >= 1 &&
      priceTicks <= (terms[i + I.maxPriceTicks] ?? 0) &&
      lots >= 1 &&
      lots <= maxLots &&
      costMinor <= LIMIT;
    if (!isSized) return false;

    const { takerFeePpm, makerFeePpm } = rulebook.source;
    const aggressor = view.getUint8(at + AGGRESSOR);
    const buyerPpm = aggressor === NOBODY || aggressor === BUYER_TAKES ? takerFeePpm : makerFeePpm;
    const sellerPpm = aggressor === BUYER_TAKES ? makerFeePpm : takerFeePpm;
    const buyerProduct = costMinor * buyerPpm;
    const sellerProduct = costMinor * sellerPpm;
    // Both products are exact, so their quotients' ceilings are (libs/units/src/divide.ts).
    const isExact =
      buyerPpm >= 0 && sellerPpm >= 0 && buyerProduct <= LIMIT && sellerProduct <= LIMIT;
    if (!isExact) return false;
    const buyerFeeMinor = Math.ceil(buyerProduct / MILLION);
    const sellerFeeMinor = Math.ceil(sellerProduct / MILLION);

    const b = (positions.find(buyer, instrument) * positions.stride) | 0;
    const s = (positions.find(seller, instrument) * positions.stride) | 0;
    if (b === 0 || s === 0) return false;
    const rows = positions.data;
    const currency = (terms[i + I.currency] ?? 0) | 0;
    const h = (currency * house.stride) | 0;
    const moved = costMinor + buyerFeeMinor + sellerFeeMinor;
    const purses = balances.data;
    const buyerLotsAfter = (rows[b + P.lots] ?? 0) + lots;
    const sellerLotsAfter = (rows[s + P.lots] ?? 0) - lots;
    const isWithinLimits =
      buyerLotsAfter <= maxLots &&
      -sellerLotsAfter <= maxLots &&
      Math.abs(rows[b + P.costMinor] ?? 0) + costMinor <= LIMIT &&
      Math.abs(rows[s + P.costMinor] ?? 0) + costMinor <= LIMIT &&
      Math.abs(purses[balances.at(this.unitOf(buyer), currency)] ?? NaN) + moved <= LIMIT &&
      Math.abs(purses[balances.at(this.unitOf(seller), currency)] ?? NaN) + moved <= LIMIT &&
      Math.abs(house.data[h + L.accounts] ?? 0) + moved <= LIMIT &&
      (house.data[h + L.fees] ?? 0) + moved <= LIMIT &&
      (house.data[h + L.funds] ?? 0) + moved <= LIMIT;
    if (!isWithinLimits) return false;

    this.instrument = instrument;
    this.buyer = buyer;
    this.seller = seller;
    this.lots = lots as Lots;
    this.priceTicks = priceTicks as PriceTicks;
    this.costMinor = costMinor as AmountMinor;
    this.buyerFeeMinor = buyerFeeMinor as AmountMinor;
    this.sellerFeeMinor = sellerFeeMinor as AmountMinor;
    this.buyerLotsAfter = buyerLotsAfter as Lots;
    this.sellerLotsAfter = sellerLotsAfter as Lots;
    this.write(frame, view, at);
    return true;
  }

  /** Whether the bytes are a report as `checkTradeShape` takes it, of a sort that can be plain. */
  private isReport(view: DataView, at: number): boolean {
    if (view.byteLength - at < REPORT_BYTES || view.getUint16(at + 10, true) !== TEMPLATE) {
      return false;
    }
    const version = view.getUint16(at + 14, true);
    const block = version === 1 ? FIRST_BLOCK : BLOCK;
    const bytes = 16 + block + (version === 3 ? 2 : 0);
    const isLayoutOk =
      version >= 1 &&
      version <= LATEST &&
      view.getUint32(at, true) === bytes &&
      view.byteLength - at >= bytes &&
      view.getUint16(at + 8, true) === block &&
      view.getUint16(at + 12, true) === SCHEMA;
    if (!isLayoutOk || (version === 3 && view.getUint16(at + 16 + block, true) !== 0)) return false;
    // No number is below 0 or beyond 2^52: their upper halves are looked at together.
    const highs =
      view.getInt32(at + SEQUENCE + 4, true) |
      view.getInt32(at + PRICE + 4, true) |
      view.getInt32(at + LOTS + 4, true) |
      view.getInt32(at + EXECUTED_AT + 4, true) |
      view.getInt32(at + MATCH + 4, true) |
      view.getInt32(at + TRADE + 4, true) |
      (version === 1 ? 0 : view.getInt32(at + ACCEPT_BY + 4, true));
    return (
      highs >= 0 &&
      highs <= HIGH_MAX &&
      view.getInt32(at + ORDER, true) === 0 &&
      view.getInt32(at + ORDER + 4, true) === 0 &&
      view.getUint8(at + TYPE) < LIQUIDATION_TYPE &&
      view.getUint8(at + AGGRESSOR) <= 2
    );
  }

  private isOpenOffer(view: DataView, at: number): boolean {
    const { venues } = this.state;
    const venue = view.getInt32(at + VENUE_ID, true);
    if (venue < 1 || venue > venues.count) return false;
    return venues.data[venue * venues.stride + VENUE.acceptance] !== NOVATION_ON_ACK;
  }

  private unitOf(account: number): number {
    const { data, stride } = this.state.accounts;
    const parent = (data[account * stride + A.parent] ?? 0) | 0;
    return parent === 0 ? account : parent;
  }

  /** Pool of an account that may hold positions, else -1. */
  private poolOf(account: number): number {
    const { data, stride } = this.state.accounts;
    const a = (account * stride) | 0;
    const unit = (this.unitOf(account) * stride) | 0;
    const isOpen =
      data[a + A.closed] === 0 &&
      data[a + A.kind] !== KIND.omnibusGross &&
      (data[unit + A.sagaState] ?? NaN) < SAGA.defaulted;
    return isOpen ? (data[a + A.pool] ?? 0) | 0 : -1;
  }

  /** Whether the contract is of the plain sort, has a mark, and its market takes trades. */
  private isTradable(instrument: number, rulebook: Rulebook): boolean {
    const { data, stride } = this.state.instruments;
    const i = (instrument * stride) | 0;
    return (
      data[i + I.payoff] === LINEAR &&
      data[i + I.kind] !== OPTION &&
      data[i + I.premium] === VARIATION &&
      data[i + I.underlying] === 0 &&
      data[i + I.sweepRunning] === 0 &&
      (data[i + I.marketState] ?? NaN) < SETTLING &&
      data[i + I.markTicks] !== 0 &&
      rulebook.tiers((data[i + I.marginClass] ?? 0) | 0) !== undefined
    );
  }

  private write(frame: FrameBuffer, report: DataView, from: number): void {
    const { view, length: to } = frame;
    view.setUint32(to, NOVATED_BYTES, true);
    view.setUint32(to + 4, 0, true);
    view.setUint32(to + 8, NOVATED_HEAD, true);
    view.setUint32(to + 12, NOVATED_KIND, true);
    let k = 16;
    for (; k + 4 <= REPORT_BYTES; k += 4) {
      view.setInt32(to + k, report.getInt32(from + k, true), true);
    }
    for (; k < REPORT_BYTES; k++) view.setUint8(to + k, report.getUint8(from + k));
    view.setUint16(to + DATE, this.state.clock.businessDate, true);
    putInt64(view, to + COST, this.costMinor);
    putInt64(view, to + BUYER_FEE, this.buyerFeeMinor);
    putInt64(view, to + SELLER_FEE, this.sellerFeeMinor);
  }
}
