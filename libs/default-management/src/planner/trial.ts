import { levelMinor, type RequirementModel } from '#libs/margin';
import {
  type AmountMinor,
  amountMinor,
  invariant,
  lots as wholeLots,
  minus,
  ZERO,
} from '#libs/units';
import { equityChange, type PlanInput } from '../plan-steps.js';
import { legsOf, type PlanLeg } from './legs.js';

/** Exact figures of a unit after some lots of its legs were taken, each at its limit price. */
export class PlanTrial {
  readonly legs: readonly PlanLeg[];
  readonly model: RequirementModel;
  /** Figures of what was tried last. */
  equityMinor: AmountMinor;
  maintenanceMinor: AmountMinor;
  /** Surplus, target and worst scenario before anything is taken. */
  readonly startSurplusMinor: AmountMinor;
  readonly startTargetMinor: AmountMinor;
  readonly startScenario: number;
  /** Evaluations so far: a plan's work is bounded. */
  evaluations = 0;
  private readonly lots: Float64Array;
  private readonly knownLots: Float64Array;
  private readonly knownChanges: Float64Array;

  constructor(readonly input: PlanInput) {
    const { portfolio, figures } = input;
    this.legs = legsOf(input);
    this.model = input.requirement();
    this.lots = Float64Array.from(portfolio.lots.subarray(0, portfolio.count));
    this.knownLots = new Float64Array(this.legs.length);
    this.knownChanges = new Float64Array(this.legs.length);
    this.equityMinor = figures.equityMinor;
    this.maintenanceMinor = figures.maintenanceMinor;
    this.startSurplusMinor = this.surplusMinor(new Float64Array(this.legs.length));
    this.startTargetMinor = this.targetMinor;
    this.startScenario = this.model.worstScenario();
    invariant(
      this.maintenanceMinor === figures.maintenanceMinor,
      'a plan begins at what the evaluation found',
    );
  }

  /** Equity less target after `taken[leg]` lots of each leg, minor units: 0 or more is restored. */
  surplusMinor(taken: Float64Array): AmountMinor {
    this.evaluations += 1;
    let equity: number = this.input.figures.equityMinor;
    for (let leg = 0; leg < this.legs.length; leg++) equity += this.changeOf(leg, taken[leg]!);
    invariant(equity <= this.input.figures.equityMinor, 'what is taken does not raise equity');
    this.maintenanceMinor = this.model.maintenanceMinor(this.lotsAfter(taken));
    this.equityMinor = amountMinor(equity);
    return minus(this.equityMinor, this.targetMinor);
  }

  /** Target of what was tried last. */
  get targetMinor(): AmountMinor {
    return levelMinor(this.maintenanceMinor, this.input.rulebook.source.targetPpm);
  }

  /** What `taken` costs, base currency minor units. */
  costMinor(taken: Float64Array): AmountMinor {
    let cost = 0;
    for (let leg = 0; leg < this.legs.length; leg++) cost -= this.changeOf(leg, taken[leg]!);
    invariant(cost >= 0, 'what is taken costs something');
    return amountMinor(cost);
  }

  /** Lots by place in the portfolio after `taken`, fractions too; reused between calls. */
  lotsAfter(taken: Float64Array): Float64Array {
    const { lots } = this.input.portfolio;
    for (let leg = 0; leg < this.legs.length; leg++) {
      const { place, side } = this.legs[leg]!;
      this.lots[place] = (lots[place] ?? 0) - side * taken[leg]!;
    }
    return this.lots;
  }

  private changeOf(leg: number, taken: number): AmountMinor {
    if (taken === 0) return ZERO;
    invariant(taken <= this.legs[leg]!.certainLots, 'no more is taken than is certain');
    if (this.knownLots[leg] !== taken) {
      this.knownLots[leg] = taken;
      this.knownChanges[leg] = equityChange(this.input, this.legs[leg]!.place, wholeLots(taken));
    }
    return this.knownChanges[leg] as AmountMinor;
  }
}
