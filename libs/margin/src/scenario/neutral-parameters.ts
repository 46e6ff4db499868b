import { BILLION, type ScenarioParameters } from './parameters.js';

/**
 * Parameters under which every part of the model but the scenarios does nothing: no shock of
 * volatility by time, no discount, no charge, no offset. A rulebook names what differs.
 */
export const neutralParameters: ScenarioParameters = {
  riskUnitsPerMinor: 1,
  scenarios: [],
  volatilityShock: {
    upPpb: 0,
    downPpb: 0,
    shortPowerPpb: 0,
    longPowerPpb: 0,
    pivotSeconds: 2_592_000,
    floorSeconds: 86_400,
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
    longBasePpb: BILLION,
    longRatePpb: 0,
    longAddPpb: 0,
    shortBasePpb: BILLION,
    shortRatePpb: 0,
    shortAddPpb: 0,
    pricing: false,
  },
  basis: { upShockPpb: 0, downShockPpb: 0, addPpb: 0, perYearPpb: 0, competes: true },
  roll: { perYearPpb: 0, leastPpb: 0 },
  levels: { initialPpb: BILLION, maintenancePpb: BILLION, addOnsScaled: true },
  contingency: {
    linearPpb: 0,
    linearInitialPpb: 0,
    shortOptionPpb: 0,
    shortOptionInitialPpb: 0,
  },
  confidence: { thresholdPpb: 0, factorPpb: 0 },
  peg: { thresholdPpb: 0, factorPpb: 0 },
  minimum: { linearPpb: 0, shortOptionPpb: 0, shortOptionMinor: 0 },
  offsets: { gainPpb: [], reductionLimitPpb: 0 },
  calendarSpreads: [],
  commoditySpreads: [],
  settlementAverageSeconds: 0,
};
