import { BILLION, type ScenarioParameters } from './parameters.js';

/** A parameter outside its rule: which, what it is, what it should be, what to do. */
export interface ParameterProblem {
  readonly field: string;
  readonly value: number;
  readonly rule: string;
  readonly remedy: string;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

/** A share of something: 0 to 100 %. */
const SHARE: Range = { least: 0, most: BILLION };
/** A factor or rate: 0 to 1000 %. */
const FACTOR: Range = { least: 0, most: 10 * BILLION };
const SIGNED: Range = { least: -20 * BILLION, most: 20 * BILLION };
/** From a price that falls to a thousandth, to one that rises tenfold. */
const PRICE_MOVE: Range = { least: -999_000_000, most: 9 * BILLION };
/** EMIR RTS 153/2013 Art. 27: at most 80 % of a reduction may be given. */
const REDUCTION: Range = { least: 0, most: 800_000_000 };
const SCENARIOS_MOST = 256;

type Ranged = readonly [field: string, value: number, range: Range];

/** What shocks are made of: the scenarios, volatility, skew, discount. */
function shockRanges({ discount, scenarios, skew, volatilityShock }: ScenarioParameters): Ranged[] {
  return [
    ...scenarios.flatMap((scenario, s): Ranged[] => [
      [`scenarios[${s}].priceShockPpb`, scenario.priceShockPpb, PRICE_MOVE],
      [`scenarios[${s}].linearShockPpb`, scenario.linearShockPpb ?? 0, PRICE_MOVE],
      [`scenarios[${s}].weightPpb`, scenario.weightPpb, FACTOR],
      [`scenarios[${s}].component`, scenario.component, { least: 0, most: 7 }],
    ]),
    ['volatilityShock.upPpb', volatilityShock.upPpb, FACTOR],
    ['volatilityShock.downPpb', volatilityShock.downPpb, FACTOR],
    ['volatilityShock.shortPowerPpb', volatilityShock.shortPowerPpb, FACTOR],
    ['volatilityShock.longPowerPpb', volatilityShock.longPowerPpb, FACTOR],
    ['volatilityShock.pivotSeconds', volatilityShock.pivotSeconds, { least: 1, most: 1e9 }],
    ['volatilityShock.floorSeconds', volatilityShock.floorSeconds, { least: 1, most: 1e9 }],
    ['volatilityShock.leastShockedPpb', volatilityShock.leastShockedPpb, FACTOR],
    ...Object.entries(skew).map(([name, value]): Ranged => [
      `skew.${name}`,
      value as number,
      name === 'leastWidthPpb' || name === 'widthPpb' ? FACTOR : SIGNED,
    ]),
    ['discount.longBasePpb', discount.longBasePpb, SHARE],
    ['discount.longRatePpb', discount.longRatePpb, FACTOR],
    ['discount.longAddPpb', discount.longAddPpb, FACTOR],
    ['discount.shortBasePpb', discount.shortBasePpb, { least: BILLION, most: 10 * BILLION }],
    ['discount.shortRatePpb', discount.shortRatePpb, FACTOR],
    ['discount.shortAddPpb', discount.shortAddPpb, FACTOR],
  ];
}

/** What is charged beside the scenarios, and the levels. */
function chargeRanges(parameters: ScenarioParameters): Ranged[] {
  const { basis, confidence, contingency, levels, minimum, offsets, peg, roll } = parameters;
  return [
    ['riskUnitsPerMinor', parameters.riskUnitsPerMinor, { least: 1, most: 1e12 }],
    ['basis.upShockPpb', basis.upShockPpb, { least: 0, most: 2 * BILLION }],
    ['basis.downShockPpb', basis.downShockPpb, { least: -999_000_000, most: 0 }],
    ['basis.addPpb', basis.addPpb, FACTOR],
    ['basis.perYearPpb', basis.perYearPpb, FACTOR],
    ['roll.perYearPpb', roll.perYearPpb, FACTOR],
    ['roll.leastPpb', roll.leastPpb, FACTOR],
    ['levels.maintenancePpb', levels.maintenancePpb, FACTOR],
    ['levels.initialPpb', levels.initialPpb, FACTOR],
    ...Object.entries(contingency).map(([name, value]): Ranged => [
      `contingency.${name}`,
      value as number,
      FACTOR,
    ]),
    ['confidence.thresholdPpb', confidence.thresholdPpb, SHARE],
    ['confidence.factorPpb', confidence.factorPpb, FACTOR],
    ['peg.thresholdPpb', peg.thresholdPpb, { least: 0, most: 100 * BILLION }],
    ['peg.factorPpb', peg.factorPpb, FACTOR],
    ['minimum.linearPpb', minimum.linearPpb, FACTOR],
    ['minimum.shortOptionPpb', minimum.shortOptionPpb, FACTOR],
    ['minimum.shortOptionMinor', minimum.shortOptionMinor, { least: 0, most: 1e12 }],
    ...offsets.gainPpb.map((gain, u): Ranged => [`offsets.gainPpb[${u}]`, gain, SHARE]),
    ['offsets.reductionLimitPpb', offsets.reductionLimitPpb, REDUCTION],
    ...parameters.calendarSpreads.map((spread, at): Ranged => [
      `calendarSpreads[${at}].chargeMinor`,
      spread.chargeMinor,
      { least: 0, most: 1e12 },
    ]),
    ...parameters.commoditySpreads.map((spread, at): Ranged => [
      `commoditySpreads[${at}].creditPpb`,
      spread.creditPpb,
      REDUCTION,
    ]),
    ['settlementAverageSeconds', parameters.settlementAverageSeconds, { least: 0, most: 86_400 }],
  ];
}

/** The first parameter that a rulebook may not have; undefined when all may. */
export function parameterProblem(parameters: ScenarioParameters): ParameterProblem | undefined {
  const { scenarios, levels } = parameters;
  if (scenarios.length === 0 || scenarios.length > SCENARIOS_MOST) {
    return {
      field: 'scenarios',
      value: scenarios.length,
      rule: `there are 1 to ${SCENARIOS_MOST} scenarios`,
      remedy: 'list the price and volatility moves to be covered',
    };
  }
  for (const [field, value, { least, most }] of [
    ...shockRanges(parameters),
    ...chargeRanges(parameters),
  ]) {
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    return {
      field,
      value,
      rule: `it is a whole number in ${least}..${most}`,
      remedy: 'state it in the unit that its name ends with (Ppb: 1000000000 is 100 %)',
    };
  }
  if (levels.initialPpb < levels.maintenancePpb) {
    return {
      field: 'levels.initialPpb',
      value: levels.initialPpb,
      rule: `it is at least levels.maintenancePpb, ${levels.maintenancePpb}`,
      remedy: 'raise it, or lower the maintenance factor',
    };
  }
  return undefined;
}
