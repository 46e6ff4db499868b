import fc from 'fast-check';
import { fixtureMarket, fixtureParameters, legs } from '../../test/scenario-fixture.js';
import { ScenarioEvaluation } from './evaluation.js';
import { explainLevel } from './explanation.js';
import { type CollateralHolding, type ScenarioLeg, ScenarioPortfolio } from './portfolio.js';
import { RiskArrays } from './risk-arrays.js';

const seed = Number(process.env['NOVATE_SEED'] ?? 23);
const numRuns = Number(process.env['NOVATE_SEEDS'] ?? 80);

const arrays = RiskArrays.filled(fixtureParameters, fixtureMarket);
const spots = fixtureMarket.underlyings.map(({ spotTicks }) => spotTicks);
/** The perpetual of each underlying: a lot is worth a minor unit a tick. */
const perpetuals = spots.map((_, underlying) =>
  fixtureMarket.instruments.findIndex(
    (one) => one.underlying === underlying && one.kind === 'linear' && one.expiry < 0,
  ),
);

function evaluated(list: readonly ScenarioLeg[], collateral: readonly CollateralHolding[]) {
  const evaluation = new ScenarioEvaluation(arrays);
  const portfolio = new ScenarioPortfolio(arrays, list, 0, false, collateral);
  const figures = { ...evaluation.evaluate(portfolio) };
  return { evaluation, portfolio, figures, gains: Array.from(evaluation.scan.gains) };
}

const holding = fc.record({
  underlying: fc.nat({ max: spots.length - 1 }),
  valueMinor: fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }),
});

describe('collateral inside the scenarios', () => {
  it('moves as a perpetual of its worth does, beside whatever is held', () => {
    fc.assert(
      fc.property(
        legs(),
        fc.nat({ max: 1 }),
        fc.integer({ min: -400, max: 400 }),
        (list, underlying, lots) => {
          const valueMinor = lots * spots[underlying]!;
          const own = evaluated(list, [{ underlying, valueMinor }]);
          const as = evaluated([...list, { instrument: perpetuals[underlying]!, lots }], []);
          expect(own.gains).toEqual(as.gains);
          expect(own.evaluation.scan.lossMinor).toBe(as.evaluation.scan.lossMinor);
          // It is in equity already, where the unit's currencies are added up.
          expect(own.figures.equityMinor).toBe(evaluated(list, []).figures.equityMinor);
        },
      ),
      { seed, numRuns },
    );
  });

  it.each([false, true])('is a share of its own in the explanation (initial: %s)', (initial) => {
    fc.assert(
      fc.property(legs(), fc.array(holding, { minLength: 1, maxLength: 3 }), (list, collateral) => {
        const { evaluation, portfolio, figures } = evaluated(list, collateral);
        const level = explainLevel(evaluation, portfolio, initial);
        const sum = [...level.legs, ...level.charges].reduce((s, one) => s + one.amountMinor, 0);
        expect(sum).toBe(initial ? figures.initialMinor : figures.maintenanceMinor);
        expect(level.legs.every(({ instrument }) => instrument >= 0)).toBe(true);
      }),
      { seed, numRuns },
    );
  });

  it('takes off what it gains while a short loses, and adds what it loses beside a long', () => {
    const long = [{ instrument: perpetuals[0]!, lots: 100 }];
    const short = [{ instrument: perpetuals[0]!, lots: -100 }];
    const collateral = [{ underlying: 0, valueMinor: 100 * spots[0]! }];
    const loss = (list: readonly ScenarioLeg[], own: readonly CollateralHolding[]): number =>
      evaluated(list, own).evaluation.scan.lossMinor;
    expect(loss(long, collateral)).toBe(2 * loss(long, []));
    expect(loss(short, collateral)).toBe(0);
  });
});
