import { type AmountMinor, invariant, minus, ZERO } from '#libs/units';
import { A, P, POOL } from '#libs/clearing';
import type { PlanInput } from '#libs/default-management';
import {
  evaluateUnit,
  fillShares,
  levelMinor,
  LinearRequirement,
  type MarginFigures,
  type RequirementModel,
  ScenarioRequirement,
  ScenarioValuation,
  type UnitExplanation,
  Portfolio,
  requirements,
  type Rulebook,
} from '#libs/margin';
import { I, SETTLING } from '#libs/market';
import { logicOf } from '../logic/index.js';
import type { HouseState } from '../state/house-state.js';

/**
 * Evaluates margin units: gathers a unit's positions and cash into one reused portfolio and asks the
 * margin model. Read-only on the state.
 */
export class Evaluation {
  readonly portfolio = new Portfolio();
  readonly figures: MarginFigures = {
    equityMinor: ZERO,
    maintenanceMinor: ZERO,
    initialMinor: ZERO,
    initialAtRestMinor: ZERO,
    orderMarginMinor: ZERO,
    gated: false,
  };
  /** Rulebook and base currency of the unit evaluated last. */
  rulebook: Rulebook | undefined;
  baseCurrency = 0;
  /** Positions with lots in the unit evaluated last. */
  openPositions = 0;
  /** Units evaluated since the start; derived, in no root: what monitoring costs. */
  evaluations = 0;

  /** Derived, in no root. */
  private readonly valuations = new WeakMap<Rulebook, ScenarioValuation>();

  constructor(private readonly state: HouseState) {}

  /** Equity less the initial requirement with open orders; below 0 nothing that adds risk is taken. */
  get excessMinor(): AmountMinor {
    const { equityMinor, initialMinor, orderMarginMinor: orders } = this.figures;
    return minus(minus(equityMinor, initialMinor), orders);
  }

  /** Whether equity is at the level that a withdrawal has to leave, beside the initial requirement. */
  get isReleasable(): boolean {
    const { figures, rulebook } = this;
    invariant(rulebook !== undefined, 'a level is of the rules of a pool');
    const { releasePpm } = rulebook.source;
    return (
      releasePpm === 0 || figures.equityMinor >= levelMinor(figures.maintenanceMinor, releasePpm)
    );
  }

  /** Evaluates a unit as it stands; false when its pool has no rulebook. */
  evaluate(unit: number): boolean {
    this.gather(unit);
    return this.run(unit);
  }

  /**
   * Whether every position of the unit evaluated last, with its orders, has a value. Where one has none
   * the requirement is not known, and figures say 0.
   */
  get isValued(): boolean {
    const { portfolio, rulebook } = this;
    if (rulebook?.scenario === undefined) return true;
    const valuation = this.valuationOf(rulebook);
    const isKnown = (id: number): boolean => valuation?.ids.includes(id) ?? false;
    const held = Array.from(portfolio.instruments.subarray(0, portfolio.count));
    return (
      held.every((id, k) => portfolio.lots[k] === 0 || isKnown(id)) &&
      portfolio.orders.every(({ instrument }) => isKnown(instrument))
    );
  }

  /** Gathers without evaluating, so that a caller can change the portfolio first. */
  gather(unit: number): void {
    const { accounts, balances, currencies, openOrders } = this.state;
    invariant(accounts.has(unit), 'an account that exists is evaluated');
    const { portfolio } = this;
    portfolio.count = 0;
    if (portfolio.orders.length > 0) portfolio.orders.length = 0;
    this.openPositions = 0;
    for (let c = 1; c <= currencies.count; c++) {
      portfolio.cash[c] = minus(balances.balance(unit, c), balances.reserved(unit, c));
    }
    this.gatherPositions(unit);
    if (!openOrders.isEmpty) this.gatherOrders(unit);
    const clients = accounts.clientsOf(unit);
    if (clients === undefined) return;
    for (let k = 0; k < clients.length; k++) {
      this.gatherPositions(clients[k] ?? 0);
      if (!openOrders.isEmpty) this.gatherOrders(clients[k] ?? 0);
    }
  }

  private gatherPositions(account: number): void {
    const { positions } = this.state;
    const first = positions.first(account);
    const end = first + positions.countOf(account);
    for (let row = first; row < end; row++) {
      const lots = positions.get(row, P.lots);
      const cost = positions.get(row, P.costMinor);
      if (lots !== 0) this.openPositions += 1;
      else if (cost === 0) continue;
      this.portfolio.add(account, positions.get(row, P.instrument), lots, cost);
    }
  }

  /** Orders in a contract that is settling or expired cannot fill and do not count. */
  private gatherOrders(account: number): void {
    const { openOrders, instruments } = this.state;
    for (const { instrument, buyLots, sellLots } of openOrders.of(account)) {
      if (buyLots + sellLots === 0) continue;
      if (instruments.get(instrument, I.marketState) >= SETTLING) continue;
      this.portfolio.addOrders(account, instrument, buyLots, sellLots);
    }
  }

