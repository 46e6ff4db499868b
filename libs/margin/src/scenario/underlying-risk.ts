import { invariant, multiplyDivideCeil, multiplyDivideFloor, SAFE_LIMIT } from '#libs/units';
import { TRILLION, type ExpiryShocks } from './expiry-shocks.js';
import { NO_EXPIRY } from './market.js';
import { BILLION, type Scenario } from './parameters.js';
import type { Segment } from './portfolio.js';
import type { RiskArrays } from './risk-arrays.js';
import { basisUpColumn, FIRST_SCENARIO, NOW } from './risk-row.js';

/** What moves of one underlying do to a portfolio, minor units: gains positive. */
export class UnderlyingRisk {
  /** Profit or loss in each scenario, weighted. */
  readonly gains: Float64Array;
  /** Options and collateral at their present value: what equity counts beside cash. */
  optionMinor = 0;
  collateralMinor = 0;
  /** Charge for moves of one expiry against another, 0 or less. */
  basisMinor = 0;
  /** Charge on the deltas of expiries, 0 or more. */
  rollMinor = 0;
  /** Whether the portfolio holds anything of it. */
  held = false;

  private expiry = NO_EXPIRY;
  private upMinor = 0;
  private downMinor = 0;
  private deltaMinor = 0;

  constructor(private readonly arrays: RiskArrays) {
    this.gains = new Float64Array(arrays.parameters.scenarios.length);
  }

  clear(): void {
    this.gains.fill(0);
    this.optionMinor = 0;
    this.collateralMinor = 0;
    this.basisMinor = 0;
    this.rollMinor = 0;
    this.held = false;
    this.openExpiry(NO_EXPIRY);
  }

  /** Adds a segment; those of one expiry come one after the other. `sums` are its columns. */
  add(segment: Segment, sums: Float64Array, deltaMinor: number): void {
    if (segment.expiry !== this.expiry) this.closeExpiry(segment.expiry);
    this.held = true;
    invariant(sums.length >= this.arrays.columns, 'a segment has a sum for every column');
    const now = sums[NOW]!;
    if (segment.options) this.optionMinor += now;
    else this.collateralMinor += now;
    const up = basisUpColumn(this.arrays.parameters);
    const base = segment.options ? now : 0;
    this.upMinor += sums[up]! - base;
    this.downMinor += sums[up + 1]! - base;
    this.deltaMinor += deltaMinor;
    if (segment.options) this.addOptions(sums, this.arrays.shocks[segment.expiry]!);
    else {
      for (let s = 0; s < this.gains.length; s++) {
        this.gains[s] = this.gains[s]! + sums[FIRST_SCENARIO + s]!;
      }
    }
  }

  /** Adds collateral that moves as linear contracts do; each gain is rounded down, each loss up. */
  addCollateral(valueMinor: number): void {
    this.held = true;
    const { scenarios } = this.arrays.parameters;
    for (let s = 0; s < this.gains.length; s++) {
      this.gains[s] = this.gains[s]! + collateralGain(scenarios[s]!, valueMinor);
    }
    invariant(this.gains.length === scenarios.length, 'there is a gain for every scenario');
  }

  /** Ends the last expiry and weighs the scenarios. */
  finish(): void {
    this.closeExpiry(NO_EXPIRY);
    const { scenarios } = this.arrays.parameters;
    for (let s = 0; s < this.gains.length; s++) {
      const { weightPpb } = scenarios[s]!;
      if (weightPpb !== BILLION) {
        this.gains[s] = multiplyDivideFloor(this.gains[s]!, weightPpb, BILLION);
      }
    }
    invariant(this.basisMinor <= 0 && this.rollMinor >= 0, 'charges are charges');
  }

  private addOptions(sums: Float64Array, shocks: ExpiryShocks): void {
    invariant(this.expiry !== NO_EXPIRY, 'options have an expiry');
    const { scenarios } = this.arrays.parameters;
    const now = sums[NOW]!;
    for (let s = 0; s < this.gains.length; s++) {
      const gain = discounted(sums[FIRST_SCENARIO + s]!, shocks) - now;
      this.gains[s] = this.gains[s]! + (isSkew(scenarios[s]!) ? -Math.abs(gain) : gain);
    }
  }

  private closeExpiry(next: number): void {
    const { shocks, parameters } = this.arrays;
    const own = shocks[this.expiry];
    const worse = Math.min(this.upMinor, this.downMinor, 0);
    invariant(own !== undefined || worse === 0, 'what has no expiry has no basis');
    if (own !== undefined && worse < 0) {
      this.basisMinor += multiplyDivideFloor(worse, own.basisPpb, BILLION);
    }
    const rollPpb = own?.rollPpb ?? parameters.roll.leastPpb;
    this.rollMinor += multiplyDivideCeil(Math.abs(this.deltaMinor), rollPpb, BILLION);
    this.openExpiry(next);
  }

  private openExpiry(expiry: number): void {
    this.expiry = expiry;
    this.upMinor = 0;
    this.downMinor = 0;
    this.deltaMinor = 0;
  }
}

/** What collateral that is worth `valueMinor` gains in a scenario, before its weight, rounded down. */
export function collateralGain(
  { linearShockPpb, priceShockPpb }: Scenario,
  valueMinor: number,
): number {
  return multiplyDivideFloor(valueMinor, linearShockPpb ?? priceShockPpb, BILLION);
}

/** Skew may turn either way: an expiry's gain counts as a loss, and expiries do not offset. */
export function isSkew({ volatility }: Scenario): boolean {
  return volatility === 'skew-linear' || volatility === 'skew-absolute';
}

/** 2^-51: more than the two roundings of a quotient and a product can be off, relatively. */
const TWO_ROUNDINGS = 4.440892098500626e-16;

/**
 * An expiry's shocked value after the static discount for its sign, rounded down. Where the rounded
 * product is further from a whole number than it can be off, its floor is exact already.
 */
export function discounted(valueMinor: number, shocks: ExpiryShocks): number {
  const factor = valueMinor >= 0 ? shocks.positivePpt : shocks.negativePpt;
  if (factor === TRILLION) return valueMinor;
  const near = valueMinor * (factor / TRILLION);
  const off = Math.abs(near) * TWO_ROUNDINGS;
  const floor = Math.floor(near - off);
  if (floor === Math.floor(near + off) && Math.abs(floor) < SAFE_LIMIT) return floor + 0;
  return multiplyDivideFloor(valueMinor, factor, TRILLION);
}
