import { invariant } from '#libs/units';
import type { PlanTrial } from './trial.js';

/** Supports that a step looks at, and evaluations that an order which never lowers may take to find. */
const SUPPORTS = 8;
const TRIALS = 256;

/**
 * The order in which the orders of a plan are issued, so that no order lowers the surplus of the unit, where
 * there is such an order of them: at each step the one after which the surplus is highest by the supports
 * at that point (ties: instrument id, account id), and where that comes to lower it, the first that does
 * not. A hedge goes after what it hedges.
 */
export function sequenceOf(trial: PlanTrial, taken: Float64Array): number[] {
  const likely = likelySequence(trial, taken);
  if (likely.length < 2) return likely;
  return new Raising(trial, taken).from(likely) ?? likely;
}

/** By supports alone: one look at each step. */
function likelySequence(trial: PlanTrial, taken: Float64Array): number[] {
  const { legs, model, input } = trial;
  const levelRate = input.rulebook.source.targetPpm / 1_000_000;
  const left = legs.map((_, leg) => leg).filter((leg) => taken[leg]! > 0);
  const sequence: number[] = [];
  const done = new Float64Array(taken.length);
  while (left.length > 1) {
    const after = new Float64Array(left.length).fill(Infinity);
    model.supports(trial.lotsAfter(done), 0, SUPPORTS, (atMinor, slopes) => {
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

  from(likely: readonly number[]): number[] | undefined {
    const before = this.trial.surplusMinor(this.done);
    if (this.isRaising(likely, before)) return [...likely];
    return this.extend(likely, before) ? this.sequence : undefined;
  }

  private isRaising(sequence: readonly number[], before: number): boolean {
    let surplus = before;
    let isRaising = true;
    for (const leg of sequence) {
      const after = this.after(leg);
      this.done[leg] = this.taken[leg]!;
      isRaising &&= after >= surplus;
      surplus = after;
    }
    invariant(surplus < Infinity, 'a surplus is a number');
    this.done.fill(0);
    return isRaising;
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
