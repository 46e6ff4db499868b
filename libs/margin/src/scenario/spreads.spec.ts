import {
  BILLION,
  type CommoditySpread,
  neutralParameters,
  NO_EXPIRY,
  RiskArrays,
  ScenarioEvaluation,
  type ScenarioInstrument,
  ScenarioPortfolio,
  type ScenarioParameters,
} from './index.js';

/*
 * SPAN with published arrays: commodity A with a near and a far month, commodity B with one. In the
 * scenarios the price stays, falls and rises by a range of 1,000 for A and 500 for B; a fourth one is an
 * extreme move of which a part counts. A lot has a delta of one.
 */
const common = { riskUnitsPerTick: 1, confidencePpb: BILLION, deltaPpb: BILLION };
const published = (
  underlying: number,
  expiry: number,
  gains: readonly number[],
): ScenarioInstrument => ({ ...common, kind: 'published', underlying, expiry, gains });
const instruments = [
  published(0, 0, [0, -1_000, 1_000, -900]),
  published(0, 1, [0, -1_000, 1_000, -900]),
  published(1, 2, [0, -500, 500, -450]),
  published(1, NO_EXPIRY, [10, 10, 10, 10]),
];
const move = (priceShockPpb: number, weightPpb = BILLION) => ({
  priceShockPpb,
  volatility: 'none' as const,
  weightPpb,
  component: 0,
});
const plain: ScenarioParameters = {
  ...neutralParameters,
  scenarios: [move(0), move(-0.1 * BILLION), move(0.1 * BILLION), move(-0.3 * BILLION)],
};

function needs(lots: readonly number[], rules: Partial<ScenarioParameters>) {
  const expiry = (underlying: number) => ({
    underlying,
    secondsToExpiry: 86_400,
    forwardTicks: 10_000,
    fixedTicks: 0,
    ratePpb: 0,
    confidencePpb: BILLION,
  });
  const spot = { spotTicks: 10_000, confidencePpb: BILLION };
  const arrays = RiskArrays.filled(
    { ...plain, ...rules },
    {
      stablePricePpb: BILLION,
      underlyings: [spot, spot],
      expiries: [expiry(0), expiry(0), expiry(1)],
      instruments,
    },
  );
  const legs = lots.map((own, instrument) => ({ instrument, lots: own }));
  const evaluation = new ScenarioEvaluation(arrays);
  const { maintenanceMinor } = evaluation.evaluate(new ScenarioPortfolio(arrays, legs, 0));
  const { calendarMinor, creditMinor } = evaluation.spreads;
  return { maintenanceMinor, calendarMinor, creditMinor };
}

describe('a calendar spread', () => {
  const calendarSpreads = [{ underlying: 0, nearExpiry: 0, farExpiry: 1, chargeMinor: 70 }];

  it.each<readonly [name: string, lots: readonly number[], charge: number]>([
    ['of two months against each other is charged a lot', [10, -10], 700],
    ['is as large as its smaller side', [10, -4], 280],
    ['the other way round is one as well', [-3, 5], 210],
    ['is none when both are long', [10, 10], 0],
    ['is none without a far month', [10, 0], 0],
    ['is none without a near month', [0, 10], 0],
  ])('%s', (_name, lots, charge) => {
    const scan = 1_000 * Math.abs(lots[0]! + lots[1]!);
    expect(needs(lots, { calendarSpreads })).toEqual({
      maintenanceMinor: scan + charge,
      calendarMinor: charge,
      creditMinor: 0,
    });
  });

  it('uses up what it took: a second one finds the rest', () => {
    const twice = [...calendarSpreads, { ...calendarSpreads[0]!, chargeMinor: 1_000 }];
    expect(needs([10, -4], { calendarSpreads: twice }).calendarMinor).toBe(280);
    expect(needs([10, -4], { calendarSpreads: twice.toReversed() }).calendarMinor).toBe(4_000);
  });
});

describe('a credit between commodities', () => {
  /** One of A against two of B, 60 %. */
  const spread: CommoditySpread = {
    legs: [
      { underlying: 0, side: 1, ratio: 1 },
      { underlying: 1, side: -1, ratio: 2 },
    ],
    creditPpb: 600_000_000,
  };
  const credit = (...lots: number[]) => needs(lots, { commoditySpreads: [spread] }).creditMinor;

  it('gives of the price risk of both legs', () => {
    // 10 of A at 1,000 and 20 of B at 500, each by 60 %.
    expect(credit(10, 0, -20)).toBe(12_000);
    expect(credit(-10, 0, 20)).toBe(12_000);
  });

  it('is formed as often as the scarcer leg allows', () => {
    // 4 spreads: 4 of 10 of A, 8 of 8 of B.
    expect(credit(10, 0, -8)).toBe(2_400 + 2_400);
  });

  it('is none on one side of the market, or with a leg alone', () => {
    expect([credit(10, 0, 20), credit(10, 0, 0), credit(0, 0, -20)]).toEqual([0, 0, 0]);
  });

  it('is taken off the requirement', () => {
    expect(needs([10, 0, -20], { commoditySpreads: [spread] }).maintenanceMinor).toBe(
      10_000 + 10_000 - 12_000,
    );
  });

  it('leaves to the next what it did not use', () => {
    const second = { ...spread, creditPpb: 100_000_000 };
    const both = needs([10, 0, -8], { commoditySpreads: [spread, second] });
    expect(both.creditMinor).toBe(4_800);
  });

  it('counts the price alone: an array that loses whatever happens has no price risk', () => {
    const lots = [10, 0, 0, -100]; // B: 1,000 lost in every scenario
    const onFlat = { ...spread, legs: [spread.legs[0]!, { underlying: 1, side: -1, ratio: 1 }] };
    expect(needs(lots, { commoditySpreads: [onFlat as CommoditySpread] }).creditMinor).toBe(6_000);
  });

  it('is averaged over scenarios of the weight and component of the worst one', () => {
    const halved = {
      scenarios: [...plain.scenarios.slice(0, 3), move(-0.3 * BILLION, BILLION / 2)],
    };
    expect(needs([10, 0, -20], { ...halved, commoditySpreads: [spread] }).creditMinor).toBe(12_000);
    const split = {
      scenarios: [
        { ...move(0), component: 1 },
        move(-0.1 * BILLION),
        move(0.1 * BILLION),
        { ...move(-0.1 * BILLION), component: 1 },
      ],
    };
    expect(needs([10, 0, -20], { ...split, commoditySpreads: [spread] }).creditMinor).toBe(12_000);
  });
});
