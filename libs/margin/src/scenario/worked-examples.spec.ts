import {
  BILLION,
  explainLevel,
  neutralParameters,
  NO_EXPIRY,
  RiskArrays,
  ScenarioEvaluation,
  type ScenarioInstrument,
  type ScenarioParameters,
  ScenarioPortfolio,
} from './index.js';

/*
 * Requirements that can be checked in the head. Two underlyings, A and B, at 100.00; a lot is one unit,
 * amounts are in units of 0.01. Prices move by 15 % both ways; options have a year of no time value.
 */
const TICKS = 10_000;
const common = { riskUnitsPerTick: 100, confidencePpb: BILLION };
const perpetual = (underlying: number): ScenarioInstrument => ({
  ...common,
  kind: 'linear',
  underlying,
  expiry: NO_EXPIRY,
  priceTicks: TICKS,
});
const future = (expiry: number): ScenarioInstrument => ({
  ...common,
  kind: 'linear',
  underlying: 0,
  expiry,
  priceTicks: TICKS,
});
/** At expiry, worth its payoff. */
const option = (strikeTicks: number, isCall: boolean): ScenarioInstrument => ({
  ...common,
  kind: 'option',
  underlying: 0,
  expiry: 2,
  strikeTicks,
  isCall,
  volatilityPpt: 0,
});
const names = ['A', 'B', 'A near', 'A far', 'coin', 'put 80', 'call 110', 'put 110'] as const;
const instruments: ScenarioInstrument[] = [
  perpetual(0),
  perpetual(1),
  future(0),
  future(1),
  {
    ...common,
    kind: 'asset',
    underlying: 0,
    expiry: NO_EXPIRY,
    priceTicks: TICKS,
    shocked: true,
    haircutPpb: 100_000_000,
    initialHaircutPpb: 50_000_000,
  },
  option(8_000, false),
  option(11_000, true),
  option(11_000, false),
];
type Name = (typeof names)[number];

const move = (share: number, component = 0) => ({
  priceShockPpb: Math.round(share * BILLION),
  volatility: 'none' as const,
  weightPpb: BILLION,
  component,
});
const plain: ScenarioParameters = {
  ...neutralParameters,
  riskUnitsPerMinor: 100,
  scenarios: [move(-0.15), move(0), move(0.15)],
};
const half = 500_000_000;

interface Given {
  readonly hold: Partial<Record<Name, number>>;
  readonly rules?: Partial<ScenarioParameters>;
  readonly stable?: number;
  readonly sure?: number;
}

function needs({ hold, rules = {}, stable = 1, sure = 1 }: Given): [number, number] {
  const expiry = (secondsToExpiry: number) => ({
    underlying: 0,
    secondsToExpiry,
    forwardTicks: TICKS,
    fixedTicks: 0,
    ratePpb: 0,
    confidencePpb: BILLION,
  });
  const spot = { spotTicks: TICKS, confidencePpb: Math.round(sure * BILLION) };
  const arrays = RiskArrays.filled(
    { ...plain, ...rules },
    {
      stablePricePpb: Math.round(stable * BILLION),
      underlyings: [spot, spot],
      expiries: [expiry(31_536_000 / 2), expiry(31_536_000), expiry(0)],
      instruments,
    },
  );
  const legs = names.map((name, instrument) => ({ instrument, lots: hold[name] ?? 0 }));
  const portfolio = new ScenarioPortfolio(arrays, legs, 0);
  const evaluation = new ScenarioEvaluation(arrays);
  const { maintenanceMinor, initialMinor } = evaluation.evaluate(portfolio);
  for (const initial of [false, true]) {
    const { legs: own, charges } = explainLevel(evaluation, portfolio, initial);
    const sum = [...own, ...charges].reduce((all, { amountMinor }) => all + amountMinor, 0);
    expect(sum).toBe(initial ? initialMinor : maintenanceMinor);
  }
  return [maintenanceMinor / 100, initialMinor / 100];
}

const levels = { initialPpb: 1_300_000_000, maintenancePpb: BILLION, addOnsScaled: true };
const basis = { upShockPpb: 50_000_000, downShockPpb: -50_000_000, addPpb: half, perYearPpb: 0 };
const offsets = { gainPpb: [600_000_000, 600_000_000], reductionLimitPpb: 800_000_000 };
const peg = { thresholdPpb: 980_000_000, factorPpb: 2 * BILLION };

