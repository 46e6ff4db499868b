import { type AmountMinor, invariant, minus } from '#libs/units';
import type { PlanTrial } from './trial.js';

/** Supports that a step looks at, and evaluations that an order which never lowers may take to find. */
const SUPPORTS = 8;
const TRIALS = 96;
/** Of supports that are less than this part of the binding one before, none matters. */
const NEARBY = 0.6;

/** An order in its place, with the exact figures after it and those before it. */
export interface SequenceStep {
  readonly leg: number;
  readonly lots: number;
  readonly costMinor: AmountMinor;
  readonly equityMinor: AmountMinor;
  readonly maintenanceMinor: AmountMinor;
  readonly worstScenario: number;
}

/**
 * The order in which the orders of a plan are issued, so that no order lowers the surplus of the unit, where
 * there is such an order of them: at each step the one after which the surplus is highest by the supports
 * at that point (ties: instrument id, account id), and where that comes to lower it, by exact figures. A
 * hedge goes after what it hedges.
 */
export function sequenceOf(trial: PlanTrial, taken: Float64Array): SequenceStep[] {
  const likely = new Steps(trial, taken, likelySequence(trial, taken));
  if (likely.isRaising) return likely.steps;
  const other = new Raising(trial, taken).from(likely.steps.map(({ leg }) => leg));
  return other === undefined ? likely.steps : new Steps(trial, taken, other).steps;
}

/** A sequence with its figures, and whether each order raises the surplus or leaves it. */
class Steps {
  readonly steps: SequenceStep[] = [];
  readonly isRaising: boolean;

  constructor(trial: PlanTrial, taken: Float64Array, sequence: readonly number[]) {
    const done = new Float64Array(taken.length);
    let surplus = trial.startSurplusMinor;
    let equity = trial.input.figures.equityMinor;
    let isRaising = true;
    for (const leg of sequence) {
      done[leg] = taken[leg]!;
      const after = trial.surplusMinor(done);
      const { equityMinor, maintenanceMinor } = trial;
      this.steps.push({
        leg,
        lots: taken[leg]!,
        costMinor: minus(equity, equityMinor),
        equityMinor,
        maintenanceMinor,
        worstScenario: trial.model.worstScenario(),
      });
      isRaising &&= after >= surplus;
      surplus = after;
      equity = equityMinor;
    }
    this.isRaising = isRaising;
  }
}

/** By supports alone: one look at each step. */
function likelySequence(trial: PlanTrial, taken: Float64Array): number[] {
  const { legs, model, input } = trial;
  const levelRate = input.rulebook.source.targetPpm / 1_000_000;
  const left = legs.map((_, leg) => leg).filter((leg) => taken[leg]! > 0);
  const sequence: number[] = [];
  const done = new Float64Array(taken.length);
  let binding: number = input.figures.maintenanceMinor;
  while (left.length > 1) {
    const after = new Float64Array(left.length).fill(Infinity);
    const least = binding * NEARBY;
    binding = 0;
    model.supports(trial.lotsAfter(done), least, SUPPORTS, (atMinor, slopes) => {
      binding = Math.max(binding, atMinor);
      left.forEach((leg, place) => {
        const { place: at, side, costPerLot } = legs[leg]!;
        const gain = taken[leg]! * (levelRate * side * slopes[at]! - costPerLot);
        after[place] = Math.min(after[place]!, gain - levelRate * atMinor);
      });
    });
    let best = 0;
    for (let place = 1; place < left.length; place++) {
      if (after[place]! > after[best]!) best = place;
    }
    const leg = left[best]!;
    left.splice(best, 1);
    done[leg] = taken[leg]!;
    sequence.push(leg);
  }
  invariant(left.length <= 1, 'every order has its place');
  return [...sequence, ...left];
}

/** Looks for an order of the orders in which each raises the surplus or leaves it, by exact figures. */
class Raising {
  private trials = 0;
  private readonly done: Float64Array;
  private readonly sequence: number[] = [];

  constructor(
    private readonly trial: PlanTrial,
    private readonly taken: Float64Array,
  ) {
    this.done = new Float64Array(taken.length);
  }

  from(legs: readonly number[]): number[] | undefined {
    invariant(this.sequence.length === 0, 'a search begins anew');
    return this.extend(legs, this.trial.startSurplusMinor) ? this.sequence : undefined;
  }

  /** The highest surplus first; back where nothing that is left keeps it. */
  private extend(left: readonly number[], surplus: number): boolean {
    if (left.length === 0) return true;
    const next = left.map((leg) => ({ leg, after: this.after(leg) }));
    next.sort((a, b) => b.after - a.after || a.leg - b.leg);
    for (const { leg, after } of next) {
      if (after < surplus || this.trials >= TRIALS) return false;
      this.done[leg] = this.taken[leg]!;
      this.sequence.push(leg);
      if (
        this.extend(
          left.filter((other) => other !== leg),
          after,
        )
      )
        return true;
      this.sequence.pop();
      this.done[leg] = 0;
    }
    return false;
  }

  private after(leg: number): number {
    this.trials += 1;
    this.done[leg] = this.taken[leg]!;
    const after = this.trial.surplusMinor(this.done);
    this.done[leg] = 0;
    return after;
  }
}
