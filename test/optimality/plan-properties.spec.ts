import { PLAN, planAtLeastCost, type PlanInput } from '#libs/default-management';
import { levelMinor } from '#libs/margin';
import { Random } from '#libs/simulator';
import { type Lots, lots as wholeLots } from '#libs/units';
import { account } from '../support/small-house.js';
import { PortfolioMaker } from './failing-portfolios.js';

/** What holds of every plan, on generated portfolios; `NOVATE_SEEDS=200` tries more markets. */
const markets = Number(process.env['NOVATE_SEEDS'] ?? 3);
const PER_MARKET = 12;
const STREAM = 1022;

/** The unit that was evaluated last, its positions and orders taken up in another order. */
function shuffled(maker: PortfolioMaker, random: Random): PlanInput {
  const { evaluation } = maker.driver.house.judgement;
  const { portfolio } = evaluation;
  const { count, orders } = portfolio;
  const held = Array.from({ length: count }, (_, k) => ({
    instrument: portfolio.instruments[k]!,
    lots: portfolio.lots[k]!,
    cost: portfolio.costs[k]!,
    rank: random.below(1_000_000),
  })).sort((a, b) => a.rank - b.rank);
  const open = [...orders].reverse();
  portfolio.count = 0;
  orders.length = 0;
  for (const { instrument, lots, cost } of held) {
    portfolio.add(account.alice, instrument, lots, cost);
  }
  for (const own of open)
    portfolio.addOrders(own.account, own.instrument, own.buyLots, own.sellLots);
  evaluation.run(account.alice);
  return evaluation.planInput(false);
}

/** Every portfolio of some markets. */
function forEachPortfolio(
  check: (maker: PortfolioMaker, input: PlanInput, random: Random) => void,
) {
  for (let seed = 1; seed <= markets; seed++) {
    const maker = new PortfolioMaker(500 + seed);
    const random = new Random(seed, STREAM);
    for (let k = 0; k < PER_MARKET; k++) check(maker, maker.next().input, random);
  }
}

describe('a plan at least cost', () => {
  it('is the same in whatever order the positions and open orders came', () => {
    forEachPortfolio((maker, input, random) => {
      const plan = planAtLeastCost(input);
      expect(planAtLeastCost(shuffled(maker, random))).toEqual(plan);
    });
  });

  it('leaves the portfolio as it was, and takes each position once, no more than is certain', () => {
    forEachPortfolio((_, input) => {
      const before = input.portfolio.lots.slice(0, input.portfolio.count);
      const { tranches, rejected } = planAtLeastCost(input);
      expect(input.portfolio.lots.slice(0, input.portfolio.count)).toEqual(before);
      const taken = tranches.map(({ instrument }) => instrument);
      expect(new Set(taken).size).toBe(taken.length);
      for (const { instrument } of rejected) expect(taken).not.toContain(instrument);
    });
  });

  it('orders within what may be ordered now, and does not leave the unit worse', () => {
    let slices = 0;
    forEachPortfolio((_, input, random) => {
      const { portfolio, figures, rulebook } = input;
      const room = Float64Array.from(portfolio.lots.subarray(0, portfolio.count), (lots) =>
        random.below(Math.abs(lots) + 1),
      );
      const executableLots = (k: number): Lots => wholeLots(room[k]!);
      const plan = planAtLeastCost({ ...input, executableLots });
      for (const { account: who, instrument, quantityLots } of plan.tranches) {
        expect(quantityLots).toBeLessThanOrEqual(room[portfolio.placeOf(who, instrument)]!);
      }
      if (plan.outcome !== PLAN.slice) return;
      slices += 1;
      const last = plan.tranches.at(-1);
      const { targetPpm } = rulebook.source;
      const surplus =
        last === undefined
          ? 0
          : last.equityAfterMinor - levelMinor(last.maintenanceAfterMinor, targetPpm);
      expect(surplus).toBeGreaterThanOrEqual(figures.equityMinor - plan.targetMinor);
    });
    expect(slices).toBeGreaterThan(0);
  });

  it('closes everything that is certain where it is asked to', () => {
    forEachPortfolio((_, input) => {
      const plan = planAtLeastCost({ ...input, toFlat: true });
      expect(plan.outcome).toBe(PLAN.closeOut);
      expect(plan.tranches.length).toBeGreaterThan(0);
    });
  });
});
