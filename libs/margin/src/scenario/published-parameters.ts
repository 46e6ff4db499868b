import type { Measured } from '#libs/events';
import { invariant } from '#libs/units';
import {
  BILLION,
  type Scenario,
  type ScenarioParameters,
  type VolatilityShock,
} from './parameters.js';

type Published = Measured<'RulebookPublished'>;
type Terms = Published['scenarioTerms'][number];

/** The models of a pool, in the order of the catalogue's enumeration. */
export const LINEAR_MODEL = 0;
export const SCENARIO_MODEL = 1;

/** Kinds of volatility shock, in the order of the catalogue's enumeration. */
const SHOCKS: readonly VolatilityShock[] = ['none', 'up', 'down', 'skew-linear', 'skew-absolute'];

/**
 * The parameters that a rulebook of the model `scenario` publishes. Offsets stand by instrument id, since
 * places of underlyings change from one valuation to the next: `offsetsAt` puts them in their order.
 */
export function publishedParameters(rulebook: Published): ScenarioParameters {
  const [terms] = rulebook.scenarioTerms;
  invariant(terms !== undefined, 'a rulebook of the scenario model has its parameters');
  return {
    riskUnitsPerMinor: terms.riskUnitsPerMinor,
    scenarios: rulebook.scenarios.map(scenarioOf),
    ...shocksOf(terms),
    ...chargesOf(terms),
    offsets: { gainPpb: [], reductionLimitPpb: terms.offsetLimitPpb },
    calendarSpreads: [],
    commoditySpreads: [],
    settlementAverageSeconds: terms.settlementAverageS,
  };
}

/** The same with the offsets of these underlyings, instrument ids by place. */
export function offsetsAt(
  parameters: ScenarioParameters,
  rulebook: Published,
  underlyings: readonly number[],
): ScenarioParameters {
  const gains = new Map(rulebook.scenarioOffsets.map((own) => [own.underlying, own.gainPpb]));
  const gainPpb = underlyings.map((id) => gains.get(id) ?? 0);
  invariant(
    gainPpb.every((gain) => gain >= 0 && gain <= BILLION),
    'an offset is a share',
  );
  return { ...parameters, offsets: { ...parameters.offsets, gainPpb } };
}

function scenarioOf(own: Published['scenarios'][number]): Scenario {
  const volatility = SHOCKS[own.volatility];
  invariant(volatility !== undefined, 'a volatility shock is of a known kind');
  const { priceShockPpb, linearShockPpb, weightPpb, component } = own;
  return { priceShockPpb, linearShockPpb, volatility, weightPpb, component };
}

function shocksOf(terms: Terms): Pick<ScenarioParameters, 'volatilityShock' | 'skew' | 'discount'> {
  return {
    volatilityShock: {
      upPpb: terms.volatilityUpPpb,
      downPpb: terms.volatilityDownPpb,
      shortPowerPpb: terms.volatilityShortPowerPpb,
      longPowerPpb: terms.volatilityLongPowerPpb,
      pivotSeconds: terms.volatilityPivotS,
      floorSeconds: terms.volatilityFloorS,
      leastShockedPpb: terms.volatilityLeastPpb,
    },
    skew: {
      linearCapPpb: terms.skewLinearCapPpb,
      linearCapPerRootYearPpb: terms.skewLinearCapPerRootYearPpb,
      absoluteCapPpb: terms.skewAbsoluteCapPpb,
      absoluteCapPerRootYearPpb: terms.skewAbsoluteCapPerRootYearPpb,
      leastWidthPpb: terms.skewLeastWidthPpb,
      widthPpb: terms.skewWidthPpb,
      volatilityPpb: terms.skewVolatilityPpb,
      volatilityPerRootYearPpb: terms.skewVolatilityPerRootYearPpb,
    },
    discount: {
      longBasePpb: terms.discountLongBasePpb,
      longRatePpb: terms.discountLongRatePpb,
      longAddPpb: terms.discountLongAddPpb,
      shortBasePpb: terms.discountShortBasePpb,
      shortRatePpb: terms.discountShortRatePpb,
      shortAddPpb: terms.discountShortAddPpb,
      pricing: terms.discountsValues === 1,
    },
  };
}

type Charges = 'basis' | 'roll' | 'levels' | 'contingency' | 'confidence' | 'peg' | 'minimum';

function chargesOf(terms: Terms): Pick<ScenarioParameters, Charges> {
  return {
    basis: {
      upShockPpb: terms.basisUpPpb,
      downShockPpb: terms.basisDownPpb,
      addPpb: terms.basisAddPpb,
      perYearPpb: terms.basisPerYearPpb,
      competes: terms.basisCompetes === 1,
    },
    roll: { perYearPpb: terms.rollPerYearPpb, leastPpb: terms.rollLeastPpb },
    levels: {
      initialPpb: terms.initialPpb,
      maintenancePpb: terms.maintenancePpb,
      addOnsScaled: terms.addOnsScaled === 1,
    },
    contingency: {
      linearPpb: terms.linearContingencyPpb,
      linearInitialPpb: terms.linearContingencyInitialPpb,
      shortOptionPpb: terms.shortOptionContingencyPpb,
      shortOptionInitialPpb: terms.shortOptionContingencyInitialPpb,
    },
    confidence: {
      thresholdPpb: terms.confidenceThresholdPpb,
      factorPpb: terms.confidenceFactorPpb,
    },
    peg: { thresholdPpb: terms.pegThresholdPpb, factorPpb: terms.pegFactorPpb },
    minimum: {
      linearPpb: terms.minimumLinearPpb,
      shortOptionPpb: terms.minimumShortOptionPpb,
      shortOptionMinor: terms.minimumShortOptionMinor,
    },
  };
}
