import type { Random } from '../market/random.js';
import { rowOf, sweepOf, type TwinInstrument } from '../twin/twin-state.js';
import { BTC, CONTRACT, EUR } from './contract-drafts.js';
import { FIRST_PRICES } from './genesis-inputs.js';
import type { Draft, DraftOf } from './steps.js';
import { idsWhere, oneOf, type WorldContext } from './world-context.js';

type PriceDraft = DraftOf<'PriceObserved'>;

export function priceDraft(
  { state, random }: WorldContext,
  instrument: number,
  priceTicks: number,
): PriceDraft {
  const confidencePpm = 900_000 + random.below(100_001);
  const observedAt = Math.max(state.timeUs, rowOf(state.instruments, instrument).observedAt);
  return { type: 'PriceObserved', instrument, priceTicks, observedAt, confidencePpm };
}

/** Instruments that get prices and still live. */
export function pricedInstruments({ state }: WorldContext): number[] {
  return idsWhere(state.instruments, ({ market, mark }) => {
    return mark !== undefined && market !== 'settling' && market !== 'expired';
  });
}

/** A step of the walk of one price: small, or by the plan's violence a crash or a leap; when calm, small. */
export function priceMove(context: WorldContext, isCalm: boolean): PriceDraft | undefined {
  const { random, state, plan } = context;
  const isPerpetual = random.below(plan.hasStampede ? 3 : 2) === 0;
  const priced = pricedInstruments(context).filter((own) => !state.indices.has(own));
  const id = isPerpetual ? CONTRACT.perpetual : oneOf(random, priced);
  if (id === undefined) return undefined;
  const instrument = rowOf(state.instruments, id);
  if (instrument.mark === undefined || instrument.market === 'settling') return undefined;
  if (instrument.market === 'expired') return undefined;
  const isViolent = !isCalm && random.below(1000) < plan.violence;
  if (instrument.quarantined !== undefined && random.below(2) === 0) {
    return priceDraft(context, id, nearby(instrument.quarantined.toNumber(), random));
  }
  const calmPpm = plan.isPlain ? 4_000 : 10_000;
  const stepPpm = isViolent ? violentStep(context) : random.below(2 * calmPpm + 1) - calmPpm;
  return priceDraft(context, id, movedBy(instrument, id, stepPpm));
}

/** A price that confirms another, or just not. */
function nearby(priceTicks: number, random: Random): number {
  return Math.max(1, Math.floor(priceTicks * (0.7 + random.unit() * 0.75)));
}

function violentStep({ random }: WorldContext): number {
  const size = 120_000 + random.below(400_000);
  return random.below(2) === 0 ? -size : size;
}

/** The mark moved by so many ppm, drawn back a little to where it began. */
function movedBy(instrument: TwinInstrument, id: number, stepPpm: number): number {
  const mark = instrument.mark?.toNumber() ?? 1;
  const pull = Math.floor(((FIRST_PRICES[id] ?? mark) - mark) / 30);
  const moved = mark + pull + Math.floor((mark * stepPpm) / 1_000_000);
  return Math.min(instrument.maxPrice.toNumber(), Math.max(1, moved));
}

/** The price that breaches a herd, within the outlier distance. */
export function stampede(context: WorldContext): PriceDraft | undefined {
  const { mark, market } = rowOf(context.state.instruments, CONTRACT.perpetual);
  if (mark === undefined || market === 'settling' || market === 'expired') return undefined;
  const priceTicks = Math.floor(mark.toNumber() * 0.79);
  return priceDraft(context, CONTRACT.perpetual, priceTicks);
}

export function currencyPriceDraft({
  random,
  state,
}: WorldContext): DraftOf<'CurrencyPriceObserved'> {
  const currency = random.below(2) === 0 ? BTC : EUR;
  const before = rowOf(state.currencies, currency).priceMicros?.toNumber() ?? 1_000_000;
  const first = currency === BTC ? 40_000_000_000 : 1_200_000;
  const stepPpm = random.below(100_001) - 50_000 - (random.below(12) === 0 ? 200_000 : 0);
  const pull = Math.floor((first - before) / 10);
  const priceMicros = Math.max(1, before + pull + Math.floor((before * stepPpm) / 1_000_000));
  return { type: 'CurrencyPriceObserved', currency, priceMicros };
}

/** A daily or final settlement that is due, of an instrument without a running sweep. */
export function settlementDraft(
  context: WorldContext,
): DraftOf<'SettlementPricePublished'> | undefined {
  const { random, state } = context;
  const settling = idsWhere(state.instruments, ({ market }, id) => {
    return market === 'settling' && sweepOf(state, id) === undefined;
  });
  const final = oneOf(random, settling);
  if (final !== undefined) {
    const { kind, underlying } = rowOf(state.instruments, final);
    const source = kind === 'option' ? underlying : final;
    const mark = rowOf(state.instruments, source).mark?.toNumber() ?? 1;
    const priceTicks = Math.max(1, Math.floor(mark * (0.95 + random.unit() / 10)));
    return { type: 'SettlementPricePublished', instrument: final, priceTicks, final: 1 };
  }
  const daily = pricedInstruments(context).filter((id) => {
    return !rowOf(state.instruments, id).isPremiumPaid && sweepOf(state, id) === undefined;
  });
  const instrument = oneOf(random, daily);
  if (instrument === undefined) return undefined;
  const priceTicks = rowOf(state.instruments, instrument).mark?.toNumber() ?? 1;
  return { type: 'SettlementPricePublished', instrument, priceTicks, final: 0 };
}

export function fundingDraft(context: WorldContext): DraftOf<'FundingRatePublished'> | undefined {
  const { random, state } = context;
  const perpetuals = idsWhere(state.instruments, ({ kind, market, mark }, id) => {
    const isReady = mark !== undefined && sweepOf(state, id) === undefined;
    return kind === 'perpetual' && market === 'open' && isReady;
  });
  const instrument = oneOf(random, perpetuals);
  if (instrument === undefined) return undefined;
  const ratePpb = random.below(2_000_001) - 1_000_000 - (random.below(20) === 0 ? 20_000_000 : 0);
  return { type: 'FundingRatePublished', instrument, ratePpb };
}

/** An operator halts a market, or opens one that is not open. */
export function marketStateDraft(context: WorldContext): Draft | undefined {
  const { random, state } = context;
  const closed = idsWhere(state.instruments, ({ market }) => {
    return market === 'halted' || market === 'stale';
  });
  const reopened = oneOf(random, closed);
  if (reopened !== undefined && random.below(4) > 0) {
    return { type: 'MarketStateSet', instrument: reopened, marketState: 0 };
  }
  const instrument = oneOf(random, pricedInstruments(context));
  return instrument === undefined
    ? undefined
    : { type: 'MarketStateSet', instrument, marketState: random.below(3) === 0 ? 0 : 1 };
}
