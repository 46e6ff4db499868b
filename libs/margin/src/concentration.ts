import { I, INVERSE, type InstrumentTable } from '#libs/market';
import { invariant, type Lots, multiplyDivideCeil, type Ppm, SAFE_LIMIT } from '#libs/units';
import { openInterestRate, proportionalRate, squareRootRate, withPremium } from './rate-growth.js';
import { type Rulebook, tieredLotsPpm } from './rulebook.js';

const MILLION = 1_000_000;
/** Initial rates of the class at hand as open interest has raised them; read before the next call. */
const raised: Ppm[] = [];

/** What a class is charged for size beside its tiers (docs/rules.md 6); rates in ppm. */
export interface Concentration {
  readonly referenceLots: Lots;
  readonly sizePremiumPpm: Ppm;
  readonly sizePremiumBasePpm: Ppm;
  readonly closeOutSlippagePpm: Ppm;
  readonly openInterestFromMinor: number;
  readonly openInterestToMinor: number;
}

/** Which requirement: `atRest` is the initial one at an open interest of 0. */
export type Level = 'maintenance' | 'initial' | 'atRest';

/**
 * Weight of `sizeLots` of a future or perpetual, lots x ppm: what multiplies the value of a lot. Does
 * not fall when the size grows, and does not depend on the price but for the open interest's notional.
 */
export function weightedLotsPpm(
  instruments: InstrumentTable,
  id: number,
  sizeLots: Lots,
  rulebook: Rulebook,
  level: Level,
): number {
  const marginClass = instruments.get(id, I.marginClass);
  const tiers = rulebook.tiers(marginClass);
  invariant(tiers !== undefined, 'a traded instrument has tiers in the rulebook of the pool');
  const charges = rulebook.concentration(marginClass);
  const rates = level === 'maintenance' ? tiers.maintenancePpm : tiers.initialPpm;
  if (charges === undefined) return tieredLotsPpm(tiers.upToLots, rates, sizeLots);
  const isRaised = level === 'initial' && charges.openInterestToMinor > 0;
  const own = isRaised ? raisedRates(rates, openInterestMinor(instruments, id), charges) : rates;
  return chargedLotsPpm(tieredLotsPpm(tiers.upToLots, own, sizeLots), sizeLots, charges);
}

/** Adds premium and slippage to the tiers' weight; never more than the whole notional. */
export function chargedLotsPpm(weighted: number, sizeLots: Lots, charges: Concentration): number {
  const whole = sizeLots * MILLION;
  invariant(weighted >= 0 && weighted <= whole, 'tiers ask for no more than the notional');
  const premium = premiumPpm(charges, sizeLots) * sizeLots;
  const grown = withPremium(weighted, premium, charges.sizePremiumBasePpm, MILLION);
  const slippage = slippagePpm(charges, sizeLots) * sizeLots;
  const charged = Math.min(whole, Math.min(whole, grown) + slippage);
  invariant(charged >= weighted, 'a charge for size lowers nothing');
  return charged;
}

/** Size premium of a position, at most the whole. */
export function premiumPpm({ referenceLots, sizePremiumPpm }: Concentration, size: Lots): number {
  return Math.min(MILLION, squareRootRate(sizePremiumPpm, size, referenceLots));
}

/** Slippage of closing a position out, at most the whole. */
export function slippagePpm(
  { referenceLots, closeOutSlippagePpm }: Concentration,
  size: Lots,
): number {
  return Math.min(MILLION, proportionalRate(closeOutSlippagePpm, size, referenceLots));
}

/** Notional of the open interest at the mark, settlement currency minor units, at most 2^53. */
export function openInterestMinor(instruments: InstrumentTable, id: number): number {
  const lots = instruments.get(id, I.openInterestLots);
  const mark = instruments.get(id, I.markTicks);
  const multiplier = instruments.get(id, I.multiplier);
  invariant(lots >= 0 && mark > 0, 'an open interest is 0 or more, of a contract with a mark');
  // The lots of all accounts are not bounded as those of one are: beyond the bounds is beyond.
  if (instruments.get(id, I.payoff) === INVERSE) {
    const isBeyond = (lots * multiplier) / mark >= SAFE_LIMIT;
    return isBeyond ? SAFE_LIMIT : multiplyDivideCeil(lots, multiplier, mark);
  }
  return Math.min(SAFE_LIMIT, lots * (mark * multiplier));
}

function raisedRates(
  rates: readonly Ppm[],
  interestMinor: number,
  { openInterestFromMinor, openInterestToMinor }: Concentration,
): readonly Ppm[] {
  const interest = {
    openInterestMinor: interestMinor,
    fromMinor: openInterestFromMinor,
    toMinor: openInterestToMinor,
  };
  raised.length = rates.length;
  for (let tier = 0; tier < rates.length; tier++) {
    raised[tier] = openInterestRate(rates[tier] ?? 0, interest, MILLION) as Ppm;
  }
  return raised;
}
