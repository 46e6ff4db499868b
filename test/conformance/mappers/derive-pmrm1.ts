import { BILLION, type ScenarioParameters } from '#libs/margin';
import { type JsonObject, numberOf, objectOf, textOf } from '../json.js';
import type { FileMapper } from '../mapper.js';
import { evaluateDerive, objects, ppb } from './derive-market.js';

/** Portfolio margin, version 1 (Derive PMRM): `ScenarioEvaluation`. */
export const derivePmrm1: FileMapper = {
  '': ({ inputs, document }) => {
    const params = objectOf(document, 'params');
    const { evaluation, amount } = evaluateDerive(
      inputs,
      (riskUnitsPerMinor) => parametersOf(params, riskUnitsPerMinor),
      ppb(numberOf(params, 'basePct')),
    );
    const { addOns, figures, risks } = evaluation;
    return {
      initialMargin: amount(figures.equityMinor - figures.initialMinor),
      maintenanceMargin: amount(figures.equityMinor - figures.maintenanceMinor),
      optionContingency: amount(0 - addOns.shortOptionMinor),
      perpContingency: amount(0 - addOns.linearMinor),
      baseContingency: amount(0 - addOns.haircutMinor),
      forwardContingency: amount(0 - evaluation.basisMinor),
      oracleContingency: amount(0 - addOns.confidenceMinor),
      lossFactor: evaluation.level(true).factorPpb / BILLION,
      minScenarioPnl: amount(Math.min(...risks[0]!.gains)),
      portfolioMtm: amount(figures.equityMinor),
    };
  },
};

/** Margin parameters of version 1 as its file states them. */
export function parametersOf(params: JsonObject, riskUnitsPerMinor: number): ScenarioParameters {
  const rate = (key: string) => ppb(numberOf(params, key));
  return {
    riskUnitsPerMinor,
    scenarios: objects(params, 'scenarios').map((scenario) => {
      const volatility = textOf(scenario, 'volShock');
      if (volatility !== 'up' && volatility !== 'none' && volatility !== 'down') {
        throw new RangeError(`volShock is ${volatility}`);
      }
      const priceShockPpb = ppb(numberOf(scenario, 'spotShock') - 1);
      return { priceShockPpb, volatility, weightPpb: BILLION, component: 0 };
    }),
    volatilityShock: {
      upPpb: rate('volRangeUp'),
      downPpb: rate('volRangeDown'),
      shortPowerPpb: rate('shortTermPower'),
      longPowerPpb: rate('longTermPower'),
      pivotSeconds: 30 * 86_400,
      floorSeconds: numberOf(params, 'dteFloorSec'),
      leastShockedPpb: 0,
    },
    skew: {
      linearCapPpb: 0,
      linearCapPerRootYearPpb: 0,
      absoluteCapPpb: 0,
      absoluteCapPerRootYearPpb: 0,
      leastWidthPpb: 0,
      widthPpb: 0,
      volatilityPpb: 0,
      volatilityPerRootYearPpb: 0,
    },
    discount: {
      longBasePpb: rate('staticDiscount'),
      longRatePpb: rate('rateMult'),
      longAddPpb: rate('rateAdd'),
      shortBasePpb: BILLION,
      shortRatePpb: 0,
      shortAddPpb: 0,
      // The file states a pricing discount of 1.
      pricing: numberOf(params, 'discountForPricing') !== 1,
    },
    basis: {
      upShockPpb: rate('basisUp') - BILLION,
      downShockPpb: rate('basisDown') - BILLION,
      addPpb: rate('basisAdd'),
      perYearPpb: rate('basisMult'),
      competes: true,
    },
    roll: { perYearPpb: 0, leastPpb: 0 },
    levels: { initialPpb: rate('imFactor'), maintenancePpb: BILLION, addOnsScaled: true },
    contingency: {
      linearPpb: rate('perpPct'),
      linearInitialPpb: 0,
      shortOptionPpb: rate('optionPct'),
      shortOptionInitialPpb: 0,
    },
    confidence: { thresholdPpb: rate('confThreshold'), factorPpb: rate('confMargin') },
    peg: { thresholdPpb: rate('pegThreshold'), factorPpb: rate('pegFactor') },
    minimum: { linearPpb: 0, shortOptionPpb: 0, shortOptionMinor: 0 },
    offsets: { gainPpb: [BILLION], reductionLimitPpb: 800_000_000 },
    calendarSpreads: [],
    commoditySpreads: [],
    settlementAverageSeconds: 0,
  };
}
