import type { MessageNamed } from '#libs/events';
import { notionalOf, settlementOf, valueOf } from './contract-value.js';
import {
  type Decimal,
  decimal,
  greatest,
  least,
  LIMIT,
  ppmDown,
  ppmUp,
  whole,
  ZERO,
} from './decimal-arithmetic.js';
import { textOf } from './enumerations.js';
import { assetIn, debtIn, figuresOf, holdingsOf } from './margin-figures.js';
import { withoutFilled } from './open-orders.js';
import { isUnresolved } from './order-silence.js';
import type { TwinContext } from './twin-context.js';
import {
  balanceOf,
  balancesTotal,
  credit,
  fundsTotal,
  positionOf,
  rowOf,
  setPosition,
  sweepOf,
  type TwinAccount,
  type TwinInstrument,
  type TwinOrder,
  type TwinState,
  unitOf,
} from './twin-state.js';

export type Report = MessageNamed<'TradeReported'>;
type Novated = MessageNamed<'TradeNovated'>;
type Bust = MessageNamed<'TradeBustRequested'>;

/** What moves in a trade, for both sides. */
export interface Economics {
  readonly instrument: number;
  readonly buyer: number;
  readonly seller: number;
  readonly lots: Decimal;
  readonly cost: Decimal;
  readonly buyerFee: Decimal;
  readonly sellerFee: Decimal;
  readonly isFill: boolean;
}

/** The reason to refuse a report (docs/rules.md 4), or what moves. */
export function decideTrade(state: TwinState, m: Report): number | Economics {
  const reason = checkParties(state, m) || checkTerms(state, m) || checkOrder(state, m);
  if (reason !== 0) return reason;
  const instrument = rowOf(state.instruments, m.instrument);
  const lots = decimal(m.quantityLots);
  const economics: Economics = {
    instrument: m.instrument,
    buyer: m.buyer,
    seller: m.seller,
    lots,
    cost: valueOf(instrument, lots, decimal(m.priceTicks)),
    ...feesOf(state, m, instrument),
    isFill: m.liquidationOrder !== 0,
  };
  return checkLimits(state, economics) || checkMargin(state, m, economics) || economics;
}

function checkParties(state: TwinState, m: Report): number {
  if (!state.publishers.has(m.publisher)) return 101;
  if (!state.venues.has(m.venue)) return 102;
  if (!state.instruments.has(m.instrument)) return 103;
  const buyer = state.accounts.get(m.buyer);
  if (buyer === undefined) return 104;
  const seller = state.accounts.get(m.seller);
  if (seller === undefined) return 105;
  if (m.buyer === m.seller) return 106;
  if (buyer.pool !== seller.pool) return 107;
  for (const [id, account] of [
    [m.buyer, buyer],
    [m.seller, seller],
  ] as const) {
    if (!canHoldPositions(state, id, account)) return 108;
  }
  return 0;
}

/** Not closed, not an omnibus-gross parent, and its unit neither in default nor closed out. */
function canHoldPositions(state: TwinState, id: number, account: TwinAccount): boolean {
  if (account.isClosed || account.kind === 'omnibus-gross') return false;
  const { state: unitState } = rowOf(state.accounts, unitOf(state, id));
  return unitState !== 'defaulted' && unitState !== 'closed-out';
}

function checkTerms(state: TwinState, m: Report): number {
  const instrument = rowOf(state.instruments, m.instrument);
  const { rulebook } = rowOf(state.pools, rowOf(state.accounts, m.buyer).pool);
  if (rulebook === undefined) return 119;
  const hasTiers = rulebook.tiers.some((tier) => tier.marginClass === instrument.marginClass);
  if (instrument.kind !== 'option' && !hasTiers) return 119;
  if (m.priceTicks < 1 || instrument.maxPrice.lt(m.priceTicks)) return 109;
  if (m.quantityLots < 1 || instrument.maxLots.lt(m.quantityLots)) return 110;
  if (instrument.market === 'settling' || instrument.market === 'expired') return 111;
  if (instrument.mark === undefined) return 118;
  if (instrument.underlying === 0) return 0;
  return rowOf(state.instruments, instrument.underlying).mark === undefined ? 118 : 0;
}

