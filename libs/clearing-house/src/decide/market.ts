import { invariant, type PriceTicks, ZERO } from '#libs/units';
import type { Measured, MessageNamed } from '#libs/events';
import { A, ACCEPTED, P, SWEEP } from '#libs/clearing';
import { HALTED, I, OPEN, OPTION, PERPETUAL, SETTLING, STALE, VARIATION } from '#libs/market';
import { isOutlier } from '../apply/price-rule.js';
import type { HouseState } from '../state/house-state.js';
import { measureMove } from './breaker.js';
import type { DecisionContext } from './context.js';
import { exceedsConversion } from './conversion-bound.js';
import { endsEpoch, isPegOfPool, openEpoch } from './valuation-epoch.js';

const FINAL = 1;
const FUNDING_MAX_PPB = 100_000_000;
const MARKET_MICROS_MAX = 900_000_000_000;

export function checkPrice(state: HouseState, m: Measured<'PriceObserved'>): number {
  const { indices, instruments } = state;
  if (!instruments.has(m.instrument)) return 103;
  if (indices.of(m.instrument) !== undefined) return 573;
  if (m.priceTicks < 1 || m.priceTicks > instruments.get(m.instrument, I.maxPriceTicks)) return 109;
  if (instruments.get(m.instrument, I.marketState) >= SETTLING) return 111;
  return m.observedAt < instruments.get(m.instrument, I.observedAt) ? 120 : ACCEPTED;
}

/** A price of an instrument, observed or determined. */
export interface NewPrice {
  readonly instrument: number;
  readonly priceTicks: PriceTicks;
}

/** What is known before a price is applied and needed after. */
export interface PriceBefore {
  readonly isOutlier: boolean;
  readonly markTicks: PriceTicks;
}

export function beforePrice(state: HouseState, m: NewPrice): PriceBefore {
  return {
    isOutlier: isOutlier(state, m.instrument, m.priceTicks),
    markTicks: state.instruments.get(m.instrument, I.markTicks),
  };
}

/** A price: quarantined; or the new mark, which may reopen the market, and everybody is judged. */
export function afterPrice(
  context: DecisionContext,
  m: NewPrice,
  before: PriceBefore,
  cause: number,
): void {
  const { state } = context;
  const { instrument, priceTicks } = m;
  if (before.isOutlier) {
    const { markTicks } = before;
    context.emit({ type: 'PriceQuarantined', instrument, priceTicks, markTicks }, cause);
    return;
  }
  if (state.instruments.get(instrument, I.marketState) === STALE) {
    context.emit({ type: 'MarketStateChanged', instrument, marketState: OPEN }, cause);
  }
  measureMove(context, instrument, before.markTicks, cause);
  const opened = endsEpoch(state, instrument) ? openEpoch(context, cause) : 0;
  context.judgement.judgeMany(context.judgement.bands.touched(instrument, priceTicks), cause);
  if (opened !== 0) startMarginSweep(context, opened);
}

/** Units with lots in the instrument or in an option on it, each once. */
export function unitsHolding(state: HouseState, instrument: number): number[] {
  const { positions, accounts, instruments } = state;
  const { data, stride } = positions;
  const units = new Set<number>();
  for (let account = 1; account <= accounts.count; account++) {
    let at = positions.first(account) * stride;
    const end = at + positions.countOf(account) * stride;
    for (; at < end; at += stride) {
      const held = data[at + P.instrument] ?? 0;
      const isConcerned = held === instrument || instruments.get(held, I.underlying) === instrument;
      if (!isConcerned || data[at + P.lots] === 0) continue;
      units.add(accounts.unitOf(account));
      break;
    }
  }
  return [...units];
}

export function checkCurrencyPrice(
  state: HouseState,
  m: MessageNamed<'CurrencyPriceObserved'>,
): number {
  if (!state.currencies.has(m.currency) || m.currency === 1) return 204;
  if (m.priceMicros < 1 || m.priceMicros > MARKET_MICROS_MAX) return 109;
  return exceedsConversion(state, m.currency, m.priceMicros) ? 113 : ACCEPTED;
}

/** Every unit may hold the currency, or be judged in it: all are judged, in slices. */
export function afterCurrencyPrice(
  context: DecisionContext,
  { currency }: MessageNamed<'CurrencyPriceObserved'>,
  cause: number,
): void {
  const opened = isPegOfPool(context.state, currency) ? openEpoch(context, cause) : 0;
  startMarginSweep(context, opened || cause);
}

