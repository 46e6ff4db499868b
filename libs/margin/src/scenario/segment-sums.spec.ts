import fc from 'fast-check';
import { fixtureMarket, fixtureParameters, legs } from '../../test/scenario-fixture.js';
import { ScenarioPortfolio } from './portfolio.js';
import { RiskArrays } from './risk-arrays.js';
import { segmentSums } from './segment-sums.js';

const seed = Number(process.env['NOVATE_SEED'] ?? 7);
const arrays = RiskArrays.filled(fixtureParameters, fixtureMarket);

/** floor(sum of lots x value / units) without a bound: the obvious twin. */
function exactSums(portfolio: ScenarioPortfolio, from: number, to: number): number[] {
  return Array.from({ length: arrays.columns }, (_, column) => {
    let sum = 0n;
    for (let k = from; k < to; k++) {
      const lots = portfolio.lots[k]!;
      const bounds = lots > 0 ? arrays.lower : arrays.upper;
      sum += BigInt(lots) * BigInt(bounds[portfolio.rows[k]! * arrays.columns + column]!);
    }
    const units = BigInt(fixtureParameters.riskUnitsPerMinor);
    const quotient = sum / units;
    return Number(sum < 0n && quotient * units !== sum ? quotient - 1n : quotient);
  });
}

describe('sums of a segment', () => {
  // 5,000 lots stay below 2^53 risk units; 50 million leave them for the wide sums.
  it.each([5_000, 50_000_000])('are exact for positions of up to %i lots', (largest) => {
    const out = new Float64Array(arrays.columns);
    fc.assert(
      fc.property(legs(largest), (list) => {
        const portfolio = new ScenarioPortfolio(arrays, list, 0);
        for (const segment of portfolio.segments) {
          segmentSums(arrays, portfolio, segment, out);
          const exact = exactSums(portfolio, segment.from, segment.to);
          expect(Array.from(out)).toEqual(exact.map((sum) => sum + 0));
        }
      }),
      { seed, numRuns: Number(process.env['NOVATE_SEEDS'] ?? 100) },
    );
  });
});
