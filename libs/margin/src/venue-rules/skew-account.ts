import { invariant, multiplyDivideCeil, multiplyDivideHalfUp } from '#libs/units';
import { type AccountRisk } from '../account-risk.js';
import { skewRate } from '../rate-growth.js';

const MILLION = 1_000_000;

/** A market whose price and rates follow the skew of its open interest; rates in ppm. */
export interface SkewMarket {
  /** Size at which the whole skew moves the price by itself, millionths of a contract. */
  readonly skewScaleMicros: number;
  readonly initialFractionPpm: number;
  readonly initialMinimumPpm: number;
  /** Maintenance, of the initial rate. */
  readonly maintenanceScalarPpm: number;
  /** What a liquidator is paid, of the notional; it must be there beside maintenance. */
  readonly liquidationRewardPpm: number;
}

/** A position; size and prices in millionths of a contract and of the currency. */
export interface SkewPosition {
  readonly market: SkewMarket;
  /** Signed. */
  readonly sizeMicros: number;
  readonly entryMicros: number;
  readonly priceMicros: number;
}

/**
 * Price of a fill of `sizeMicros` at an index price (Synthetix v3, `PerpsMarket.calculateFillPrice`):
 * the index moved by the mean skew before and after it, as a share of the scale; to the nearest.
 */
export function skewFillPrice(
  priceMicros: number,
  skewBeforeMicros: number,
  sizeMicros: number,
  { skewScaleMicros }: SkewMarket,
): number {
  const twice = 2 * skewScaleMicros;
  invariant(twice > 0, 'a market has a scale');
  const factor = twice + skewBeforeMicros + skewBeforeMicros + sizeMicros;
  return multiplyDivideHalfUp(priceMicros, factor, twice);
}

/** Gain of a position at its price, millionths. */
export function gainMicros({ sizeMicros, entryMicros, priceMicros }: SkewPosition): number {
  return multiplyDivideHalfUp(sizeMicros, priceMicros - entryMicros, MILLION);
}

/** Requirements of a position, millionths, rounded up. */
export function skewRequirement({ market, sizeMicros, priceMicros }: SkewPosition): {
  initialMicros: number;
  maintenanceMicros: number;
  rewardMicros: number;
} {
  const size = Math.abs(sizeMicros);
  const notional = multiplyDivideCeil(size, priceMicros, MILLION);
  const ratePpm = skewRate(size, {
    fraction: market.initialFractionPpm,
    skewScale: market.skewScaleMicros,
    minimum: market.initialMinimumPpm,
  });
  const initialMicros = multiplyDivideCeil(notional, ratePpm, MILLION);
  return {
    initialMicros,
    maintenanceMicros: multiplyDivideCeil(initialMicros, market.maintenanceScalarPpm, MILLION),
    rewardMicros: multiplyDivideCeil(notional, market.liquidationRewardPpm, MILLION),
  };
}

/** What an account has, and what it must have not to be liquidated: maintenance and the reward. */
export function skewRisk(
  collateralMicros: number,
  positions: readonly SkewPosition[],
): AccountRisk {
  let net = collateralMicros;
  let requirement = 0;
  for (const position of positions) {
    const { maintenanceMicros, rewardMicros } = skewRequirement(position);
    net += gainMicros(position);
    requirement += maintenanceMicros + rewardMicros;
  }
  invariant(Number.isSafeInteger(net), 'a margin is a safe integer');
  return { netMinor: net, requirementMinor: requirement };
}