  /** Evaluates what was gathered for the unit. */
  run(unit: number): boolean {
    const { accounts, pools, rulebooks } = this.state;
    const pool = accounts.get(unit, A.pool);
    this.rulebook = rulebooks.inForce(pool);
    this.baseCurrency = pools.get(pool, POOL.baseCurrency);
    invariant(accounts.get(unit, A.parent) === 0, 'a client is judged with its parent');
    if (this.rulebook === undefined) return false;
    this.evaluations += 1;
    const { portfolio, state, rulebook, baseCurrency, figures } = this;
    const valuation = rulebook.scenario === undefined ? undefined : this.valuationOf(rulebook);
    evaluateUnit(portfolio, state, rulebook, baseCurrency, valuation, figures);
    invariant(this.openPositions <= portfolio.count, 'open positions are among those gathered');
    return true;
  }

  /**
   * Requirement of the unit evaluated last if its positions were as the portfolio now says, under the
   * `scenario` model: what a plan tries.
   */
  maintenanceMinor(): AmountMinor {
    invariant(this.rulebook !== undefined, 'a unit was evaluated');
    const valuation = this.valuationOf(this.rulebook);
    return requirements(this.portfolio, valuation, { gated: false }).maintenanceMinor;
  }

  /** What a liquidation plan for the unit evaluated last is made from. */
  planInput(toFlat: boolean): PlanInput {
    const { portfolio, figures, rulebook, baseCurrency, state } = this;
    invariant(rulebook !== undefined, 'what is planned for has a rulebook');
    const whole = rulebook.scenario === undefined ? {} : { whole: this };
    const requirement = (): RequirementModel => this.requirementModel();
    const input = {
      portfolio,
      figures,
      market: state,
      rulebook,
      baseCurrency,
      toFlat,
      requirement,
    };
    return { ...input, ...whole };
  }

  /** The requirement of the unit evaluated last as a function of its lots. */
  private requirementModel(): RequirementModel {
    const { portfolio, rulebook, baseCurrency, state } = this;
    invariant(rulebook !== undefined, 'what is planned for has a rulebook');
    if (rulebook.scenario === undefined) {
      return new LinearRequirement(portfolio, state, rulebook, baseCurrency);
    }
    const valuation = this.valuationOf(rulebook);
    invariant(valuation !== undefined, 'what is planned for has a valuation');
    return new ScenarioRequirement(portfolio, valuation);
  }

  /** Fills in what each position adds to both requirements, under the `scenario` model. */
  fillShares(): UnitExplanation | undefined {
    const valuation = this.rulebook === undefined ? undefined : this.valuationOf(this.rulebook);
    return valuation === undefined ? undefined : fillShares(this.portfolio, valuation);
  }

  /** Whether an instrument is valued, under a rulebook, by what is older than that allows. */
  isOutdated(rulebook: Rulebook, instrument: number): boolean {
    if (rulebook.scenario === undefined) return false;
    return this.valuationOf(rulebook)?.isOutdated(instrument) ?? false;
  }

  /** The valuation of the present epoch under a rulebook; undefined before the first. */
  valuationOf(rulebook: Rulebook): ScenarioValuation | undefined {
    const { state } = this;
    const { valuation: epoch } = state;
    if (epoch.number === 0) return undefined;
    const known = this.valuations.get(rulebook);
    const capsForwards = logicOf(state.clock.logicVersion)?.capsForwards === true;
    const isPresent = known?.inputs.epoch === epoch.number;
    if (isPresent && known.inputs.capsForwards === capsForwards) return known;
    const made = new ScenarioValuation(rulebook, {
      instruments: state.instruments,
      epoch: epoch.number,
      openedAtUs: epoch.openedAtUs,
      capsForwards,
      ...this.baseCurrencyInputs(rulebook),
      nowUs: () => state.clock.timeUs,
      epochMarkTicks: (id) => epoch.markTicks(id),
      epochDoubtPpm: (id) => epoch.doubtPpm(id),
      surfaceMarkTicks: (underlying) => epoch.surfaceMarkTicks(underlying),
      surface: (underlying) => state.surfaces.of(underlying),
      surfaceReceivedAt: (underlying) => state.surfaces.receivedAt(underlying),
      forward: (underlying, expiry) => state.forwards.at(underlying, expiry),
    });
    this.valuations.set(rulebook, made);
    return made;
  }

  /** Price and rates of the base currency of a rulebook's pool. */
  private baseCurrencyInputs({ source }: Rulebook) {
    const { currencies, pools, rates } = this.state;
    const base = pools.get(source.pool, POOL.baseCurrency);
    return {
      basePriceMicros: currencies.priceMicros(base),
      rate: (expiry: number) => rates.nearest(base, expiry),
    };
  }
}