function checkOrder(state: TwinState, m: Report): number {
  const isFill = textOf('tradeTypes', m.tradeType) === 'liquidation';
  if (isFill !== (m.liquidationOrder !== 0)) return 114;
  if (!isFill) return 0;
  const order = state.orders.get(m.liquidationOrder);
  if (order === undefined || order.instrument !== m.instrument) return 114;
  if (order.account !== (order.side === 'buy' ? m.buyer : m.seller)) return 114;
  if (order.quantity.sub(order.filled).lt(m.quantityLots)) return 114;
  const isWorse =
    order.side === 'buy' ? order.limit.lt(m.priceTicks) : order.limit.gt(m.priceTicks);
  return isWorse ? 114 : 0;
}

/** Logic version 2 rounds fees up, version 1 down. */
function feeOf(state: TwinState, notional: Decimal, ppm: number): Decimal {
  return state.logicVersion === 1 ? ppmDown(notional, ppm) : ppmUp(notional, ppm);
}

function feesOf(
  state: TwinState,
  m: Report,
  instrument: TwinInstrument,
): { buyerFee: Decimal; sellerFee: Decimal } {
  const { rulebook, base } = rowOf(state.pools, rowOf(state.accounts, m.buyer).pool);
  if (rulebook === undefined) throw new Error('a trade was checked for its rulebook');
  const notional = notionalOf(instrument, decimal(m.quantityLots), decimal(m.priceTicks));
  const order = state.orders.get(m.liquidationOrder);
  if (order !== undefined) {
    const fee = feeOf(state, notional, rulebook.liquidationFeePpm);
    const capped = least(fee, leftAfterFill(state, m, order, base));
    return order.side === 'buy'
      ? { buyerFee: capped, sellerFee: ZERO }
      : { buyerFee: ZERO, sellerFee: capped };
  }
  const taker = feeOf(state, notional, rulebook.takerFeePpm);
  const maker = feeOf(state, notional, rulebook.makerFeePpm);
  switch (textOf('aggressors', m.aggressor)) {
    case 'none':
      return { buyerFee: taker, sellerFee: taker };
    case 'buyer':
      return { buyerFee: taker, sellerFee: maker };
    case 'seller':
      return { buyerFee: maker, sellerFee: taker };
  }
}

/** What a fill leaves the unit of its order, settlement currency, at least 0. */
function leftAfterFill(state: TwinState, m: Report, order: TwinOrder, base: number): Decimal {
  const figures = figuresOf(state, unitOf(state, order.account));
  const instrument = rowOf(state.instruments, order.instrument);
  const { mark, currency } = instrument;
  if (figures === undefined || mark === undefined) return ZERO;
  const before = positionOf(state, order.account, order.instrument).lots;
  const filled = order.side === 'buy' ? decimal(m.quantityLots) : decimal(-m.quantityLots);
  const cost = valueOf(instrument, decimal(m.quantityLots), decimal(m.priceTicks));
  const paid = order.side === 'buy' ? cost : cost.neg();
  const gain = valueOf(instrument, before.add(filled), mark)
    .sub(valueOf(instrument, before, mark))
    .sub(paid);
  const inBase = gain.lt(ZERO)
    ? debtIn(state, currency, base, gain.neg()).neg()
    : assetIn(state, currency, base, gain);
  const left = greatest(ZERO, figures.equity.add(inBase));
  return assetIn(state, base, currency, left);
}

function checkLimits(state: TwinState, trade: Economics): number {
  const instrument = rowOf(state.instruments, trade.instrument);
  const bought = positionOf(state, trade.buyer, trade.instrument).lots.add(trade.lots);
  const sold = positionOf(state, trade.seller, trade.instrument).lots.sub(trade.lots);
  if (bought.gt(instrument.maxLots) || sold.lt(instrument.maxLots.neg())) return 112;
  const { currency } = instrument;
  const fees = trade.buyerFee.add(trade.sellerFee);
  const moved = trade.cost.abs().add(fees);
  const sums = [
    balancesTotal(state, currency).abs().add(moved),
    rowOf(state.ledgers, currency).fees.add(fees),
    fundsTotal(state, currency).add(fees),
  ];
  for (const account of [trade.buyer, trade.seller]) {
    const { cost } = positionOf(state, account, trade.instrument);
    sums.push(cost.abs().add(trade.cost.abs()));
    sums.push(balanceOf(state, unitOf(state, account), currency).abs().add(moved));
  }
  return sums.some((sum) => sum.gt(LIMIT)) ? 113 : 0;
}

