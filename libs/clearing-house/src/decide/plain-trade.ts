import { layouts, offsetsOf, SCHEMA_ID } from '#libs/events';
import { A, KIND, L, P, PUBLISHER, SAGA, VENUE } from '#libs/clearing';
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
const { parent: PARENT, closed: CLOSED, kind: ACCOUNT_KIND, sagaState: SAGA_STATE, pool: POOL } = A;
const { omnibusGross: OMNIBUS_GROSS } = KIND;
const { defaulted: DEFAULTED } = SAGA;
const { lots: POSITION_LOTS, costMinor: POSITION_COST } = P;
const { accounts: ACCOUNTS, fees: FEES, funds: FUNDS } = L;
const { lastSequence: LAST_SEQUENCE } = PUBLISHER;
const { acceptance: ACCEPTANCE } = VENUE;
const { multiplier: MULTIPLIER, maxPriceTicks: MAX_PRICE, maxLots: MAX_LOTS } = I;
const { payoff: PAYOFF, kind: CONTRACT_KIND, premium: PREMIUM, currency: CURRENCY } = I;
const { underlying: UNDERLYING, sweepRunning: SWEEP_RUNNING, marketState: MARKET_STATE } = I;
const { markTicks: MARK, marginClass: MARGIN_CLASS } = I;
const LINEAR_PAYOFF = LINEAR;
const OPTION_KIND = OPTION;
const PLAIN_PREMIUM = VARIATION;
const CLOSING = SETTLING;
const OPEN_OFFER = 0;
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
 * its session, from an open-offer venue, between two open accounts of one pool, over a linear contract
 * in a market that trades, with terms and results inside every limit. It writes the
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
    this.instrument = view.getInt32(at + INSTRUMENT, true);
    this.buyer = view.getInt32(at + BUYER, true);
    this.seller = view.getInt32(at + SELLER, true);
    this.priceTicks = (view.getInt32(at + PRICE + 4, true) * TWO_32 +
      view.getUint32(at + PRICE, true)) as PriceTicks;
    this.lots = (view.getInt32(at + LOTS + 4, true) * TWO_32 +
      view.getUint32(at + LOTS, true)) as Lots;
    if (!this.areKnown() || !this.isNext(view, at) || !this.isOpenOffer(view, at)) return false;
    const pool = this.poolOf(this.buyer);
    if (pool < 0 || pool !== this.poolOf(this.seller)) return false;
    const rulebook = this.state.rulebooks.inForce(pool);
    if (rulebook === undefined || !this.isTradable(rulebook)) return false;
    if (!this.decideFees(rulebook, view.getUint8(at + AGGRESSOR)) || !this.fits()) return false;
    this.write(frame, view, at);
    return true;
  }

  private areKnown(): boolean {
    const { instruments, accounts } = this.state;
    const { instrument, buyer, seller } = this;
    return (
      instrument >= 1 &&
      instrument <= instruments.count &&
      buyer >= 1 &&
      buyer <= accounts.count &&
      seller >= 1 &&
      seller <= accounts.count &&
      buyer !== seller
    );
  }

  /** Whether its publisher is known, and it is the next of its session. */
  private isNext(view: DataView, at: number): boolean {
    const { publishers } = this.state;
    const publisher = view.getInt32(at + PUBLISHER_ID, true);
    if (publisher < 1 || publisher > publishers.count) return false;
    const last = publishers.data[publisher * publishers.stride + LAST_SEQUENCE] ?? NaN;
    const high = view.getInt32(at + SEQUENCE + 4, true);
    return high * TWO_32 + view.getUint32(at + SEQUENCE, true) === last + 1;
  }

  /** Cost and fees; false when price, lots or a product is beyond its limit, or a fee is a rebate. */
  private decideFees(rulebook: Rulebook, aggressor: number): boolean {
    const { data, stride } = this.state.instruments;
    const i = (this.instrument * stride) | 0;
    const { lots, priceTicks } = this;
    const costMinor = lots * priceTicks * (data[i + MULTIPLIER] ?? NaN);
    const { takerFeePpm, makerFeePpm } = rulebook.source;
    const buyerTakes = aggressor === NOBODY || aggressor === BUYER_TAKES;
    const buyerProduct = costMinor * (buyerTakes ? takerFeePpm : makerFeePpm);
    const sellerProduct = costMinor * (aggressor === BUYER_TAKES ? makerFeePpm : takerFeePpm);
    const isWithinLimits =
      priceTicks >= 1 &&
      priceTicks <= (data[i + MAX_PRICE] ?? 0) &&
      lots >= 1 &&
      lots <= (data[i + MAX_LOTS] ?? 0) &&
      costMinor <= LIMIT &&
      buyerProduct >= 0 &&
      sellerProduct >= 0 &&
      buyerProduct <= LIMIT &&
      sellerProduct <= LIMIT;
    // Both products are exact, so the ceilings of their quotients are (libs/units/src/divide.ts).
    this.costMinor = costMinor as AmountMinor;
    this.buyerFeeMinor = Math.ceil(buyerProduct / MILLION) as AmountMinor;
    this.sellerFeeMinor = Math.ceil(sellerProduct / MILLION) as AmountMinor;
    return isWithinLimits;
  }

  /** Whether positions, balances and ledgers stay in their limits. Row 0 is of nobody, all zeros. */
  private fits(): boolean {
    const { instruments, positions, balances, house } = this.state;
    const { instrument, buyer, seller, lots, costMinor } = this;
    const b = (positions.find(buyer, instrument) * positions.stride) | 0;
    const s = (positions.find(seller, instrument) * positions.stride) | 0;
    const rows = positions.data;
    const i = (instrument * instruments.stride) | 0;
    const maxLots = instruments.data[i + MAX_LOTS] ?? 0;
    const currency = (instruments.data[i + CURRENCY] ?? 0) | 0;
    const buyerLotsAfter = (rows[b + POSITION_LOTS] ?? 0) + lots;
    const sellerLotsAfter = (rows[s + POSITION_LOTS] ?? 0) - lots;
    this.buyerLotsAfter = buyerLotsAfter as Lots;
    this.sellerLotsAfter = sellerLotsAfter as Lots;
    const moved = costMinor + this.buyerFeeMinor + this.sellerFeeMinor;
    const purses = balances.data;
    const ledger = house.data;
    const h = (currency * house.stride) | 0;
    return (
      buyerLotsAfter <= maxLots &&
      -sellerLotsAfter <= maxLots &&
      Math.abs(rows[b + POSITION_COST] ?? NaN) + costMinor <= LIMIT &&
      Math.abs(rows[s + POSITION_COST] ?? NaN) + costMinor <= LIMIT &&
      Math.abs(purses[balances.at(this.unitOf(buyer), currency)] ?? NaN) + moved <= LIMIT &&
      Math.abs(purses[balances.at(this.unitOf(seller), currency)] ?? NaN) + moved <= LIMIT &&
      Math.abs(ledger[h + ACCOUNTS] ?? NaN) + moved <= LIMIT &&
      (ledger[h + FEES] ?? NaN) + moved <= LIMIT &&
      (ledger[h + FUNDS] ?? NaN) + moved <= LIMIT
    );
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
    return venues.data[venue * venues.stride + ACCEPTANCE] === OPEN_OFFER;
  }

  private unitOf(account: number): number {
    const { data, stride } = this.state.accounts;
    const parent = (data[((account * stride) | 0) + PARENT] ?? 0) | 0;
    return parent === 0 ? account : parent;
  }

  /** Pool of an account that may hold positions, else -1. */
  private poolOf(account: number): number {
    const { data, stride } = this.state.accounts;
    const a = (account * stride) | 0;
    const unit = (this.unitOf(account) * stride) | 0;
    const isOpen =
      data[a + CLOSED] === 0 &&
      data[a + ACCOUNT_KIND] !== OMNIBUS_GROSS &&
      (data[unit + SAGA_STATE] ?? NaN) < DEFAULTED;
    return isOpen ? (data[a + POOL] ?? 0) | 0 : -1;
  }

  /** Whether the contract is of the plain sort, has a mark, and its market takes trades. */
  private isTradable(rulebook: Rulebook): boolean {
    const { data, stride } = this.state.instruments;
    const i = (this.instrument * stride) | 0;
    return (
      data[i + PAYOFF] === LINEAR_PAYOFF &&
      data[i + CONTRACT_KIND] !== OPTION_KIND &&
      data[i + PREMIUM] === PLAIN_PREMIUM &&
      data[i + UNDERLYING] === 0 &&
      data[i + SWEEP_RUNNING] === 0 &&
      (data[i + MARKET_STATE] ?? NaN) < CLOSING &&
      data[i + MARK] !== 0 &&
      rulebook.tiers((data[i + MARGIN_CLASS] ?? 0) | 0) !== undefined
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
