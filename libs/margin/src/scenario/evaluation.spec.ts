import fc from 'fast-check';
import { fixtureMarket, fixtureParameters, legs } from '../../test/scenario-fixture.js';
import { ScenarioEvaluation } from './evaluation.js';
import { explainLevel } from './explanation.js';
import { BILLION, type ScenarioParameters } from './parameters.js';
import { type ScenarioLeg, ScenarioPortfolio } from './portfolio.js';
import { RiskArrays } from './risk-arrays.js';

const seed = Number(process.env['NOVATE_SEED'] ?? 19);
const numRuns = Number(process.env['NOVATE_SEEDS'] ?? 150);
const check = { seed, numRuns };

const arrays = RiskArrays.filled(fixtureParameters, fixtureMarket);
const evaluation = new ScenarioEvaluation(arrays);

function judged(list: readonly ScenarioLeg[], parameters = fixtureParameters, cashMinor = 0) {
  const own =
    parameters === fixtureParameters
      ? evaluation
      : new ScenarioEvaluation(RiskArrays.filled(parameters, fixtureMarket));
  own.evaluate(new ScenarioPortfolio(own.arrays, list, cashMinor));
  return { ...own.figures, lossMinor: own.scan.lossMinor };
}

/** Minor units that the roundings of a portfolio of so many legs can add up to. */
const rounding = (list: readonly ScenarioLeg[]) => 40 + 12 * list.length;

describe('the scenario model', () => {
  it('asks for nothing where nothing is held', () => {
    expect(judged([], fixtureParameters, 77)).toEqual({
      equityMinor: 77,
      maintenanceMinor: 0,
      initialMinor: 0,
      lossMinor: 0,
    });
  });

  it.each([false, true])('takes a requirement apart without a rest (initial: %s)', (initial) => {
    fc.assert(
      fc.property(legs(), fc.boolean(), (list, addOnsScaled) => {
        const levels = { ...fixtureParameters.levels, addOnsScaled };
        const own = new ScenarioEvaluation(
          RiskArrays.filled({ ...fixtureParameters, levels }, fixtureMarket),
        );
        const portfolio = new ScenarioPortfolio(own.arrays, list, 0);
        const figures = own.evaluate(portfolio);
        const level = explainLevel(own, portfolio, initial);
        const sum = [...level.legs, ...level.charges].reduce((s, one) => s + one.amountMinor, 0);
        expect(level.requirementMinor).toBe(
          initial ? figures.initialMinor : figures.maintenanceMinor,
        );
        expect(sum).toBe(level.requirementMinor);
      }),
      { seed, numRuns: Math.ceil(numRuns / 4) },
    );
  });

  it('gives the same bits in whatever order and pieces the legs come', () => {
    fc.assert(
      fc.property(legs(), fc.integer(), (list, cut) => {
        const pieces = list.flatMap(({ instrument, lots }) => {
          const part = lots === 0 ? 0 : cut % lots;
          const whole = fixtureMarket.instruments[instrument]!.kind === 'asset';
          return whole
            ? [{ instrument, lots }]
            : [
                { instrument, lots: part },
                { instrument, lots: lots - part },
              ];
        });
        expect(judged(pieces.reverse())).toEqual(judged(list));
      }),
      check,
    );
  });

  it('never needs more for two portfolios together than for each alone', () => {
    fc.assert(
      fc.property(legs(), legs(), (one, other) => {
        const together = judged([...one, ...other]);
        const [first, second] = [judged(one), judged(other)];
        const slack = rounding([...one, ...other]);
        expect(together.lossMinor).toBeLessThanOrEqual(first.lossMinor + second.lossMinor + slack);
      }),
      check,
    );
  });

  it('a hedge never raises the worst loss beyond what it needs alone', () => {
    fc.assert(
      fc.property(
        legs(),
        fc.nat({ max: 60 }),
        fc.integer({ min: 1, max: 900 }),
        (list, at, lots) => {
          const instrument = at % fixtureMarket.instruments.length;
          const hedge = [{ instrument, lots }];
          const slack = rounding(list);
          const after = judged([...list, ...hedge]).lossMinor;
          expect(after).toBeLessThanOrEqual(
            judged(list).lossMinor + judged(hedge).lossMinor + slack,
          );
        },
      ),
      check,
    );
  });

  const harder: [string, (p: ScenarioParameters) => ScenarioParameters][] = [
    [
      'one more scenario',
      (p) => ({
        ...p,
        scenarios: [
          ...p.scenarios,
          { priceShockPpb: -300_000_000, volatility: 'up', weightPpb: BILLION, component: 0 },
        ],
      }),
    ],
    ['a larger factor', (p) => ({ ...p, levels: { ...p.levels, initialPpb: 1_500_000_000 } })],
    ['less offset', (p) => ({ ...p, offsets: { ...p.offsets, gainPpb: [0, 0] } })],
    [
      'a lower limit on offsets',
      (p) => ({ ...p, offsets: { ...p.offsets, reductionLimitPpb: 0 } }),
    ],
    ['a larger basis charge', (p) => ({ ...p, basis: { ...p.basis, addPpb: 900_000_000 } })],
    [
      'a larger charge on short options',
      (p) => ({ ...p, contingency: { ...p.contingency, shortOptionPpb: 9_000_000 } }),
    ],
    [
      'a higher threshold of confidence',
      (p) => ({ ...p, confidence: { thresholdPpb: BILLION, factorPpb: BILLION } }),
    ],
  ];
  it.each(harder)('never needs less under %s', (_, change) => {
    const parameters = change(fixtureParameters);
    const own = new ScenarioEvaluation(RiskArrays.filled(parameters, fixtureMarket));
    fc.assert(
      fc.property(legs(), (list) => {
        own.evaluate(new ScenarioPortfolio(own.arrays, list, 0));
        expect(own.figures.initialMinor).toBeGreaterThanOrEqual(judged(list).initialMinor);
      }),
      { seed, numRuns: Math.ceil(numRuns / 3) },
    );
  });

  it('needs twice as much for twice as much, but for rounding', () => {
    fc.assert(
      fc.property(legs(), (list) => {
        const twice = list.map(({ instrument, lots }) => ({ instrument, lots: 2 * lots }));
        const gap = judged(twice).initialMinor - 2 * judged(list).initialMinor;
        expect(Math.abs(gap)).toBeLessThanOrEqual(4 * rounding(list));
      }),
      check,
    );
  });

  it('counts the whole loss where the offset rule allows no offset', () => {
    const list = [
      { instrument: 0, lots: 1_000 },
      { instrument: fixtureMarket.instruments.length / 2, lots: -24_000 },
    ];
    const none = { ...fixtureParameters.offsets, reductionLimitPpb: 0 };
    const alone = list.map((leg) => judged([leg]).lossMinor);
    expect(judged(list, { ...fixtureParameters, offsets: none }).lossMinor).toBe(
      alone[0]! + alone[1]!,
    );
    const most = { gainPpb: [BILLION, BILLION], reductionLimitPpb: 800_000_000 };
    const capped = judged(list, { ...fixtureParameters, offsets: most }).lossMinor;
    // However well they offset, a fifth of the sum stays (EMIR RTS 153/2013 Art. 27).
    expect(capped).toBeGreaterThanOrEqual(Math.floor((alone[0]! + alone[1]!) / 5));
    expect(capped).toBeLessThan(alone[0]! + alone[1]!);
  });
});
