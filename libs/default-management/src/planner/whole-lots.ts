import { invariant, negated } from '#libs/units';
import type { Relaxation } from './relaxation.js';
import { SpareLots } from './spare-lots.js';
import type { PlanTrial } from './trial.js';

/** Bounds of the work: nodes of the search, repairs of a rounding, passes over the orders. */
const NODES = 32;
/** The same, and evaluations, while a plan may still cost over `FAR` more than the cheapest. */
const NODES_FAR = 256;
const EVALUATIONS_FAR = 768;
const FAR = 0.01;
const DEPTH = 40;
const REPAIRS = 24;
const PASSES = 4;
const RESOLVES = 3;
/** Chords that are tried before bisection takes over. */
const CHORDS = 8;
/** Evaluations after which a plan that was found is good enough. */
const EVALUATIONS = 72;
/** A plan whose cost is this near to the lower bound, relatively, is not looked beyond. */
const NEAR = 0.001;
/** A quantity this near to a whole number is one. */
const WHOLE = 1e-6;

/**
 * From fractions to whole lots: the cheapest plan found that the exact figures say restores the target;
 * ties by fewest lots. Rounds up, takes off what is not needed, then branches and bounds over the
 * relaxation as far as its nodes go. One lot fewer of any order of the result does not restore.
 */
export class WholeLots {
  private best: Float64Array | undefined;
  private bestCost = Infinity;
  private bestLots = Infinity;
  private nodes = 0;
  /** No plan costs less, minor units. */
  private bound = 0;
  private readonly lower: Float64Array;
  private readonly upper: Float64Array;
  private readonly scratch: Float64Array;

  constructor(
    private readonly trial: PlanTrial,
    private readonly relaxation: Relaxation,
  ) {
    this.lower = new Float64Array(relaxation.most.length);
    this.upper = Float64Array.from(relaxation.most);
    this.scratch = new Float64Array(relaxation.most.length);
  }

  /** From the solved relaxation; where that does not lead to a plan, from all there is. */
  find(): Float64Array | undefined {
    const bound = this.relaxation.costMinor;
    this.bound = bound;
    invariant(this.relaxation.restores, 'fractions of lots restore');
    this.consider(this.roundedUp());
    if (this.bestCost > bound + Math.max(1, NEAR * bound)) this.search(0);
    return this.best ?? this.fromAll();
  }

  /** All there is, less what is not needed; undefined when even that does not restore. */
  fromAll(): Float64Array | undefined {
    this.consider(Float64Array.from(this.relaxation.most));
    return this.best;
  }

  private roundedUp(): Float64Array {
    const { taken, most } = this.relaxation;
    for (let leg = 0; leg < taken.length; leg++) {
      this.scratch[leg] = Math.min(most[leg]!, Math.ceil(taken[leg]! - WHOLE));
    }
    return this.scratch;
  }

  /** Makes `taken` restore, by adding what does most for its cost, and no larger than it must be. */
  private consider(taken: Float64Array): void {
    if (this.trial.costMinor(taken) >= this.bestCost || this.isSpent) return;
    if (!this.repair(taken)) return;
    for (let pass = 0; pass < PASSES && this.trim(taken); pass++);
    const cost = this.trial.costMinor(taken);
    const lots = taken.reduce((sum, own) => sum + own, 0);
    if (cost > this.bestCost || (cost === this.bestCost && lots >= this.bestLots)) return;
    invariant(lots > 0, 'a plan takes something');
    this.best = Float64Array.from(taken);
    this.bestCost = cost;
    this.bestLots = lots;
  }

  private get isSpent(): boolean {
    if (this.best === undefined) return false;
    return this.trial.evaluations > (this.isFar ? EVALUATIONS_FAR : EVALUATIONS);
  }

  private get isFar(): boolean {
    return this.bestCost > this.bound * (1 + FAR);
  }

  private get nodesMax(): number {
    return this.isFar ? NODES_FAR : NODES;
  }

  private repair(taken: Float64Array): boolean {
    for (let round = 0; round < REPAIRS; round++) {
      const surplus = this.trial.surplusMinor(taken);
      if (surplus >= 0) return true;
      const found = this.bestStep(taken, negated(surplus));
      if (found === undefined) return false;
      taken[found.leg] = taken[found.leg]! + found.lots;
      invariant(
        taken[found.leg]! <= this.relaxation.most[found.leg]!,
        'a repair stays within lots',
      );
    }
    return this.trial.surplusMinor(taken) >= 0;
  }

  /** Of the binding support: the leg that restores most for its cost, and its lots for `missing`. */
  private bestStep(taken: Float64Array, missing: number) {
    const { trial } = this;
    const { levelRate } = this;
    const { most } = this.relaxation;
    let best: { leg: number; lots: number; ratio: number } | undefined;
    trial.model.supports(trial.lotsAfter(taken), 0, 1, (_, slopes) => {
      if (best !== undefined) return;
      trial.legs.forEach(({ place, side, costPerLot }, leg) => {
        const gain = levelRate * side * slopes[place]! - costPerLot;
        const room = most[leg]! - taken[leg]!;
        if (gain <= 0 || room < 1) return;
        const ratio = costPerLot / gain;
        if (best !== undefined && ratio >= best.ratio) return;
        best = { leg, lots: Math.min(room, Math.max(1, Math.ceil(missing / gain))), ratio };
      });
    });
    return best;
  }

