import {
  BILLION,
  type Scenario,
  type ScenarioParameters,
  type VolatilityShock,
} from '#libs/margin';
import { type JsonObject, numberOf, objectOf, textOf } from '../json.js';
import type { FileMapper } from '../mapper.js';
import { type DeriveCase, evaluateDerive, objects, ppb } from './derive-market.js';

const DAY_SECONDS = 86_400;

/** Portfolio margin, version 2 (Derive PMRM_2): `ScenarioEvaluation`. */
export const derivePmrm2: FileMapper = {
  '': ({ inputs, case: one, document }) => {
    const set = objectOf(objectOf(document, 'paramSets'), textOf(one, 'params'));
    const derive = evaluateDerive(inputs, (riskUnitsPerMinor) =>
      parametersOf(set, riskUnitsPerMinor),
    );
    const { evaluation, amount } = derive;
    const { figures, risks } = evaluation;
    const perpetual = objectOf(inputs, 'perp');
    const unsettled =
      numberOf(perpetual, 'unrealisedPnl') + numberOf(perpetual, 'unrealisedFunding');
    return {
      initialMargin: amount(figures.equityMinor - figures.initialMinor),
      maintenanceMargin: amount(figures.equityMinor - figures.maintenanceMinor),
      markToMarketExCash: amount(evaluation.markToMarketMinor) + unsettled,
      basisContingency: amount(0 - evaluation.basisMinor),
      scenarioPnl: [...risks[0]!.gains].map(amount),
      upstreamComponents: componentsOf(derive, inputs),
    };
  },
};

const shocks: Readonly<Record<string, VolatilityShock>> = {
  Up: 'up',
  Down: 'down',
  None: 'none',
  LINEAR: 'skew-linear',
  ABS: 'skew-absolute',
};

function scenarioOf(scenario: JsonObject): Scenario {
  const volatility = shocks[textOf(scenario, 'VolShockDirection')];
  if (volatility === undefined) throw new RangeError('an unknown direction of volatility');
  return {
    priceShockPpb: ppb(numberOf(scenario, 'SpotShock') - 1),
    volatility,
    weightPpb: ppb(numberOf(scenario, 'DampeningFactor')),
    component: 0,
  };
}

function parametersOf(set: JsonObject, riskUnitsPerMinor: number): ScenarioParameters {
  const rate = (group: string, key: string) => ppb(numberOf(objectOf(set, group), key));
  const floorDays = numberOf(objectOf(set, 'VolShock'), 'DTE_FLOOR');
  return {
    riskUnitsPerMinor,
    scenarios: objects(set, 'Scenarios').map(scenarioOf),
    volatilityShock: {
      upPpb: rate('VolShock', 'VOLRANGEUP'),
      downPpb: rate('VolShock', 'VOLRANGEDOWN'),
      shortPowerPpb: rate('VolShock', 'SHORTTERMPOWER'),
      longPowerPpb: rate('VolShock', 'LONGTERMPOWER'),
      pivotSeconds: 30 * DAY_SECONDS,
      floorSeconds: Math.round(floorDays * DAY_SECONDS),
      leastShockedPpb: rate('VolShock', 'MIN_VOL_EVAL_SHOCKED'),
    },
    skew: {
      linearCapPpb: rate('SkewShock', 'LINEAR_SCALE_CAP'),
      linearCapPerRootYearPpb: rate('SkewShock', 'LINEAR_CBASE'),
      absoluteCapPpb: rate('SkewShock', 'ABS_SCALE_CAP'),
      absoluteCapPerRootYearPpb: rate('SkewShock', 'ABS_CBASE'),
      leastWidthPpb: rate('SkewShock', 'MIN_K_STAR'),
      widthPpb: rate('SkewShock', 'MIN_WIDTH_SCALE'),
      volatilityPpb: rate('SkewShock', 'VOL_PARAM_STATIC'),
      volatilityPerRootYearPpb: rate('SkewShock', 'VOL_PARAM_SCALE'),
    },
    discount: {
      longBasePpb: rate('Margin', 'BASE_STATIC_DISCOUNT'),
      longRatePpb: rate('Margin', 'LONG_RATE_MULTSCALE'),
      longAddPpb: rate('Margin', 'LONG_RATE_ADDSCALE'),
      shortBasePpb: rate('Margin', 'BASE_STATIC_DISCOUNT_NEG'),
      shortRatePpb: rate('Margin', 'SHORT_RATE_MULTSCALE'),
      shortAddPpb: rate('Margin', 'SHORT_RATE_ADDSCALE'),
      pricing: true,
    },
    basis: {
      upShockPpb: rate('BasisContingency', 'SCENARIO_SPOT_UP') - BILLION,
      downShockPpb: rate('BasisContingency', 'SCENARIO_SPOT_DOWN') - BILLION,
      addPpb: rate('BasisContingency', 'BASIS_CONT_ADD_FACTOR'),
      perYearPpb: rate('BasisContingency', 'BASIS_CONT_MULT_FACTOR'),
      competes: true,
    },
    roll: { perYearPpb: 0, leastPpb: 0 },
    levels: {
      initialPpb: rate('Margin', 'IM_LOSS_FACTOR'),
      maintenancePpb: rate('Margin', 'MM_LOSS_FACTOR'),
      addOnsScaled: false,
    },
    contingency: {
      linearPpb: rate('OtherContingency', 'MM_PERP_PERCENT'),
      linearInitialPpb: rate('OtherContingency', 'IM_PERP_PERCENT'),
      shortOptionPpb: rate('OtherContingency', 'MM_OPTION_PERCENT'),
      shortOptionInitialPpb: rate('OtherContingency', 'IM_OPTION_PERCENT'),
    },
    confidence: {
      thresholdPpb: rate('OtherContingency', 'CONF_THRESHOLD'),
      factorPpb: rate('OtherContingency', 'CONF_MARGIN'),
    },
    peg: {
      thresholdPpb: rate('OtherContingency', 'PEG_LOSS_THRESHOLD'),
      factorPpb: rate('OtherContingency', 'PEG_LOSS_FACTOR'),
    },
    minimum: { linearPpb: 0, shortOptionPpb: 0, shortOptionMinor: 0 },
    offsets: { gainPpb: [BILLION], reductionLimitPpb: 800_000_000 },
    calendarSpreads: [],
    commoditySpreads: [],
    settlementAverageSeconds: 1_800,
  };
}

