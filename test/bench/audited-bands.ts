/**
 * Safe bands with brute force beside them: at an audited price every holder is evaluated, over the
 * same rows and by the same function, before the house judges those whom the bands name.
 */
import { A, SAGA } from '#libs/clearing';
import { type Evaluation, type HouseState, SafeBands, unitsHolding } from '#libs/clearing-house';
import { compareSeverity, levelMinor, type Severity } from '#libs/margin';
import { minus, type PriceTicks } from '#libs/units';

/** What everybody's figures call for at one price: accounts in the order of the events. */
export interface Verdict {
  readonly warned: readonly number[];
  readonly cleared: readonly number[];
  readonly breached: readonly number[];
}

export class AuditedBands extends SafeBands {
  /** What brute force found at the last price; undefined unless it was audited. */
  verdict: Verdict | undefined;
  isAuditing = false;
  auditedPrices = 0;
  auditSeconds = 0;
  readonly #state: HouseState;
  readonly #evaluation: Evaluation;

  constructor(state: HouseState, evaluation: Evaluation) {
    super(state, evaluation);
    this.#state = state;
    this.#evaluation = evaluation;
  }

  override touched(instrument: number, priceTicks: PriceTicks): number[] {
    this.verdict = this.isAuditing ? this.#judgeEverybody(instrument) : undefined;
    return super.touched(instrument, priceTicks);
  }

  #judgeEverybody(instrument: number): Verdict {
    const start = performance.now();
    const evaluated = this.#evaluation.evaluations;
    const warned: number[] = [];
    const cleared: number[] = [];
    const breached: Severity[] = [];
    for (const unit of unitsHolding(this.#state, instrument)) {
      const saga = this.#state.accounts.get(unit, A.sagaState);
      if (saga > SAGA.warned || !this.#evaluation.evaluate(unit)) continue;
      const { figures, rulebook } = this.#evaluation;
      if (rulebook === undefined || figures.gated) continue;
      const { equityMinor, maintenanceMinor } = figures;
      const { warningPpm, warningClearPpm } = rulebook.source;
      if (equityMinor < maintenanceMinor) {
        const deficitMinor = minus(maintenanceMinor, equityMinor);
        breached.push({ account: unit, deficitMinor, maintenanceMinor });
      } else if (saga === SAGA.healthy) {
        if (equityMinor < levelMinor(maintenanceMinor, warningPpm)) warned.push(unit);
      } else if (equityMinor >= levelMinor(maintenanceMinor, warningClearPpm)) cleared.push(unit);
    }
    this.#evaluation.evaluations = evaluated;
    this.auditedPrices += 1;
    this.auditSeconds += (performance.now() - start) / 1000;
    breached.sort(compareSeverity);
    return { warned, cleared, breached: breached.map(({ account }) => account) };
  }
}
