import fc from 'fast-check';
import { fixtureMarket, fixtureParameters, legs } from '../../test/scenario-fixture.js';
import { ScenarioEvaluation } from './evaluation.js';
import { type CollateralHolding, type ScenarioLeg, ScenarioPortfolio } from './portfolio.js';
import { RiskArrays } from './risk-arrays.js';
import { ScenarioSupports } from './supports.js';

const seed = Number(process.env['NOVATE_SEED'] ?? 23);
const numRuns = Number(process.env['NOVATE_SEEDS'] ?? 60);

/** Collateral stands in no scenario of a margin unit: its haircut has no support. */
const held = (list: readonly ScenarioLeg[]) =>
  list.filter(({ instrument }) => fixtureMarket.instruments[instrument]!.kind !== 'asset');
/** Minor units that the roundings of so many legs can add up to. */
const slack = (list: readonly unknown[]) => 60 + 12 * list.length;

const variants = fc.record({
  addOnsScaled: fc.boolean(),
  competes: fc.boolean(),
  reductionLimitPpb: fc.constantFrom(0, 400_000_000, 800_000_000, 1_000_000_000),
  shortOptionMinor: fc.constantFrom(0, 50_000),
});

/** Collateral in coin, which stands in the scenarios whatever the lots; a debt below 0. */
const moving: fc.Arbitrary<CollateralHolding[]> = fc.array(
  fc.record({
    underlying: fc.nat({ max: fixtureMarket.underlyings.length - 1 }),
    valueMinor: fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
  }),
  { maxLength: 2 },
);

function evaluationOf(v: {
  addOnsScaled: boolean;
  competes: boolean;
  reductionLimitPpb: number;
  shortOptionMinor: number;
}) {
  const { levels, basis, offsets, minimum } = fixtureParameters;
  return new ScenarioEvaluation(
    RiskArrays.filled(
      {
        ...fixtureParameters,
        levels: { ...levels, maintenancePpb: 900_000_000, addOnsScaled: v.addOnsScaled },
        basis: { ...basis, competes: v.competes },
        offsets: { ...offsets, reductionLimitPpb: v.reductionLimitPpb },
        minimum: { ...minimum, linearPpb: 2_000_000, shortOptionMinor: v.shortOptionMinor },
      },
      fixtureMarket,
    ),
  );
}

describe('supports of a scenario requirement', () => {
  it('the binding one is the requirement, none is above it, and each bounds it elsewhere', () => {
    fc.assert(
      fc.property(
        legs(),
        variants,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        moving,
        (all, v, parts, collateral) => {
          const list = held(all);
          if (list.length === 0) return;
          const evaluation = evaluationOf(v);
          const trial = new ScenarioPortfolio(evaluation.arrays, list, 0, true, collateral);
          const here = Float64Array.from(trial.lots);
          const exact = evaluation.evaluate(trial).maintenanceMinor;
          // Elsewhere: each row reduced by some part, as a plan would.
          const there = here.map((lots, row) => Math.trunc(lots * (1 - (parts[row] ?? 0.3))));
          trial.lots.set(there);
          const exactThere = evaluation.evaluate(trial).maintenanceMinor;
          const supports = new ScenarioSupports(evaluation, trial);
          supports.lots.set(here);
          let count = 0;
          supports.run(-Infinity, 1_000, (atMinor, slopes) => {
            if (count === 0) expect(Math.abs(atMinor - exact)).toBeLessThanOrEqual(slack(list));
            count += 1;
            expect(atMinor).toBeLessThanOrEqual(exact + slack(list));
            const change = slopes.reduce(
              (sum, slope, row) => sum + slope * (there[row]! - here[row]!),
              0,
            );
            expect(atMinor + change).toBeLessThanOrEqual(exactThere + slack(list));
          });
          expect(count).toBeGreaterThan(0);
        },
      ),
      { seed, numRuns },
    );
  });

  it('gives no more than it is asked for, the largest first', () => {
    fc.assert(
      fc.property(legs(), (all) => {
        const list = held(all);
        if (list.length === 0) return;
        const evaluation = new ScenarioEvaluation(
          RiskArrays.filled(fixtureParameters, fixtureMarket),
        );
        const trial = new ScenarioPortfolio(evaluation.arrays, list, 0, true);
        const found: number[] = [];
        new ScenarioSupports(evaluation, trial).run(0, 3, (atMinor) => found.push(atMinor));
        expect(found.length).toBeLessThanOrEqual(4);
        expect([...found].sort((a, b) => b - a)).toEqual(found);
      }),
      { seed, numRuns: Math.ceil(numRuns / 2) },
    );
  });
});
