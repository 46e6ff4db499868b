import {
  ceilQuotient,
  decimal,
  type Decimal,
  floorQuotient,
  greatest,
  least,
  MILLION,
  ONE,
  ZERO,
} from './decimal-arithmetic.js';
import type { Requirement } from './margin-figures.js';
import type { Rulebook, TwinInstrument, TwinState } from './twin-state.js';

type Charges = Rulebook['concentrations'][number];
type Tier = Rulebook['tiers'][number];

/** A size is looked at in steps of 10^-8 of the reference; from 10^7 references on in whole ones. */
const STEPS = decimal(100_000_000);
const FAR = decimal(10_000_000);

/** Requirement of a future or perpetual: tiers, open interest, premium, slippage (docs/rules.md 6). */
export function linearRequirement(
  state: TwinState,
  instrument: TwinInstrument,
  lots: Decimal,
  rulebook: Rulebook,
): Requirement {
  const { marginClass, multiplier, isInverse } = instrument;
  const tiers = rulebook.tiers.filter((tier) => tier.marginClass === marginClass);
  const charges = rulebook.concentrations.find((own) => own.marginClass === marginClass);
  const size = lots.abs();
  const mark = markOf(instrument);
  const required = (rateOf: (tier: Tier) => Decimal): Decimal => {
    const weighted = weightedSum(tiers, size, rateOf);
    const charged = charges === undefined ? weighted : chargedFor(size, weighted, charges);
    return isInverse
      ? ceilQuotient(multiplier.mul(charged), mark.mul(MILLION))
      : ceilQuotient(mark.mul(multiplier).mul(charged), MILLION);
  };
  return {
    maintenance: required(({ maintenancePpm }) => decimal(maintenancePpm)),
    initial: required(({ initialPpm }) =>
      charges === undefined
        ? decimal(initialPpm)
        : crowdedRate(state, instrument, initialPpm, charges),
    ),
  };
}

/** Sum over tiers of the lots inside a tier times its rate; the last tier has no end. */
function weightedSum(
  tiers: readonly Tier[],
  size: Decimal,
  rateOf: (tier: Tier) => Decimal,
): Decimal {
  let weighted = ZERO;
  let below = ZERO;
  for (const [place, tier] of tiers.entries()) {
    const end = place === tiers.length - 1 ? size : least(size, decimal(tier.upToLots));
    if (end.gt(below)) weighted = weighted.add(end.sub(below).mul(rateOf(tier)));
    below = greatest(below, end);
  }
  return weighted;
}

function chargedFor(size: Decimal, weighted: Decimal, charges: Charges): Decimal {
  const whole = size.mul(MILLION);
  const reference = decimal(charges.referenceLots);
  const isFar = size.gte(reference.mul(FAR));
  const root = isFar
    ? rootUp(ceilQuotient(size, reference)).mul(rootUp(STEPS))
    : rootUp(ceilQuotient(size.mul(STEPS), reference));
  const premium = ceilQuotient(root.mul(charges.sizePremiumPpm), rootUp(STEPS));
  const kept = floorQuotient(weighted.mul(charges.sizePremiumBasePpm), MILLION);
  const grown = greatest(weighted, kept.add(size.mul(least(MILLION, premium))));
  const slippage = ceilQuotient(size.mul(charges.closeOutSlippagePpm), reference);
  const charged = least(whole, grown).add(size.mul(least(MILLION, slippage)));
  return least(whole, charged);
}

/** Initial rate between the bounds of open interest, in a line from the tier's to the whole. */
function crowdedRate(
  state: TwinState,
  instrument: TwinInstrument,
  initialPpm: number,
  { openInterestFromMinor: from, openInterestToMinor: to }: Charges,
): Decimal {
  const rate = decimal(initialPpm);
  if (to === 0) return rate;
  const interest = notionalOf(instrument, longLots(state, instrument));
  if (interest.gte(to)) return MILLION;
  if (interest.lte(from)) return rate;
  const rise = MILLION.sub(rate).mul(interest.sub(from));
  return rate.add(floorQuotient(rise, decimal(to).sub(from)));
}

/** Lots of all who are long, counted. */
function longLots(state: TwinState, instrument: TwinInstrument): Decimal {
  let sum = ZERO;
  for (const positions of state.positions.values()) {
    for (const [id, { lots }] of positions) {
      if (state.instruments.get(id) === instrument && lots.gt(ZERO)) sum = sum.add(lots);
    }
  }
  return sum;
}

function notionalOf(instrument: TwinInstrument, lots: Decimal): Decimal {
  const { isInverse, multiplier } = instrument;
  const mark = markOf(instrument);
  return isInverse ? ceilQuotient(lots.mul(multiplier), mark) : lots.mul(mark).mul(multiplier);
}

export function markOf(instrument: TwinInstrument): Decimal {
  if (instrument.mark === undefined) throw new Error('a position needs a mark');
  return instrument.mark;
}

/** The least whole number whose square is n or more. */
function rootUp(n: Decimal): Decimal {
  const root = n.sqrt().floor();
  return root.mul(root).lt(n) ? root.add(ONE) : root;
}
