import {
  BILLION,
  explainLevel,
  neutralParameters,
  NO_EXPIRY,
  parameterProblem,
  RiskArrays,
  ScenarioEvaluation,
  type ScenarioInstrument,
  type ScenarioParameters,
  ScenarioPortfolio,
} from './index.js';
import { skewFactor } from './expiry-shocks.js';

const move = (share: number) => ({
  priceShockPpb: Math.round(share * BILLION),
  volatility: 'none' as const,
  weightPpb: BILLION,
  component: 0,
});
const rules: ScenarioParameters = {
  ...neutralParameters,
  scenarios: [move(-0.2), move(0), move(0.25)],
};

function evaluated(
  instrument: ScenarioInstrument,
  lots: number,
  parameters: Partial<ScenarioParameters> = {},
) {
  const arrays = RiskArrays.filled(
    { ...rules, ...parameters },
    {
      stablePricePpb: BILLION,
      underlyings: [{ spotTicks: 40_000, confidencePpb: BILLION }],
      expiries: [],
      instruments: [instrument],
    },
  );
  const portfolio = new ScenarioPortfolio(arrays, [{ instrument: 0, lots }], 0);
  const evaluation = new ScenarioEvaluation(arrays);
  const { maintenanceMinor, initialMinor } = evaluation.evaluate(portfolio);
  const { legs, charges } = explainLevel(evaluation, portfolio, true);
  const explained = [...legs, ...charges].reduce((sum, own) => sum + own.amountMinor, 0);
  expect(explained).toBe(initialMinor);
  return { maintenanceMinor, initialMinor };
}

/** 100 dollars a lot, paid in coin: at 40,000 a lot is 0.0025 coins, 250,000 units. */
const inverse: ScenarioInstrument = {
  kind: 'inverse',
  underlying: 0,
  expiry: NO_EXPIRY,
  priceTicks: 40_000,
  riskUnitsPerTick: 10_000_000_000,
  confidencePpb: BILLION,
};

describe('an inverse contract under scenarios', () => {
  it('loses more in coin when its price falls than it gains when it rises', () => {
    // 20 % down: 1 / 0.8 - 1 = 25 % of 250,000 a lot; 25 % up: 1 - 1 / 1.25 = 20 %. A quotient that is
    // not exact is rounded outward, one risk unit a lot.
    expect(evaluated(inverse, 10).maintenanceMinor).toBe(625_010);
    expect(evaluated(inverse, -10).maintenanceMinor).toBe(500_010);
  });

  it('is charged on its size in coin, and on its delta', () => {
    const contingency = { ...neutralParameters.contingency, linearPpb: 10_000_000 };
    expect(evaluated(inverse, 10, { contingency }).maintenanceMinor).toBe(625_010 + 25_000);
    const roll = { perYearPpb: 0, leastPpb: 20_000_000 };
    expect(evaluated(inverse, -10, { roll }).maintenanceMinor).toBe(500_010 + 50_000);
  });
});

describe('collateral', () => {
  it('that is not there is charged nothing', () => {
    const coin: ScenarioInstrument = {
      ...{ kind: 'asset', underlying: 0, expiry: NO_EXPIRY, priceTicks: 40_000 },
      ...{ riskUnitsPerTick: 1, confidencePpb: BILLION, shocked: false },
      ...{ haircutPpb: 100_000_000, initialHaircutPpb: 0 },
    };
    expect(evaluated(coin, 2)).toEqual({ maintenanceMinor: 8_000, initialMinor: 8_000 });
    expect(evaluated(coin, 0)).toEqual({ maintenanceMinor: 0, initialMinor: 0 });
  });
});

describe('what cannot be computed with', () => {
  it('is told when the arrays are filled: a lot worth more than 2^53 risk units', () => {
    const huge = { ...inverse, riskUnitsPerTick: 4e21 };
    expect(() => evaluated(huge, 1)).toThrow('value of a lot');
  });

  it('is no width of a skew: its factor is 1', () => {
    expect(skewFactor(0.3, { cap: 0.1, width: 0 })).toBe(1);
    expect(skewFactor(0.3, { cap: 0.1, width: 0.2 })).toBe(1.1);
    expect(skewFactor(-0.1, { cap: 0.1, width: 0.2 })).toBeCloseTo(0.95, 12);
  });
});

describe('parameters', () => {
  it.each<readonly [field: string, change: Partial<ScenarioParameters>]>([
    ['scenarios', { scenarios: [] }],
    ['scenarios', { scenarios: new Array<(typeof rules.scenarios)[0]>(257).fill(move(0)) }],
    ['scenarios[0].priceShockPpb', { scenarios: [move(-1)] }],
    ['levels.initialPpb', { levels: { ...rules.levels, maintenancePpb: BILLION + 1 } }],
    ['peg.factorPpb', { peg: { thresholdPpb: 0, factorPpb: -1 } }],
    ['offsets.gainPpb[0]', { offsets: { gainPpb: [BILLION + 1], reductionLimitPpb: 0 } }],
  ])('that may not be are named: %s', (field, change) => {
    const problem = parameterProblem({ ...rules, ...change });
    expect(problem?.field).toBe(field);
    expect(problem?.remedy).not.toBe('');
  });

  it('that may be are not', () => {
    expect(parameterProblem(rules)).toBeUndefined();
  });
});
