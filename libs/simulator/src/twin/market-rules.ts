import type { MessageNamed } from '#libs/events';
import { decimal, type Decimal, MILLION } from './decimal-arithmetic.js';
import { indexOf, type MarketState, textOf } from './enumerations.js';
import { judgeSeveral } from './judging.js';
import { startSweep } from './sweep-start.js';
import type { TwinContext } from './twin-context.js';
import { rowOf, sweepOf, type TwinInstrument, type TwinState, unitOf } from './twin-state.js';

const LOTS_MAX = 4_503_599_627_370_496;
const FUNDING_MAX_PPB = 100_000_000;
const CURRENCY_PRICE_MAX_MICROS = 900_000_000_000;

export function isEnding(market: MarketState): boolean {
  return market === 'settling' || market === 'expired';
}

export function isPriceOf(instrument: TwinInstrument, priceTicks: number): boolean {
  return priceTicks >= 1 && instrument.maxPrice.gte(priceTicks);
}

type Price = MessageNamed<'PriceObserved'>;

export function checkPrice(state: TwinState, m: Price): number {
  const instrument = state.instruments.get(m.instrument);
  if (instrument === undefined) return 103;
  if (state.indices.has(m.instrument)) return 573;
  if (!isPriceOf(instrument, m.priceTicks)) return 109;
  if (isEnding(instrument.market)) return 111;
  return m.observedAt < instrument.observedAt ? 120 : 0;
}

/** Lots that rest near the price of a market; without execution terms nothing follows from them. */
export function checkDepth(state: TwinState, m: MessageNamed<'MarketDepthObserved'>): number {
  const instrument = state.instruments.get(m.instrument);
  if (instrument === undefined) return 103;
  if (m.indexTicks !== 0 && !isPriceOf(instrument, m.indexTicks)) return 109;
  if (isEnding(instrument.market)) return 111;
  if (m.observedAt < instrument.depthObservedAt) return 120;
  return [m.bidLots, m.askLots].some((lots) => lots < 0 || lots > LOTS_MAX) ? 640 : 0;
}

/** |price - reference| x 10^6 > reference x outlierPpm. */
function isFar(price: Decimal, reference: Decimal, outlierPpm: number): boolean {
  return price.sub(reference).abs().mul(MILLION).gt(reference.mul(outlierPpm));
}

function isOutlier(instrument: TwinInstrument, price: Decimal): boolean {
  const { mark, market, outlierPpm, quarantined } = instrument;
  if (mark === undefined || market !== 'open' || outlierPpm === 0) return false;
  if (!isFar(price, mark, outlierPpm)) return false;
  return quarantined === undefined || isFar(price, quarantined, outlierPpm);
}

export function takePrice(twin: TwinContext, m: Price, cause: number): void {
  rowOf(twin.state.instruments, m.instrument).observedAt = m.observedAt;
  takeMark(twin, m, cause);
}

/** A price is quarantined, or becomes the mark and everybody concerned is judged. */
export function takeMark(
  twin: TwinContext,
  m: Pick<Price, 'instrument' | 'priceTicks'>,
  cause: number,
): void {
  const { state } = twin;
  const instrument = rowOf(state.instruments, m.instrument);
  const price = decimal(m.priceTicks);
  if (isOutlier(instrument, price)) {
    instrument.quarantined = price;
    const markTicks = instrument.mark?.toNumber() ?? 0;
    const { instrument: id, priceTicks } = m;
    twin.emit({ type: 'PriceQuarantined', instrument: id, priceTicks, markTicks }, cause);
    return;
  }
  instrument.quarantined = undefined;
  instrument.mark = price;
  instrument.pricedAt = state.timeUs;
  if (instrument.market === 'stale') changeMarket(twin, m.instrument, 'open', cause);
  judgeSeveral(twin, unitsHolding(state, m.instrument), cause);
}

