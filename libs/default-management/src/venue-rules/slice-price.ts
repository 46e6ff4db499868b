import { type AccountRisk, type ScaledPerpetual, scaledRisk } from '#libs/margin';
import {
  checkedMultiply,
  checkedSubtract,
  compareProducts,
  invariant,
  multiplyDivideFloor,
} from '#libs/units';

const MILLION = 1_000_000;

/** An account of perpetuals on one quote currency (dYdX v4); sizes are signed. */
export interface ScaledAccount {
  readonly balanceMinor: number;
  readonly positions: readonly ScaledPosition[];
}

export interface ScaledPosition {
  readonly perpetual: ScaledPerpetual;
  readonly size: number;
}

/** Both levels of an account as `libs/margin` compares them. */
export interface AccountRisks {
  readonly initial: AccountRisk;
  readonly maintenance: AccountRisk;
}

export function risksOf({ balanceMinor, positions }: ScaledAccount): AccountRisks {
  let netMinor = balanceMinor;
  let initial = 0;
  let maintenance = 0;
  for (const { perpetual, size } of positions) {
    const risk = scaledRisk(perpetual, size);
    netMinor += risk.netMinor;
    initial += risk.initialMinor;
    maintenance += risk.maintenanceMinor;
  }
  invariant(Number.isSafeInteger(netMinor), 'an account is worth a safe integer');
  return {
    initial: { netMinor, requirementMinor: initial },
    maintenance: { netMinor, requirementMinor: maintenance },
  };
}

/** Whether a change of a position takes lots off it and no more than it has. */
export function isReduction(size: number, change: number): boolean {
  return size * change < 0 && Math.abs(change) <= Math.abs(size);
}

/**
 * Bankruptcy price of a slice, what is paid for it in quote minor units (below 0: what it pays),
 * toward plus infinity (dYdX v4): the slice's value, and its share of what the account is worth, by
 * maintenance requirement. At it, position after position, the account ends with nothing.
 */
export function sliceBankruptcyMinor(
  account: ScaledAccount,
  { perpetual, size }: ScaledPosition,
  change: number,
): number {
  invariant(isReduction(size, change), 'a slice is taken off a position');
  const { netMinor, requirementMinor } = risksOf(account).maintenance;
  const before = scaledRisk(perpetual, size);
  const after = scaledRisk(perpetual, size + change);
  const freed = before.maintenanceMinor - after.maintenanceMinor;
  invariant(requirementMinor > 0 && freed >= 0, 'an account with a position needs something');
  return before.netMinor - after.netMinor - multiplyDivideFloor(netMinor, freed, requirementMinor);
}

/** Terms of the price at which a liquidation may fill; ppm. */
export interface FillableTerms {
  /** How fast the price gives way as the account sinks below maintenance. */
  readonly bankruptcyAdjustmentPpm: number;
  /** The most that it gives way, of maintenance. */
  readonly spreadPpm: number;
}

