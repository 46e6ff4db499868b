import fc from 'fast-check';
import { RiskArrays, ScenarioEvaluation, ScenarioPortfolio } from '#libs/margin';
import { twinScenarioMargin } from '#libs/simulator';
import { fixtureMarket, fixtureParameters, legs } from '../../libs/margin/test/scenario-fixture.js';

/*
 * The scenario model against its decimal twin: equal to the last unit. NOVATE_SEED replays one seed,
 * NOVATE_SEEDS=2000 is the long run.
 */
const seed = Number(process.env['NOVATE_SEED'] ?? 23);
const numRuns = Number(process.env['NOVATE_SEEDS'] ?? 40);

describe('the scenario model and its decimal twin agree', () => {
  const variants = [
    { addOnsScaled: true, competes: true, largest: 5_000 },
    { addOnsScaled: false, competes: false, largest: 5_000 },
    { addOnsScaled: true, competes: true, largest: 20_000_000 },
  ];
  it.each(variants)('%o', ({ addOnsScaled, competes, largest }) => {
    const parameters = {
      ...fixtureParameters,
      levels: { ...fixtureParameters.levels, addOnsScaled },
      basis: { ...fixtureParameters.basis, competes },
    };
    const arrays = RiskArrays.filled(parameters, fixtureMarket);
    const evaluation = new ScenarioEvaluation(arrays);
    fc.assert(
      fc.property(legs(largest), (list) => {
        const figures = evaluation.evaluate(new ScenarioPortfolio(arrays, list, 0));
        const twin = twinScenarioMargin(arrays, list);
        expect(String(figures.maintenanceMinor)).toBe(twin.maintenance.toFixed());
        expect(String(figures.initialMinor)).toBe(twin.initial.toFixed());
      }),
      { seed, numRuns },
    );
  });
});