/** Upstream's tails are moves of 33 % and more, its other moves 18 % at most. */
function isTail({ priceShockPpb }: Scenario): boolean {
  return Math.abs(priceShockPpb) > 250_000_000;
}

/** Upstream's own breakdown: charges are below 0 there; some entries are the inputs again. */
function componentsOf({ evaluation, amount }: DeriveCase, inputs: JsonObject) {
  const { addOns, arrays, figures, risks } = evaluation;
  const { scenarios } = arrays.parameters;
  const gains = [...risks[0]!.gains];
  const worst = (member: (scenario: Scenario) => boolean): number =>
    // To a millionth: which of two equal losses is named must not hang on a last digit.
    Math.round(amount(Math.min(...gains.filter((_, s) => member(scenarios[s]!)))) * 1e6) / 1e6;
  const isSkew = ({ volatility }: Scenario) => volatility.startsWith('skew');
  const regular = worst((one) => !isSkew(one) && !isTail(one));
  const tail = worst((one) => !isSkew(one) && isTail(one));
  const linear = worst(({ volatility }) => volatility === 'skew-linear');
  const skew = Math.min(
    linear,
    worst(({ volatility }) => volatility === 'skew-absolute'),
  );
  const perpetual = objectOf(inputs, 'perp');
  const charge = (minor: number) => amount(0 - minor);
  // The files have a minus zero here and there.
  const echo = (key: string) => numberOf(perpetual, key) + 0;
  return {
    worst_reg_loss: regular,
    worst_tail_loss: tail,
    worst_skew_loss: skew,
    worst_skew_scenario: linear <= skew ? 'LINEAR' : 'ABS',
    worst_all_scenarios:
      regular <= Math.min(tail, skew) ? 'regular' : tail <= skew ? 'tail' : 'skew',
    ForwardContingency: charge(evaluation.basisMinor),
    Cash: numberOf(inputs, 'cash'),
    PortfolioMTM: amount(figures.equityMinor),
    OptionMTM: amount(risks[0]!.optionMinor),
    CollateralMTM: amount(risks[0]!.collateralMinor),
    PerpMTM: echo('unrealisedPnl'),
    UnrealisedPerpPNL: echo('unrealisedPnl'),
    UnrealisedFunding: echo('unrealisedFunding'),
    MMLossFactor: evaluation.level(false).factorPpb / BILLION,
    IMLossFactor: evaluation.level(true).factorPpb / BILLION,
    im_loss_factor: evaluation.level(true).factorPpb / BILLION,
    MMPerpCont: charge(addOns.linearMinor),
    IMPerpCont: charge(addOns.linearInitialMinor),
    IMPerpContNormal: charge(addOns.linearMinor + addOns.linearInitialMinor),
    MMBaseCont: charge(addOns.haircutMinor),
    IMBaseCont: charge(addOns.haircutInitialMinor),
    IMBaseContNormal: charge(addOns.haircutMinor + addOns.haircutInitialMinor),
    MMOptionCont: charge(addOns.shortOptionMinor),
    IMOptionCont: charge(addOns.shortOptionInitialMinor),
    IMOptionContNormal: charge(addOns.shortOptionMinor + addOns.shortOptionInitialMinor),
    OracleCont: charge(addOns.confidenceMinor),
    IMHand: amount(figures.equityMinor - figures.initialMinor),
    MMHand: amount(figures.equityMinor - figures.maintenanceMinor),
  };
}
