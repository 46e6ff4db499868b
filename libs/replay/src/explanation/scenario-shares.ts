import type { Evaluation, HouseState } from '#libs/clearing-house';
import {
  BASIS,
  type ChargeName,
  NO_LOSS,
  type UnitExplanation,
  type VolatilityShock,
} from '#libs/margin';
import { invariant } from '#libs/units';
import { type ValuedFrom, valuedFrom } from './valued-from.js';

/** What the whole portfolio gains or loses in one scenario. */
export interface ScenarioShare {
  readonly priceShockPpb: number;
  readonly volatility: VolatilityShock;
  readonly weightPpb: number;
  /** Worst losses of components are added up. */
  readonly component: number;
  readonly gainMinor: number;
  /** What of it counts after the offsets between underlyings. */
  readonly countedMinor: number;
}

/** A charge beside the worst loss, or a credit below 0, base currency. */
export interface ChargeOfModel {
  readonly name: ChargeName;
  readonly maintenanceMinor: number;
  readonly initialMinor: number;
}

/** The part of a breakdown that the `scenario` model has and `linear` has not. */
export interface ScenarioBreakdown {
  readonly epoch: number;
  /** What the worst loss is multiplied by. */
  readonly maintenanceFactorPpb: number;
  readonly initialFactorPpb: number;
  /** What the values in the scenarios were computed from. */
  readonly valuedFrom: ValuedFrom;
  readonly scenarioVector: readonly ScenarioShare[];
  /** Places in the vector, one a component; the charge on expiries' moves; or nothing loses. */
  readonly worstScenario: readonly (number | 'basis' | 'none')[];
  readonly charges: readonly ChargeOfModel[];
}

/** Takes the requirements of the unit evaluated last apart; undefined when it has no value. */
export function scenarioBreakdown(
  state: HouseState,
  evaluation: Evaluation,
): ScenarioBreakdown | undefined {
  const { rulebook, figures } = evaluation;
  invariant(rulebook?.scenario !== undefined, 'the unit is margined by scenarios');
  const found =
    figures.gated && figures.maintenanceMinor === 0 ? undefined : evaluation.fillShares();
  if (found === undefined) return undefined;
  const { scenarios } = rulebook.scenario;
  return {
    epoch: state.valuation.number,
    maintenanceFactorPpb: found.maintenance.factorPpb,
    initialFactorPpb: found.initial.factorPpb,
    valuedFrom: valuedFrom(state, evaluation, rulebook),
    scenarioVector: scenarios.map(({ priceShockPpb, volatility, weightPpb, component }, place) => ({
      priceShockPpb,
      volatility,
      weightPpb,
      component,
      gainMinor: found.gainsMinor[place] ?? 0,
      countedMinor: found.countedMinor[place] ?? 0,
    })),
    worstScenario: found.worst.map((place) =>
      place === BASIS ? 'basis' : place === NO_LOSS ? 'none' : place,
    ),
    charges: chargesOf(found),
  };
}

function chargesOf({ maintenance, initial }: UnitExplanation): ChargeOfModel[] {
  const names = [...new Set([...maintenance.charges, ...initial.charges].map(({ name }) => name))];
  const amount = (level: UnitExplanation['initial'], name: ChargeName): number =>
    level.charges.filter((own) => own.name === name).reduce((sum, own) => sum + own.amountMinor, 0);
  return names.map((name) => ({
    name,
    maintenanceMinor: amount(maintenance, name),
    initialMinor: amount(initial, name),
  }));
}