const table: [why: string, given: Given, maintenance: number, initial: number][] = [
  ['ten long lose 15 % of 1,000', { hold: { A: 10 } }, 150, 150],
  ['initial is 1.3 times as much', { hold: { A: 10 }, rules: { levels } }, 150, 195],
  ['a future hedges the perpetual', { hold: { A: 10, 'A near': -10 } }, 0, 0],
  [
    'two months do not hedge each other against a twist: half of 5 % each',
    { hold: { 'A near': 10, 'A far': -10 }, rules: { basis: { ...basis, competes: true } } },
    50,
    50,
  ],
  [
    'the twist competes with the move, which is larger',
    { hold: { 'A near': 10 }, rules: { basis: { ...basis, competes: true } } },
    150,
    150,
  ],
  [
    'or it is added',
    { hold: { 'A near': 10 }, rules: { basis: { ...basis, competes: false } } },
    175,
    175,
  ],
  ['two underlyings are added up without a rule', { hold: { A: 10, B: -10 } }, 300, 300],
  [
    'with one: 150 - 0.6 x 150 = 60 jointly, of the reduction of 240 at most 80 %',
    { hold: { A: 10, B: -10 }, rules: { offsets } },
    108,
    108,
  ],
  ['the same way they do not offset', { hold: { A: 10, B: 10 }, rules: { offsets } }, 300, 300],
  [
    'coin in the scenarios: it falls with the position that it secures; 10 % haircut, 5 % more',
    { hold: { A: 10, coin: 10 } },
    400,
    450,
  ],
  ['coin covers what is short', { hold: { A: -10, coin: 10 } }, 100, 150],
  ['a put that ends above the strike costs nothing', { hold: { 'put 80': -10 } }, 0, 0],
  [
    'unless short options are charged: 1 % of spot, 0.5 % more',
    {
      hold: { 'put 80': -10 },
      rules: {
        contingency: {
          ...neutralParameters.contingency,
          shortOptionPpb: 10_000_000,
          shortOptionInitialPpb: 5_000_000,
        },
      },
    },
    10,
    15,
  ],
  [
    'of a strike, a short call and a long put are one: nothing is naked',
    {
      hold: { 'call 110': -10, 'put 110': 10, A: 10 },
      rules: { contingency: { ...neutralParameters.contingency, shortOptionPpb: 10_000_000 } },
    },
    0,
    0,
  ],
  [
    'never below the minimum',
    {
      hold: { 'put 80': -10 },
      rules: { minimum: { linearPpb: 0, shortOptionPpb: 0, shortOptionMinor: 250 } },
    },
    25,
    25,
  ],
  [
    'a second component is added to the first: 15 % of one move, 4 % of the other',
    { hold: { A: 10 }, rules: { scenarios: [...plain.scenarios, move(-0.04, 1), move(0.04, 1)] } },
    190,
    190,
  ],
  [
    'a tail counts in part: 66 % of 1,000 x 0.1 is less than 15 %, x 0.25 is more',
    {
      hold: { A: 10 },
      rules: { scenarios: [...plain.scenarios, { ...move(-0.66), weightPpb: 250_000_000 }] },
    },
    165,
    165,
  ],
  [
    'roll: half a per cent of the delta',
    { hold: { A: -10 }, rules: { roll: { perYearPpb: 0, leastPpb: 5_000_000 } } },
    155,
    155,
  ],
  [
    'a stablecoin at 0.95, threshold 0.98: the initial factor grows by 0.03 x 2',
    { hold: { A: 10 }, rules: { levels, peg }, stable: 0.95 },
    150,
    204,
  ],
  [
    'a price that is half sure: half of 1,000 more, initial only',
    {
      hold: { A: 10 },
      rules: { confidence: { thresholdPpb: 550_000_000, factorPpb: BILLION } },
      sure: 0.5,
    },
    150,
    650,
  ],
];

describe('what a portfolio needs', () => {
  it.each(table)('%s', (_, given, maintenance, initial) => {
    expect(needs(given)).toEqual([maintenance, initial]);
  });
});
