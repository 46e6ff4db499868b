import type { PlanInput } from '#libs/default-management';
import { Random } from '#libs/simulator';
import { black76Value } from '#libs/pricing';
import { I } from '#libs/market';
import { amountMinor, lots as wholeLots, ZERO } from '#libs/units';
import { future, listed, option } from '../support/contracts.js';
import { HouseDriver } from '../support/house-driver.js';
import { neutralTerms, scenarioRulebook } from '../support/scenario-rulebook.js';
import { account, DAY, PERP, SECOND, smallHouse, USD } from '../support/small-house.js';

const WEEK = 7 * 86_400 * SECOND;
const YEAR = 365 * 86_400 * SECOND;
const SPOT = 400_000;
const expiries = [DAY + WEEK, DAY + 4 * WEEK, DAY + 13 * WEEK] as const;
const MILLION = 1_000_000;
const BILLION = 1_000_000_000;
const STREAM = 1021;

/** A unit that fails, evaluated, and what its plan is made from. */
export interface FailingPortfolio {
  readonly input: PlanInput;
  /** Row of each position in the risk arrays. */
  readonly rows: readonly number[];
}

/**
 * A market of one perpetual, three dated futures and nine options of three expiries, a rulebook under
 * scenarios drawn by the seed, and portfolios of 10 to 13 of these that are below maintenance: hedged and
 * not, of few lots and of many, solvent or not, some with open orders that leave little certain.
 */
