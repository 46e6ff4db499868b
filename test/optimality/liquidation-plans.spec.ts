import highs, { type Highs } from 'highs';
import { PLAN } from '#libs/default-management';
import { compare, type Comparison } from './comparison.js';
import { type FailingPortfolio, PortfolioMaker } from './failing-portfolios.js';

/**
 * Plans against a mixed-integer program of the same portfolio, solved by HiGHS (docs/rules.md 8).
 * `NOVATE_PLANS=2000` is the full run and prints its figures; `NOVATE_SEED=7` begins at another seed.
 */
const FULL_RUN = 2_000;
const PER_MARKET = 25;
const count = Number(process.env['NOVATE_PLANS'] ?? 40);
const firstSeed = Number(process.env['NOVATE_SEED'] ?? 1);
const TIMEOUT_MS = 3_600_000;

/** Its types describe the CommonJS file; what is imported is the module, whose default is the loader. */
const loadHighs = highs as unknown as () => Promise<Highs>;

function quantile(values: readonly number[], q: number): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.max(0, Math.ceil(ascending.length * q) - 1)] ?? NaN;
}

function defined(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}

function figures(found: readonly Comparison[]): Record<string, number> {
  const ratios = defined(found.map(({ ratio }) => ratio));
  const greedy = defined(found.map((own) => own.greedyRatio));
  const withOutcome = (outcome: number): number =>
    found.filter((own) => own.outcome === outcome).length;
  return {
    portfolios: found.length,
    restores: withOutcome(PLAN.restores),
    insolvent: withOutcome(PLAN.insolvent),
    illiquid: withOutcome(PLAN.illiquid),
    bindingTwoOrMore: found.filter(({ binding }) => binding >= 2).length,
    medianRatio: quantile(ratios, 0.5),
    p99Ratio: quantile(ratios, 0.99),
    worstRatio: quantile(ratios, 1),
    greedyRestores: greedy.length,
    greedyMedianRatio: quantile(greedy, 0.5),
    greedyWorstRatio: quantile(greedy, 1),
    loweringOrders: found.reduce((sum, { lowering }) => sum + lowering, 0),
    brokenHedges: found.reduce((sum, { brokenHedges }) => sum + brokenHedges, 0),
  };
}

describe('plans at least cost against a mixed-integer program', () => {
  const found: (Comparison & { readonly name: string })[] = [];

  beforeAll(async () => {
    const solver = await loadHighs();
    for (let seed = firstSeed; found.length < count; seed++) {
      const maker = new PortfolioMaker(seed);
      for (let k = 0; k < PER_MARKET && found.length < count; k++) {
        const failing = maker.next();
        const name = `NOVATE_SEED=${String(seed)}, portfolio ${String(k)}`;
        found.push({ ...compared(solver, maker, failing, name), name });
      }
    }
    if (count >= FULL_RUN) process.stdout.write(`${JSON.stringify(figures(found), null, 2)}\n`);
  }, TIMEOUT_MS);

  function compared(solver: Highs, maker: PortfolioMaker, failing: FailingPortfolio, name: string) {
    const { evaluation } = maker.driver.house.judgement;
    const valuation = evaluation.valuationOf(failing.input.rulebook);
    if (valuation === undefined) throw new Error('the portfolio has a valuation');
    try {
      return compare(solver, failing, valuation);
    } catch (error) {
      throw new Error(name, { cause: error });
    }
  }

  it('restores the target where it can be; the program proves where it cannot', () => {
    for (const { outcome, isFeasible } of found) {
      expect(isFeasible).toBe(outcome === PLAN.restores);
    }
  });

  it('costs at the median at most 1 % more than the cheapest plan, at worst 10 %', () => {
    const { medianRatio, worstRatio, restores } = figures(found);
    expect(restores).toBeGreaterThan(count / 2);
    expect(medianRatio).toBeLessThanOrEqual(1.01);
    const dear = found.filter(({ ratio = 0 }) => ratio > 1.1);
    expect(dear.map(({ name, ratio }) => ({ name, ratio }))).toEqual([]);
    expect(worstRatio).toBeLessThanOrEqual(1.1);
  });

  it('says no lower bound that a plan goes below', () => {
    for (const { boundRatio } of found) expect(boundRatio ?? 0).toBeLessThanOrEqual(1.000_1);
  });

  it('breaks no hedge where a cheaper plan keeps it', () => {
    expect(figures(found)['brokenHedges']).toBe(0);
  });

  it('is tried on portfolios of which half have two binding scenarios or more', () => {
    expect(figures(found)['bindingTwoOrMore']).toBeGreaterThanOrEqual(count / 2);
  });
});
