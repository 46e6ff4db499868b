import { A, P, POOL } from '#libs/clearing';
import { evaluateLinear, type MarginFigures, Portfolio, type Rulebook } from '#libs/margin';
import type { HouseState } from '../state/house-state.js';

/**
 * Evaluates margin units: gathers a unit's positions and cash into one reused portfolio and asks the
 * margin model. Read-only on the state.
 */
export class Evaluation {
  readonly portfolio = new Portfolio();
  readonly figures: MarginFigures = {
    equityMinor: 0,
    maintenanceMinor: 0,
    initialMinor: 0,
    gated: false,
  };
  /** Rulebook and base currency of the unit evaluated last. */
  rulebook: Rulebook | undefined;
  baseCurrency = 0;
  /** Positions with lots in the unit evaluated last. */
  openPositions = 0;
  /** Units evaluated since the start; derived, in no root: what monitoring costs. */
  evaluations = 0;

  constructor(private readonly state: HouseState) {}

  /** Evaluates a unit as it stands; false when its pool has no rulebook. */
  evaluate(unit: number): boolean {
    this.gather(unit);
    return this.run(unit);
  }

  /** Gathers without evaluating, so that a caller can change the portfolio first. */
  gather(unit: number): void {
    const { accounts, balances, currencies } = this.state;
    const { portfolio } = this;
    portfolio.count = 0;
    this.openPositions = 0;
    for (let c = 1; c <= currencies.count; c++) {
      portfolio.cash[c] = balances.balance(unit, c) - balances.reserved(unit, c);
    }
    this.gatherPositions(unit);
    const clients = accounts.clientsOf(unit);
    if (clients === undefined) return;
    for (let k = 0; k < clients.length; k++) this.gatherPositions(clients[k] ?? 0);
  }

  private gatherPositions(account: number): void {
    const { positions } = this.state;
    const { data, stride } = positions;
    let at = positions.first(account) * stride;
    const end = at + positions.countOf(account) * stride;
    for (; at < end; at += stride) {
      const lots = data[at + P.lots] ?? 0;
      const cost = data[at + P.costMinor] ?? 0;
      if (lots !== 0) this.openPositions += 1;
      else if (cost === 0) continue;
      this.portfolio.add(account, data[at + P.instrument] ?? 0, lots, cost);
    }
  }

  /** Evaluates what was gathered for the unit. */
  run(unit: number): boolean {
    const { accounts, pools, rulebooks } = this.state;
    const pool = accounts.get(unit, A.pool);
    this.rulebook = rulebooks.inForce(pool);
    this.baseCurrency = pools.get(pool, POOL.baseCurrency);
    if (this.rulebook === undefined) return false;
    this.evaluations += 1;
    evaluateLinear(this.portfolio, this.state, this.rulebook, this.baseCurrency, this.figures);
    return true;
  }
}