/** A price of a unit of size, quote minor units, in lowest terms. */
export interface FractionalPrice {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * Price at which a whole position may fill (dYdX v4): its value less `clamp(adjustment x (1 - net /
 * maintenance), 0, 1) x spread x maintenance` of it, over its size. Not rounded.
 * @throws ArithmeticOverflow when a term of the fraction is beyond 2^53
 */
export function fillablePrice(
  account: ScaledAccount,
  { perpetual, size }: ScaledPosition,
  { bankruptcyAdjustmentPpm, spreadPpm }: FillableTerms,
): FractionalPrice {
  const { netMinor, requirementMinor } = risksOf(account).maintenance;
  const own = scaledRisk(perpetual, size);
  const short = Math.max(0, requirementMinor - netMinor);
  invariant(requirementMinor > 0, 'an account with a position needs something');
  const isWhole = compareProducts(bankruptcyAdjustmentPpm, short, MILLION, requirementMinor) >= 0;
  const given = isWhole
    ? fractionOf([own.maintenanceMinor, spreadPpm], [MILLION])
    : fractionOf(
        [own.maintenanceMinor, spreadPpm, short, bankruptcyAdjustmentPpm],
        [requirementMinor, MILLION, MILLION],
      );
  const value = checkedSubtract(checkedMultiply(own.netMinor, given.denominator), given.numerator);
  return fractionOf([Math.abs(value)], [given.denominator, Math.abs(size)]);
}

/** A product over a product, in lowest terms; divided out before it is multiplied. */
function fractionOf(
  numerators: readonly number[],
  denominators: readonly number[],
): FractionalPrice {
  const over = [...numerators];
  const under = [...denominators];
  for (const [n, above] of over.entries()) {
    let rest = above;
    for (const [d, below] of under.entries()) {
      const { numerator, denominator } = lowestTerms(rest, below);
      rest = numerator;
      under[d] = denominator;
    }
    over[n] = rest;
  }
  return {
    numerator: over.reduce((product, factor) => checkedMultiply(product, factor), 1),
    denominator: under.reduce((product, factor) => checkedMultiply(product, factor), 1),
  };
}

/** A fraction whose terms have no common divisor. */
export function lowestTerms(numerator: number, denominator: number): FractionalPrice {
  invariant(Number.isSafeInteger(numerator) && denominator > 0, 'a fraction is of safe integers');
  let [a, b] = [numerator, denominator];
  while (b > 0) [a, b] = [b, a % b];
  return { numerator: numerator / a, denominator: denominator / a };
}

/**
 * What the insurance fund gets from a fill (below 0: pays), minor units: all above bankruptcy, but at
 * most the fee, which is rounded down.
 */
export function insuranceDeltaMinor(
  quoteMinor: number,
  bankruptcyMinor: number,
  maxFeePpm: number,
): number {
  const fee = multiplyDivideFloor(Math.abs(quoteMinor), maxFeePpm, MILLION);
  return Math.min(fee, quoteMinor - bankruptcyMinor);
}

/** Whether a fund can bear what it is to pay. */
export function isSolvent(balanceMinor: number, deltaMinor: number): boolean {
  return balanceMinor + deltaMinor >= 0;
}

/** Least and most of a position, by value, that may be liquidated at once. */
export function liquidationBounds(
  notionalMinor: number,
  { minimumMinor, portionPpm }: { minimumMinor: number; portionPpm: number },
): { minimumMinor: number; maximumMinor: number } {
  const least = Math.min(minimumMinor, notionalMinor);
  const portion = multiplyDivideFloor(notionalMinor, portionPpm, MILLION);
  return { minimumMinor: least, maximumMinor: Math.max(least, portion) };
}

/** What is left of a limit of a block; undefined when more was used than it allows. */
export function remainingMinor(limitMinor: number, usedMinor: number): number | undefined {
  invariant(limitMinor >= 0 && usedMinor >= 0, 'a limit and its use are 0 or more');
  return usedMinor > limitMinor ? undefined : limitMinor - usedMinor;
}

/** A liquidation that waits for its turn; price and oracle in one unit. */
export interface WaitingLiquidation {
  readonly id: string;
  readonly priceMinor: number;
  readonly oracleMinor: number;
  readonly sizeMinor: number;
}

/**
 * Order of liquidations (dYdX v4): the price furthest from its oracle first, as a share of it, then
 * the largest, then by id.
 */
export function compareLiquidations(a: WaitingLiquidation, b: WaitingLiquidation): number {
  const gapOf = (own: WaitingLiquidation): number => Math.abs(own.priceMinor - own.oracleMinor);
  const furthest = compareProducts(gapOf(b), a.oracleMinor, gapOf(a), b.oracleMinor);
  if (furthest !== 0) return furthest;
  if (a.sizeMinor !== b.sizeMinor) return b.sizeMinor - a.sizeMinor;
  return a.id < b.id ? -1 : 1;
}
