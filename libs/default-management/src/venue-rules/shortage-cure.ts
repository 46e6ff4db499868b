import { powerOfTen } from '#libs/market';
import {
  checkedMultiply,
  divideFloor,
  invariant,
  multiplyDivideCeil,
  multiplyDivideFloor,
  productsDivideCeil,
} from '#libs/units';
import { lowestTerms } from './slice-price.js';

const MILLION = 1_000_000;
/** Of what an account can bear beside the cure of its shortage, the fund takes so much. */
const TAKEN_PERCENT = 95;
/** A rest of less than this of an asset, millionths of the quote currency, goes with the transfer. */
const REST_MICROS = MILLION;

/** A coin in a swap of debts for assets (Drift v2): price in millionths, premium or discount in ppm. */
export interface SwappedCoin {
  readonly priceMicros: number;
  readonly multiplierPpm: number;
  readonly digits: number;
}

/**
 * What a liquidator gets of an asset for taking over a debt, minor units of the asset, rounded down; the
 * whole asset where the rest would be worth less than one unit of the quote currency.
 */
export function assetForDebt(
  debtMinor: number,
  debt: SwappedCoin,
  assetMinor: number,
  asset: SwappedCoin,
): number {
  const transfer = swapped(debtMinor, debt, asset, multiplyDivideFloor);
  const rest = Math.abs(assetMinor - transfer);
  const restMicros = multiplyDivideFloor(rest, asset.priceMicros, powerOfTen(asset.digits));
  return restMicros < REST_MICROS ? assetMinor : transfer;
}

/** The debt that an amount of an asset pays for, minor units of the debt, rounded up. */
export function debtForAsset(assetMinor: number, asset: SwappedCoin, debt: SwappedCoin): number {
  return swapped(assetMinor, asset, debt, multiplyDivideCeil);
}

type Quotient = (a: number, b: number, c: number) => number;

/** amount x price / price, by the multipliers: an amount of `from` in the coin `to`, rounded once. */
function swapped(amount: number, from: SwappedCoin, to: SwappedCoin, divide: Quotient): number {
  invariant(amount >= 0 && to.priceMicros > 0, 'coins that are swapped have amounts and prices');
  const price = lowestTerms(from.priceMicros, to.priceMicros);
  const premium = lowestTerms(to.multiplierPpm, from.multiplierPpm);
  const shift = to.digits - from.digits;
  const up = powerOfTen(Math.max(0, shift));
  const down = powerOfTen(Math.max(0, -shift));
  const { numerator, denominator } = lowestTerms(
    checkedMultiply(price.numerator, checkedMultiply(premium.numerator, up)),
    checkedMultiply(price.denominator, checkedMultiply(premium.denominator, down)),
  );
  return divide(amount, numerator, denominator);
}

/** A shortage of a position, and what it bears. */
export interface PerpetualShortage {
  readonly shortageMicros: number;
  readonly baseMicros: number;
  readonly priceMicros: number;
  /** Price of the quote currency; without one nothing is taken. */
  readonly quotePriceMicros: number;
  readonly marginPpm: number;
  readonly liquidatorPpm: number;
  readonly maxPpm: number;
}

/**
 * Fee to the insurance fund that does not make a liquidation fail (Drift v2, `calculate_perp_if_fee`), ppm:
 * 95 % of the margin rate less liquidator's fee less shortage over notional, at most the maximum.
 */
export function perpetualInsurancePpm(own: PerpetualShortage): number {
  const price = multiplyDivideFloor(own.priceMicros, own.quotePriceMicros, MILLION);
  const notional = multiplyDivideFloor(own.baseMicros, price, MILLION);
  if (notional === 0 || own.marginPpm <= own.liquidatorPpm) return 0;
  const lacking = multiplyDivideCeil(own.shortageMicros, MILLION, notional);
  const free = Math.max(0, own.marginPpm - own.liquidatorPpm - lacking);
  return Math.min(own.maxPpm, divideFloor(free * TAKEN_PERCENT, 100));
}

/** A shortage of a debt in a coin that an asset is swapped for. */
export interface SpotShortage {
  readonly shortageMicros: number;
  readonly amountMicros: number;
  readonly priceMicros: number;
  readonly assetWeightPpm: number;
  readonly assetMultiplierPpm: number;
  readonly debtWeightPpm: number;
  readonly debtMultiplierPpm: number;
  readonly maxPpm: number;
}

/**
 * The same for a swap of a debt (Drift v2, `calculate_spot_if_fee`), ppm: what the swap frees beyond the
 * shortage, over the weight of the debt, rounded down.
 */
export function spotInsurancePpm(own: SpotShortage): number {
  const worth = multiplyDivideFloor(own.amountMicros, own.priceMicros, MILLION);
  if (worth === 0) return 0;
  const counted = multiplyDivideCeil(
    own.assetWeightPpm,
    own.assetMultiplierPpm,
    own.debtMultiplierPpm,
  );
  const lacking = multiplyDivideCeil(own.shortageMicros, MILLION, worth);
  const free = own.debtWeightPpm - counted - lacking;
  if (free <= 0) return 0;
  return Math.min(own.maxPpm, multiplyDivideFloor(free, MILLION, own.debtWeightPpm));
}

/** Liquidator's fee that rises by a part in a million a slot, once a liquidation has waited long, ppm. */
export function rampedFeePpm(
  slots: number,
  { basePpm, maxPpm }: { basePpm: number; maxPpm: number },
): number {
  const WAIT_SLOTS = 1_500;
  if (slots < WAIT_SLOTS) return basePpm;
  return Math.min(maxPpm, basePpm + slots);
}

/** What interest on all deposits must fall by to bear a loss, in parts of the index, rounded up. */
export function depositInterestCut(
  lossMinor: number,
  depositsMinor: number,
  interestParts: number,
): number {
  invariant(lossMinor >= 0 && depositsMinor >= 0, 'a loss and deposits are 0 or more');
  if (depositsMinor === 0) return 0;
  return productsDivideCeil([[interestParts, lossMinor]], depositsMinor);
}