export function changeMarket(
  twin: TwinContext,
  instrument: number,
  market: MarketState,
  cause: number,
): void {
  rowOf(twin.state.instruments, instrument).market = market;
  const marketState = indexOf('marketStates', market);
  twin.emit({ type: 'MarketStateChanged', instrument, marketState }, cause);
}

/** Units with lots in an instrument or in an option on it. */
function unitsHolding(state: TwinState, id: number): Set<number> {
  const units = new Set<number>();
  for (const [account, positions] of state.positions) {
    for (const [held, { lots }] of positions) {
      const isConcerned = held === id || rowOf(state.instruments, held).underlying === id;
      if (isConcerned && !lots.isZero()) units.add(unitOf(state, account));
    }
  }
  return units;
}

export function checkCurrencyPrice(
  state: TwinState,
  m: MessageNamed<'CurrencyPriceObserved'>,
): number {
  if (!state.currencies.has(m.currency) || m.currency === 1) return 204;
  return m.priceMicros < 1 || m.priceMicros > CURRENCY_PRICE_MAX_MICROS ? 109 : 0;
}

export function checkMarketState(state: TwinState, m: MessageNamed<'MarketStateSet'>): number {
  const instrument = state.instruments.get(m.instrument);
  if (instrument === undefined) return 103;
  return isEnding(instrument.market) ? 111 : 0;
}

export function setMarketState(
  twin: TwinContext,
  m: MessageNamed<'MarketStateSet'>,
  cause: number,
): void {
  const { state } = twin;
  const market = textOf('operatorStates', m.marketState);
  rowOf(state.instruments, m.instrument).market = market;
  if (market === 'open') judgeSeveral(twin, unitsHolding(state, m.instrument), cause);
}

type Settlement = MessageNamed<'SettlementPricePublished'>;

export function checkSettlement(state: TwinState, m: Settlement): number {
  const instrument = state.instruments.get(m.instrument);
  if (instrument === undefined) return 103;
  const isFinal = textOf('settlements', m.final) === 'final';
  const priced =
    isFinal && instrument.kind === 'option'
      ? rowOf(state.instruments, instrument.underlying)
      : instrument;
  if (!isPriceOf(priced, m.priceTicks)) return 109;
  if (isFinal) {
    if (instrument.market !== 'settling') return 508;
  } else if (instrument.isPremiumPaid || isEnding(instrument.market)) {
    return 507;
  }
  return sweepOf(state, m.instrument) === undefined ? 0 : 506;
}

export function settle(twin: TwinContext, m: Settlement, cause: number): void {
  const kind = textOf('settlements', m.final) === 'final' ? 'expiry' : 'variation';
  const { instrument, priceTicks } = m;
  startSweep(twin, { kind, instrument, priceTicks, ratePpb: 0 }, cause);
}

type Funding = MessageNamed<'FundingRatePublished'>;

export function checkFunding(state: TwinState, m: Funding): number {
  const instrument = state.instruments.get(m.instrument);
  if (instrument === undefined) return 103;
  if (instrument.kind !== 'perpetual') return 509;
  if (Math.abs(m.ratePpb) > FUNDING_MAX_PPB) return 510;
  if (instrument.market !== 'open' || instrument.mark === undefined) return 511;
  return sweepOf(state, m.instrument) === undefined ? 0 : 506;
}

export function fund(twin: TwinContext, m: Funding, cause: number): void {
  const { instrument, ratePpb } = m;
  const priceTicks = rowOf(twin.state.instruments, instrument).mark?.toNumber() ?? 0;
  startSweep(twin, { kind: 'funding', instrument, priceTicks, ratePpb }, cause);
}

export function checkCycle(state: TwinState, m: MessageNamed<'SettlementCycleClosed'>): number {
  if (state.businessDate !== 0 && m.closedDate !== state.businessDate) return 520;
  if (m.nextDate <= m.closedDate) return 520;
  return state.sweeps.length > 0 ? 521 : 0;
}