/** Conditions of a novation-on-ack venue. */
function checkMargin(state: TwinState, m: Report, trade: Economics): number {
  if (trade.isFill || !rowOf(state.venues, m.venue).isOnAck) return 0;
  if (m.acceptBy !== 0 && state.timeUs > m.acceptBy) return 122;
  if (rowOf(state.instruments, m.instrument).market === 'halted') return 115;
  const { lots, cost, buyerFee, sellerFee } = trade;
  return (
    checkLeg(state, m.buyer, m, { lots, cost, fee: buyerFee }) ||
    checkLeg(state, m.seller, m, { lots: lots.neg(), cost: cost.neg(), fee: sellerFee })
  );
}

/** A mark that nobody renewed in time: of the instrument, or of its underlying. */
function isStale(state: TwinState, id: number): boolean {
  const { market, underlying } = rowOf(state.instruments, id);
  if (market === 'stale') return true;
  return underlying !== 0 && rowOf(state.instruments, underlying).market === 'stale';
}

interface Leg {
  readonly lots: Decimal;
  readonly cost: Decimal;
  readonly fee: Decimal;
}

function checkLeg(state: TwinState, account: number, m: Report, leg: Leg): number {
  const { instrument: id, venue } = m;
  const { currency, isPremiumPaid } = rowOf(state.instruments, id);
  const before = positionOf(state, account, id);
  const lots = before.lots.add(leg.lots);
  const grows = lots.abs().gt(before.lots.abs());
  const changesSign = lots.mul(before.lots).lt(ZERO);
  if (!grows && !changesSign) return 0;
  if (state.logicVersion >= 3 && isStale(state, id)) return 123;
  if (isUnresolved(state, account, venue)) return 121;
  const unit = unitOf(state, account);
  const holdings = holdingsOf(state, unit);
  const others = holdings.positions.filter((p) => p.account !== account || p.instrument !== id);
  const cost = isPremiumPaid ? before.cost : before.cost.add(leg.cost);
  const positions = [...others, { account, instrument: id, lots, cost }];
  const paid = isPremiumPaid ? leg.fee.add(leg.cost) : leg.fee;
  holdings.cash.set(currency, (holdings.cash.get(currency) ?? ZERO).sub(paid));
  const orders = withoutFilled(state, holdings.orders, { account, venue, id, lots: leg.lots });
  const figures = figuresOf(state, unit, { positions, orders, cash: holdings.cash });
  return figures?.excess.gte(ZERO) === true ? 0 : 116;
}

/** Moves both legs and the fees; `direction` -1 takes them back. */
export function moveTrade(state: TwinState, trade: Economics, direction: 1 | -1): void {
  const { currency, isPremiumPaid } = rowOf(state.instruments, trade.instrument);
  const lots = trade.lots.mul(direction);
  const cost = trade.cost.mul(direction);
  const premium = isPremiumPaid ? cost : ZERO;
  moveLeg(state, trade.buyer, trade.instrument, lots, cost.sub(premium));
  moveLeg(state, trade.seller, trade.instrument, lots.neg(), premium.sub(cost));
  const buyerFee = trade.buyerFee.mul(direction);
  const sellerFee = trade.sellerFee.mul(direction);
  credit(state, unitOf(state, trade.buyer), currency, premium.add(buyerFee).neg());
  credit(state, unitOf(state, trade.seller), currency, premium.sub(sellerFee));
  const fees = buyerFee.add(sellerFee);
  const pool = rowOf(state.pools, rowOf(state.accounts, trade.buyer).pool);
  if (trade.isFill && pool.base === currency) {
    pool.liquidationFund = pool.liquidationFund.add(fees);
    return;
  }
  const ledger = rowOf(state.ledgers, currency);
  ledger.fees = ledger.fees.add(fees);
}

function moveLeg(
  state: TwinState,
  account: number,
  instrument: number,
  lots: Decimal,
  cost: Decimal,
): void {
  settleInSweep(state, account, instrument);
  const before = positionOf(state, account, instrument);
  const after = { lots: before.lots.add(lots), cost: before.cost.add(cost) };
  setPosition(state, account, instrument, after);
}

/** Settles a position in the running sweep of its instrument, once; returns the cash it got. */
export function settleInSweep(state: TwinState, account: number, id: number): Decimal {
  const sweep = sweepOf(state, id);
  if (sweep === undefined || sweep.reached.has(account)) return ZERO;
  sweep.reached.add(account);
  const instrument = rowOf(state.instruments, id);
  const { cash, lots, cost } = settlementOf(instrument, positionOf(state, account, id), sweep);
  setPosition(state, account, id, { lots, cost });
  credit(state, unitOf(state, account), instrument.currency, cash);
  const ledger = rowOf(state.ledgers, instrument.currency);
  ledger.suspense = ledger.suspense.sub(cash);
  sweep.suspense = sweep.suspense.sub(cash);
  return cash;
}

