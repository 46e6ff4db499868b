import { invariant, multiplyDivideCeil } from '#libs/units';
import { type ScenarioEvaluation, requirementOf } from './evaluation.js';
import { COLLATERAL, type LegLoss, legLosses } from './leg-losses.js';
import { BILLION } from './parameters.js';
import type { ScenarioPortfolio } from './portfolio.js';
import { scaleShares, settle, type Share } from './shares.js';

export type ChargeName =
  | 'collateral'
  | 'offsetLimit'
  | 'linearContingency'
  | 'shortOptionContingency'
  | 'haircut'
  | 'basis'
  | 'roll'
  | 'calendarSpread'
  | 'commodityCredit'
  | 'minimum'
  | 'depeg'
  | 'linearInitial'
  | 'shortOptionInitial'
  | 'haircutInitial'
  | 'confidence';

/** A charge, or a credit below 0, with what it adds to the requirement. */
export interface ChargeShare extends Share {
  readonly name: ChargeName;
}

/** A level's requirement taken apart: legs and charges add up to it exactly. */
export interface LevelExplanation {
  readonly requirementMinor: number;
  readonly factorPpb: number;
  readonly legs: readonly LegLoss[];
  readonly charges: readonly ChargeShare[];
}

/**
 * Takes the requirement apart that `evaluation` has just computed for `portfolio`.
 *
 * @throws InvariantViolation if the parts do not add up to the requirement
 */
export function explainLevel(
  evaluation: ScenarioEvaluation,
  portfolio: ScenarioPortfolio,
  initial: boolean,
): LevelExplanation {
  const { parameters } = evaluation.arrays;
  const parts = evaluation.level(initial);
  const requirementMinor = requirementOf(parts, parameters);
  const basePpb = initial ? parameters.levels.initialPpb : parameters.levels.maintenancePpb;
  const { addOnsScaled } = parameters.levels;
  const legs = legLosses(evaluation, portfolio);
  const limit: ChargeShare = { name: 'offsetLimit', amountMinor: evaluation.scan.limitMinor };
  const inside = insideCharges(evaluation);
  const scaled: Share[] = [...legs, limit, ...(addOnsScaled ? inside : [])];
  const plain = parts.lossMinor + (addOnsScaled ? parts.chargesMinor : 0);
  const floorMinor = addOnsScaled ? Math.max(plain, parts.minimumMinor, 0) : plain;
  const minimum: ChargeShare = { name: 'minimum', amountMinor: floorMinor - plain };
  const baseMinor = multiplyDivideCeil(floorMinor, basePpb, BILLION);
  scaleShares([...scaled, minimum], basePpb, baseMinor);
  const fullMinor = multiplyDivideCeil(floorMinor, parts.factorPpb, BILLION);
  const depeg: ChargeShare = { name: 'depeg', amountMinor: fullMinor - baseMinor };
  if (!addOnsScaled) {
    const below = parts.minimumMinor - (fullMinor + parts.chargesMinor);
    settle([minimum], Math.max(below, -(fullMinor + parts.chargesMinor), 0), Infinity);
  }
  invariant(depeg.amountMinor >= 0 && minimum.amountMinor >= 0, 'what is put on top adds');
  const ofInstruments = legs.filter(({ instrument }) => instrument !== COLLATERAL);
  const collateral = sharesOfCollateral(legs);
  const onTop = [...inside, minimum, depeg, ...(initial ? extras(evaluation) : [])];
  const charges = [collateral, limit, ...onTop];
  const sum = [...ofInstruments, ...charges].reduce(
    (total, { amountMinor }) => total + amountMinor,
    0,
  );
  invariant(
    sum === requirementMinor,
    'shares add up to the requirement',
    () => `${sum} against ${requirementMinor}`,
  );
  return {
    requirementMinor,
    factorPpb: parts.factorPpb,
    legs: ofInstruments,
    charges: charges.filter(({ amountMinor }) => amountMinor !== 0),
  };
}

/** What collateral loses in the worst scenarios; a gain, below 0, takes off. */
function sharesOfCollateral(legs: readonly LegLoss[]): ChargeShare {
  const own = legs.filter(({ instrument }) => instrument === COLLATERAL);
  const amountMinor = own.reduce((sum, leg) => sum + leg.amountMinor, 0);
  return { name: 'collateral', amountMinor };
}

function insideCharges(evaluation: ScenarioEvaluation): ChargeShare[] {
  const { addOns, spreads, arrays } = evaluation;
  return [
    { name: 'linearContingency', amountMinor: addOns.linearMinor },
    { name: 'shortOptionContingency', amountMinor: addOns.shortOptionMinor },
    { name: 'haircut', amountMinor: addOns.haircutMinor },
    {
      name: 'basis',
      amountMinor: arrays.parameters.basis.competes ? 0 : evaluation.basisMinor,
    },
    { name: 'roll', amountMinor: evaluation.rollMinor },
    { name: 'calendarSpread', amountMinor: spreads.calendarMinor },
    { name: 'commodityCredit', amountMinor: 0 - spreads.creditMinor },
  ];
}

function extras({ addOns }: ScenarioEvaluation): ChargeShare[] {
  return [
    { name: 'linearInitial', amountMinor: addOns.linearInitialMinor },
    { name: 'shortOptionInitial', amountMinor: addOns.shortOptionInitialMinor },
    { name: 'haircutInitial', amountMinor: addOns.haircutInitialMinor },
    { name: 'confidence', amountMinor: addOns.confidenceMinor },
  ];
}