/** After a forward, a rate or volatilities: requirements are computed anew, and everybody judged. */
export function afterTermMarket(context: DecisionContext, cause: number): void {
  const opened = openEpoch(context, cause);
  if (opened !== 0) startMarginSweep(context, opened);
}

/** Starts a sweep that judges every unit once; one that has not begun yet serves as well. */
export function startMarginSweep(context: DecisionContext, cause: number): void {
  const { running } = context.state.sweeps;
  const isWaiting = running.some((sweep) => sweep.kind === SWEEP.margin && sweep.cursor === 1);
  const accountCount = context.state.accounts.count;
  if (isWaiting || accountCount === 0) return;
  const none = { instrument: 0, priceTicks: ZERO, ratePpb: 0, setHash: 0 };
  context.emit({ type: 'SweepStarted', sweepKind: SWEEP.margin, accountCount, ...none }, cause);
}

export function checkSettlement(
  state: HouseState,
  m: Measured<'SettlementPricePublished'>,
): number {
  const { instruments } = state;
  const { instrument, priceTicks } = m;
  if (!instruments.has(instrument)) return 103;
  const isOption = instruments.get(instrument, I.kind) === OPTION;
  const isOnUnderlying = isOption && m.final === FINAL;
  const priced = isOnUnderlying ? instruments.get(instrument, I.underlying) : instrument;
  if (priceTicks < 1 || priceTicks > instruments.get(priced, I.maxPriceTicks)) return 109;
  const market = instruments.get(instrument, I.marketState);
  if (m.final === FINAL) {
    if (market !== SETTLING) return 508;
  } else if (instruments.get(instrument, I.premium) !== VARIATION || market > HALTED) {
    return 507;
  }
  return instruments.get(instrument, I.sweepRunning) !== 0 ? 506 : ACCEPTED;
}

export function afterSettlement(
  context: DecisionContext,
  m: Measured<'SettlementPricePublished'>,
  cause: number,
): void {
  const sweepKind = m.final === FINAL ? SWEEP.expiry : SWEEP.variation;
  startSweep(context, sweepKind, m.instrument, m.priceTicks, 0, cause);
}

export function checkFunding(state: HouseState, m: Measured<'FundingRatePublished'>): number {
  const { instruments } = state;
  if (!instruments.has(m.instrument)) return 103;
  if (instruments.get(m.instrument, I.kind) !== PERPETUAL) return 509;
  if (Math.abs(m.ratePpb) > FUNDING_MAX_PPB) return 510;
  const isOpen = instruments.get(m.instrument, I.marketState) === OPEN;
  if (!isOpen || instruments.get(m.instrument, I.markTicks) === 0) return 511;
  return instruments.get(m.instrument, I.sweepRunning) !== 0 ? 506 : ACCEPTED;
}

export function afterFunding(
  context: DecisionContext,
  m: Measured<'FundingRatePublished'>,
  cause: number,
): void {
  const mark = context.state.instruments.get(m.instrument, I.markTicks);
  startSweep(context, SWEEP.funding, m.instrument, mark, m.ratePpb, cause);
}

function startSweep(
  context: DecisionContext,
  sweepKind: number,
  instrument: number,
  priceTicks: PriceTicks,
  ratePpb: number,
  cause: number,
): void {
  const accountCount = context.state.accounts.count;
  invariant(priceTicks >= 1, 'a sweep settles at a price');
  context.emit(
    { type: 'SweepStarted', sweepKind, instrument, priceTicks, ratePpb, accountCount, setHash: 0 },
    cause,
  );
}

export function checkCycle(state: HouseState, m: MessageNamed<'SettlementCycleClosed'>): number {
  const { businessDate } = state.clock;
  const isPresent = businessDate === 0 || m.closedDate === businessDate;
  if (!isPresent || m.nextDate <= m.closedDate) return 520;
  return state.sweeps.running.length > 0 ? 521 : ACCEPTED;
}

/** After an operator opened or halted a market: an opening one needs a fresh judgement. */
export function afterMarketState(
  context: DecisionContext,
  m: MessageNamed<'MarketStateSet'>,
  cause: number,
): void {
  if (m.marketState !== OPEN) return;
  context.judgement.judgeMany(unitsHolding(context.state, m.instrument), cause);
}

export function checkMarketState(state: HouseState, m: MessageNamed<'MarketStateSet'>): number {
  if (!state.instruments.has(m.instrument)) return 103;
  return state.instruments.get(m.instrument, I.marketState) >= SETTLING ? 111 : ACCEPTED;
}

/** Whether an account is a margin unit (a client is judged with its parent). */
export function isUnit(state: HouseState, account: number): boolean {
  return state.accounts.get(account, A.parent) === 0;
}