  /** Takes off each order, dearest lots first, what is not needed; whether anything was taken off. */
  private trim(taken: Float64Array): boolean {
    const { legs } = this.trial;
    const spare = new SpareLots(this.trial, taken);
    const order = legs.map((_, leg) => leg).filter((leg) => taken[leg]! > 0);
    order.sort((a, b) => legs[b]!.costPerLot - legs[a]!.costPerLot || b - a);
    let surplus: number = this.trial.surplusMinor(taken);
    let hasTrimmed = false;
    for (const leg of order) {
      const before = taken[leg]!;
      const least = before - Math.min(before, spare.most(leg));
      if (least === before) continue;
      surplus = this.fewest(taken, leg, { least, surplus });
      spare.use(leg, before - taken[leg]!);
      hasTrimmed ||= taken[leg]! < before;
    }
    return hasTrimmed;
  }

  /**
   * Leaves the fewest lots of a leg that restore, at least `least`, and returns the surplus with them. It is concave
   * in the lots, so that the chord between too few and enough says a number that is enough, mostly the fewest.
   */
  private fewest(
    taken: Float64Array,
    leg: number,
    from: { least: number; surplus: number },
  ): number {
    let enough = taken[leg]!;
    let above = from.surplus;
    let tooFew = from.least - 1;
    let below = -Infinity;
    let isClosing = false;
    for (let round = 0; enough - tooFew > 1; round++) {
      let lots = tooFew + 1;
      if (isClosing) lots = enough - 1;
      else if (round >= CHORDS) lots = Math.floor((enough + tooFew) / 2);
      else if (below > -Infinity)
        lots += Math.floor(((enough - tooFew) * -below) / (above - below));
      taken[leg] = Math.min(enough - 1, lots);
      const surplus = this.trial.surplusMinor(taken);
      isClosing = surplus >= 0 && !isClosing;
      if (surplus >= 0) {
        enough = taken[leg]!;
        above = surplus;
      } else {
        tooFew = taken[leg]!;
        below = surplus;
      }
    }
    taken[leg] = enough;
    return above;
  }

  private get levelRate(): number {
    return this.trial.input.rulebook.source.targetPpm / 1_000_000;
  }

  private search(depth: number): void {
    this.nodes += 1;
    const leg = this.branchLeg();
    if (leg === undefined || depth === DEPTH || this.nodes >= this.nodesMax || this.isSpent) return;
    const value = this.relaxation.taken[leg]!;
    const [low, high] = [this.lower[leg]!, this.upper[leg]!];
    const down = Math.floor(value);
    const branches = [
      [low, down],
      [down + 1, high],
    ] as const;
    for (const [from, to] of value - down > 0.5 ? [...branches].reverse() : branches) {
      if (this.nodes >= this.nodesMax || from > to) continue;
      this.branch(leg, from, to);
      this.search(depth + 1);
    }
    this.branch(leg, low, high);
  }

  private branch(leg: number, low: number, high: number): void {
    invariant(low >= 0 && low <= high, 'a branch leaves lots to choose');
    this.lower[leg] = low;
    this.upper[leg] = high;
    this.relaxation.setBounds(leg, low, high);
  }

  /** Solves the node: the leg to branch on, undefined when there is nothing better below it. */
  private branchLeg(): number | undefined {
    const { relaxation } = this;
    for (let round = 0; round < RESOLVES; round++) {
      if (!relaxation.step() || relaxation.shortfall > WHOLE) return undefined;
      const isHopeless =
        relaxation.costMinor >= this.bestCost - Math.max(0.5, NEAR * this.bestCost);
      if (isHopeless) return undefined;
      const fractional = this.mostFractional();
      this.consider(this.roundedUp());
      if (fractional !== undefined) {
        if (!relaxation.addSupports()) return fractional;
        continue;
      }
      if (!this.cutOff()) return undefined;
    }
    return relaxation.step() && relaxation.shortfall <= WHOLE ? this.mostFractional() : undefined;
  }

  /** Whole lots that the relaxation takes for enough and the exact figures do not: a row against them. */
  private cutOff(): boolean {
    const { trial, relaxation } = this;
    const taken = relaxation.taken.map((own) => Math.round(own));
    if (trial.surplusMinor(taken) >= 0) return false;
    const exact: number = trial.maintenanceMinor;
    let shift = 0;
    trial.model.supports(trial.lotsAfter(taken), 0, 1, (atMinor) => {
      shift = Math.max(shift, exact - atMinor);
    });
    invariant(shift >= 0 && shift < Infinity, 'a support is not above the requirement by rounding');
    return relaxation.addAt(taken, 0, shift);
  }

  private mostFractional(): number | undefined {
    const { taken } = this.relaxation;
    let found: number | undefined;
    let most = 0;
    for (let leg = 0; leg < taken.length; leg++) {
      const fraction = taken[leg]! - Math.floor(taken[leg]!);
      const distance = Math.min(fraction, 1 - fraction);
      if (distance <= WHOLE) continue;
      const weight = distance * (this.trial.legs[leg]!.costPerLot + WHOLE);
      if (weight <= most) continue;
      most = weight;
      found = leg;
    }
    return found;
  }
}