/** The economics of a trade as text, by which a bust repeats them. */
function economicsText(m: Bust | Novated): string {
  return [
    m.instrument,
    m.buyer,
    m.seller,
    m.quantityLots,
    m.costMinor,
    m.buyerFeeMinor,
    m.sellerFeeMinor,
  ].join(' ');
}

/** What of a report a novated trade repeats: not how long its offer held, nor its details. */
function recordedOf(m: Report): Omit<Report, 'acceptBy' | 'details'> {
  const report: Omit<Report, 'acceptBy' | 'details'> & Partial<Report> = { ...m };
  delete report.acceptBy;
  delete report.details;
  return report;
}

/** Refuses a trade; nothing else changes. */
export function refuse(twin: TwinContext, m: Report, reason: number, cause: number): void {
  const { acceptBy } = m;
  twin.emit({ ...recordedOf(m), type: 'TradeRejected', reason, acceptBy }, cause);
}

/** What else a report says is kept, whatever was decided. */
export function recordDetails(twin: TwinContext, { details }: Report, trade: number): void {
  if (details !== '') twin.emit({ type: 'TradeDetailsRecorded', trade, details }, trade);
}

/** Novates a trade: its event, the movement, the order it fills and the memory for busts. */
export function novate(twin: TwinContext, m: Report, trade: Economics, cause: number): void {
  const { state } = twin;
  const novated: Novated = {
    ...recordedOf(m),
    type: 'TradeNovated',
    businessDate: state.businessDate,
    costMinor: whole(trade.cost),
    buyerFeeMinor: whole(trade.buyerFee),
    sellerFeeMinor: whole(trade.sellerFee),
  };
  const sequence = twin.emit(novated, cause);
  moveTrade(state, trade, 1);
  const order = state.orders.get(m.liquidationOrder);
  if (order !== undefined) order.filled = order.filled.add(trade.lots);
  const memory = { economics: economicsText(novated), isFill: trade.isFill, isBusted: false };
  state.trades.set(sequence, memory);
}

/** The reason to refuse a bust (docs/rules.md 4), or 0. */
export function checkBust(state: TwinState, m: Bust): number {
  const trade = state.trades.get(m.tradeSequence);
  if (trade === undefined) return 301;
  if (trade.isFill) return 306;
  if (trade.economics !== economicsText(m)) return 302;
  if (trade.isBusted) return 303;
  for (const id of [m.buyer, m.seller]) {
    if (!canHoldPositions(state, id, rowOf(state.accounts, id))) return 108;
  }
  const instrument = rowOf(state.instruments, m.instrument);
  if (instrument.market === 'expired' || sweepOf(state, m.instrument) !== undefined) return 304;
  const bought = positionOf(state, m.buyer, m.instrument);
  const sold = positionOf(state, m.seller, m.instrument);
  if (bought.lots.sub(m.quantityLots).lt(instrument.maxLots.neg())) return 112;
  if (sold.lots.add(m.quantityLots).gt(instrument.maxLots)) return 112;
  const fees = decimal(m.buyerFeeMinor).add(m.sellerFeeMinor);
  const moved = decimal(m.costMinor).abs().add(fees);
  for (const [account, { cost }] of [
    [m.buyer, bought],
    [m.seller, sold],
  ] as const) {
    const balance = balanceOf(state, unitOf(state, account), instrument.currency);
    if (greatest(cost.abs(), balance.abs()).add(moved).gt(LIMIT)) return 113;
  }
  return rowOf(state.ledgers, instrument.currency).fees.lt(fees) ? 305 : 0;
}

/** Takes a trade back at its original figures. */
export function bust(state: TwinState, m: Bust): void {
  rowOf(state.trades, m.tradeSequence).isBusted = true;
  const trade: Economics = {
    instrument: m.instrument,
    buyer: m.buyer,
    seller: m.seller,
    lots: decimal(m.quantityLots),
    cost: decimal(m.costMinor),
    buyerFee: decimal(m.buyerFeeMinor),
    sellerFee: decimal(m.sellerFeeMinor),
    isFill: false,
  };
  moveTrade(state, trade, -1);
}
