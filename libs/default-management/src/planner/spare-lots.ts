import { invariant } from '#libs/units';
import type { PlanTrial } from './trial.js';

/** Supports that are asked, and what is more than all roundings of theirs. */
const SUPPORTS = 6;
const SURE_MINOR = 4;
/** Of supports that are less than this part of the requirement, none says more. */
const NEARBY = 0.9;

/**
 * The most lots that each order of a restoring plan could do without. No exact surplus is above a support's,
 * so what brings a support below 0 need not be tried.
 */
export class SpareLots {
  private readonly surpluses: number[] = [];
  /** What a lot of each leg adds to the surplus, by support. */
  private readonly gains: Float64Array[] = [];

  constructor(trial: PlanTrial, taken: Float64Array) {
    const { legs, model, input } = trial;
    const levelRate = input.rulebook.source.targetPpm / 1_000_000;
    const equity = input.figures.equityMinor - trial.costMinor(taken);
    const least = NEARBY * trial.maintenanceMinor;
    model.supports(trial.lotsAfter(taken), least, SUPPORTS, (atMinor, slopes) => {
      this.surpluses.push(equity - levelRate * atMinor + SURE_MINOR);
      this.gains.push(
        Float64Array.from(
          legs,
          ({ place, side, costPerLot }) => levelRate * side * slopes[place]! - costPerLot,
        ),
      );
    });
    invariant(this.gains.length > 0, 'a requirement has a support everywhere');
  }

  most(leg: number): number {
    let most = Infinity;
    this.gains.forEach((gains, row) => {
      const gain = gains[leg]!;
      if (gain > 0) most = Math.min(most, Math.floor(Math.max(0, this.surpluses[row]!) / gain));
    });
    return most;
  }

  /** Lots of a leg were taken off. */
  use(leg: number, lots: number): void {
    invariant(lots >= 0, 'lots are taken off');
    this.gains.forEach((gains, row) => {
      this.surpluses[row] = this.surpluses[row]! - lots * gains[leg]!;
    });
  }
}