export class PortfolioMaker {
  readonly driver: HouseDriver;
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed, STREAM);
    this.driver = smallHouse(4);
    this.driver.accept(surface());
    for (const [at, expiresAt] of expiries.entries()) {
      const dated = { ...future, name: `F${String(at)}`, expiresAt };
      listed(this.driver, dated, Math.round(SPOT * (1 + 0.004 * (at + 1))));
      for (const [right, share] of [
        ['put', 0.92],
        ['call', 1.08],
        [at === 1 ? 'put' : 'call', 1],
      ] as const) {
        const strike = Math.round((SPOT * share) / 100) * 100;
        const contract = option(
          right,
          'equity',
          strike,
          `O${String(at)}-${right}-${String(share)}`,
        );
        listed(
          this.driver,
          { ...contract, expiresAt },
          optionMark(right === 'call', strike, expiresAt),
        );
      }
    }
    this.driver.accept(this.terms());
    this.driver.drain();
  }

  /** The next portfolio that fails. */
  next(): FailingPortfolio {
    for (;;) {
      const made = this.attempt();
      if (made !== undefined) return made;
    }
  }

  private attempt(): FailingPortfolio | undefined {
    const { random, driver } = this;
    const { evaluation } = driver.house.judgement;
    const { portfolio } = evaluation;
    const { instruments } = driver.state;
    portfolio.clear();
    const unit = account.alice;
    const scale = [12, 150, 4_000][random.below(3)]!;
    const style = [0, 1, 2, 2, 2][random.below(5)]!;
    const skips = style === 2 ? 0 : 3;
    const skipped = new Set(Array.from({ length: skips }, () => 1 + random.below(13)));
    for (let id = 1; id <= instruments.count; id++) {
      if (skipped.has(id)) continue;
      const side = this.sideOf(id, style);
      if (side === 0) continue;
      const size = 1 + random.below(scale);
      portfolio.add(unit, id, wholeLots(side * size), ZERO);
      if (random.below(12) === 0) {
        const own = wholeLots(random.below(size + 1));
        portfolio.addOrders(unit, id, side < 0 ? own : ZERO, side > 0 ? own : ZERO);
      }
    }
    if (style === 2) this.hedge();
    // Cash such that equity is the part of maintenance that is drawn: mostly just below it.
    evaluation.run(unit);
    const { equityMinor, maintenanceMinor } = evaluation.figures;
    const ppm = random.below(5) === 0 ? random.below(MILLION) : 850_000 + random.below(149_000);
    const wanted = Math.floor((maintenanceMinor / MILLION) * ppm);
    portfolio.cash[USD] = amountMinor(wanted - equityMinor);
    evaluation.run(unit);
    const { figures, rulebook } = evaluation;
    if (figures.maintenanceMinor < 1_000 || figures.equityMinor >= figures.maintenanceMinor) {
      return undefined;
    }
    const valuation = rulebook === undefined ? undefined : evaluation.valuationOf(rulebook);
    if (valuation === undefined) throw new Error('the portfolio has a valuation');
    const ids = Array.from(portfolio.instruments.subarray(0, portfolio.count));
    return { input: evaluation.planInput(false), rows: ids.map((id) => valuation.rowOf(id)) };
  }

  /** Lots of the perpetual with which the requirement is least: where up and down are as bad. */
  private hedge(): void {
    const { evaluation } = this.driver.house.judgement;
    const { portfolio } = evaluation;
    const place = portfolio.placeOf(account.alice, PERP);
    const maintenanceAt = (lots: number): number => {
      portfolio.lots[place] = wholeLots(lots);
      evaluation.run(account.alice);
      return evaluation.figures.maintenanceMinor;
    };
    let [low, high] = [-20_000, 20_000];
    while (high - low > 2) {
      const third = Math.floor((high - low) / 3);
      if (maintenanceAt(low + third) > maintenanceAt(high - third)) low += third;
      else high -= third;
    }
    maintenanceAt(low + 1 === 0 ? 1 : low + 1);
  }

  /** Anything; long what moves and insured by options; or short options on both sides. */
  private sideOf(id: number, style: number): number {
    const isOption = this.driver.state.instruments.get(id, I.underlying) === PERP;
    const coin = this.random.below(2) === 0 ? 1 : -1;
    if (style === 0) return coin;
    if (style === 1) return isOption ? coin : 1;
    return isOption ? -1 : coin * Number(id === PERP || this.random.below(3) === 0);
  }

  /** The perpetual, which the options are on, and the futures, each of which is one of its own. */
  private underlyings(): number[] {
    const { instruments } = this.driver.state;
    const ids = Array.from({ length: instruments.count }, (_, at) => at + 1);
    return ids.filter((id) => instruments.get(id, I.underlying) === 0);
  }

  private terms() {
    const { random } = this;
    const [base] = scenarioRulebook.scenarioTerms;
    const shocks = [-3, -2, -1, 0, 1, 2, 3].map((step) => step * (40 + random.below(40)) * MILLION);
    const volatilities = [0, 1, 2];
    const skews = random.below(2) === 0 ? [] : [3, 4];
    const scenarios = shocks.flatMap((shock) => volatilities.map((kind) => scenario(shock, kind)));
    return {
      ...scenarioRulebook,
      targetPpm: 1_020_000 + random.below(180_000),
      slippagePpm: 1_000 + random.below(19_000),
      liquidationFeePpm: random.below(5_000),
      scenarioTerms: [
        {
          ...neutralTerms,
          ...base,
          volatilityUpPpb: 100 * MILLION + random.below(400 * MILLION),
          volatilityDownPpb: 100 * MILLION + random.below(300 * MILLION),
          skewLinearCapPpb: random.below(100 * MILLION),
          skewAbsoluteCapPpb: random.below(100 * MILLION),
          skewLeastWidthPpb: 100 * MILLION,
          basisUpPpb: 45 * MILLION,
          basisDownPpb: -45 * MILLION,
          basisAddPpb: random.below(2) * random.below(BILLION),
          basisCompetes: random.below(2),
          linearContingencyPpb: random.below(15 * MILLION),
          shortOptionContingencyPpb: random.below(10 * MILLION),
          maintenancePpb: 800 * MILLION + random.below(200 * MILLION),
          addOnsScaled: random.below(2),
          offsetLimitPpb: random.below(3) === 0 ? 0 : random.below(800) * MILLION,
        },
      ],
      scenarioOffsets: this.underlyings().map((underlying) => ({
        underlying,
        gainPpb: random.below(1_001) * MILLION,
      })),
      scenarios: [...scenarios, ...skews.map((kind) => scenario(0, kind))],
    };
  }
}

function scenario(shockPpb: number, volatility: number) {
  return {
    priceShockPpb: shockPpb,
    linearShockPpb: shockPpb,
    volatility,
    weightPpb: BILLION,
    component: 0,
  };
}

function optionMark(isCall: boolean, strike: number, expiresAt: number): number {
  const timeYears = (expiresAt - DAY) / YEAR;
  const terms = { isCall, forward: SPOT, strike, timeYears, volatility: 0.5, rate: 0 };
  return Math.max(1, Math.round(black76Value(terms)));
}

function surface() {
  return {
    type: 'VolatilitySurfaceObserved',
    instrument: PERP,
    observedAt: DAY,
    confidencePpm: MILLION,
    expiries: expiries.map((expiry, at) => ({
      expiry,
      forwardTicks: Math.round(SPOT * (1 + 0.004 * (at + 1))),
    })),
    points: expiries.map((_, expiryPlace) => ({
      expiryPlace,
      strikeTicks: SPOT,
      volatilityPpm: 500_000,
    })),
  } as const;
}
