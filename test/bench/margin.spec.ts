import { BASIS, RiskArrays, ScenarioEvaluation, ScenarioPortfolio } from '#libs/margin';
import { benchLegs, benchMarket, benchParameters } from './margin-population.js';
import { run } from './margin.js';
import { Xorshift32 } from './measure.js';

describe('the margin benchmark', () => {
  it('measures warm, from nothing and refreshing, beside the dot loop', async () => {
    const report = await run({ accounts: 3, options: 20, listed: 60 });
    expect(report.params['scenarios']).toBe(45);
    expect(report.results.map(({ metric }) => metric)).toEqual([
      'warmMicrosecondsPerEvaluation',
      'warmOverDotLoop',
      'fromNothingMilliseconds',
      'allAccountsMilliseconds',
      'refreshMilliseconds',
      'refreshSliceMilliseconds',
    ]);
    for (const { samples, value } of report.results) {
      expect(samples.length).toBeGreaterThanOrEqual(5);
      expect(value).toBeGreaterThan(0);
    }
    expect(report.baseline?.['scenarioDotMicroseconds']).toBeGreaterThan(0);
  });

  it('evaluates portfolios that need margin, for a scenario or for the basis', () => {
    const arrays = RiskArrays.filled(benchParameters, benchMarket(1_000));
    const evaluation = new ScenarioEvaluation(arrays);
    const random = new Xorshift32(5);
    for (let account = 0; account < 20; account++) {
      const portfolio = new ScenarioPortfolio(arrays, benchLegs(random, 1_000, 200), 0);
      expect(portfolio.count).toBe(200);
      expect(portfolio.segments).toHaveLength(10);
      const figures = evaluation.evaluate(portfolio);
      expect(figures.initialMinor).toBeGreaterThan(figures.maintenanceMinor);
      expect(evaluation.scan.worst[0]).toBeGreaterThanOrEqual(BASIS);
    }
  });
});
