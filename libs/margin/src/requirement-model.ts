import type { AmountMinor } from '#libs/units';

/** Codes of `worstScenario`: places of the rulebook's scenarios begin at 1. */
export const NO_SCENARIO = 0;
export const BASIS_CODE = 65_535;

/**
 * Takes a linear lower bound of the requirement: `atMinor` where it was made, and what one more signed
 * lot of each position adds, minor units by place in the portfolio. `slopes` is reused between calls.
 */
export type SupportSink = (atMinor: number, slopes: Float64Array) => void;

/**
 * The maintenance requirement of one unit as a function of its lots: what a liquidation plan is made
 * with. A requirement is convex but for rounding, so a support made anywhere bounds it everywhere;
 * where it is not (spread credits, tiers that fall) the exact figure decides, and a plan may cost more.
 */
export interface RequirementModel {
  /** Of the portfolio with these lots, whole numbers by place: what an evaluation would find. */
  maintenanceMinor(lots: Float64Array): AmountMinor;
  /** The worst scenario of what was evaluated last: its place from 1, or one of the codes. */
  worstScenario(): number;
  /**
   * Supports at any lots, fractions too, in doubles: the binding one, then others that are at least
   * `leastMinor` there, largest first, at most `most` in all.
   */
  supports(lots: Float64Array, leastMinor: number, most: number, give: SupportSink): void;
}
