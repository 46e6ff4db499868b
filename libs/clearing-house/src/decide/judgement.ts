import { A, SAGA, SWEEP } from '#libs/clearing';
import {
  CALL_MEMBER,
  compareSeverity,
  levelMinor,
  LIQUIDATE,
  type Rulebook,
  type Severity,
} from '#libs/margin';
import { type AmountMinor, invariant, minus, mix48, MIX48_SEED, ZERO } from '#libs/units';
import { isWaiting } from './account-standing.js';
import type { DecisionContext } from './context.js';
import { liquidate } from './liquidation.js';
import { SafeBands } from '../bands/safe-bands.js';
import type { Watch, WatchMaker } from '../bands/watch.js';
import { Evaluation } from './evaluation.js';
import { isGivenTime } from './hedge-loss.js';
import { startMarginSweep } from './market.js';

/** Breach sets larger than this are queued and drained in slices. */
export const BREACHES_AT_ONCE = 32;
/** Other transitions of one cause; the rest waits for a margin sweep. */
export const TRANSITIONS_AT_ONCE = 1024;
const QUEUE_PART = 1000;
/** Most severe breaches that are queued; a frame must hold the list. The margin sweep finds the rest. */
const QUEUE_MAX = 262_144;

/** What one judgement of a unit would do. */
const NOTHING = 0;
const BREACH = 1;
const OTHER = 2;

/** Equity and requirements as they stand in events. */
export interface Figures {
  equityMinor: AmountMinor;
  maintenanceMinor: AmountMinor;
  initialMinor: AmountMinor;
}

/** Judges margin units against their levels and records what follows (docs/rules.md 7). */
export class Judgement {
  readonly evaluation: Evaluation;
  /** Whom a price or a trade can concern; everybody else need not be judged. */
  readonly bands: Watch;
  private readonly breaches: Severity[] = [];
  private readonly others: number[] = [];

  constructor(
    private readonly context: DecisionContext,
    watchOf: WatchMaker = (state, evaluation) => new SafeBands(state, evaluation),
  ) {
    this.evaluation = new Evaluation(context.state);
    this.bands = watchOf(context.state, this.evaluation);
  }

  /** A copy of the figures of the last evaluation, for an event. */
  figures(): Figures {
    const { equityMinor, maintenanceMinor, initialMinor } = this.evaluation.figures;
    return { equityMinor, maintenanceMinor, initialMinor };
  }

  /** Judges one unit. Returns true when it breached. */
  judge(unit: number, ordinal: number, cause: number): boolean {
    const step = this.classify(unit);
    if (step === NOTHING) {
      this.bands.settle(unit);
      return false;
    }
    if (step === BREACH) {
      this.breach(unit, ordinal, cause);
      return true;
    }
    this.transition(unit, cause);
    return false;
  }

  /** Goes on with a unit under liquidation that waits for no venue. */
  goOn(unit: number, cause: number): void {
    liquidate(this.context, unit, cause);
  }

  /** Judges both units of a trade, bust or the like. */
  judgePair(first: number, second: number, cause: number): void {
    const hasBreached = this.judge(first, 0, cause);
    if (second !== first) this.judge(second, hasBreached ? 1 : 0, cause);
  }

  /** Judges many units of one cause: other transitions by account, then breaches in total order. */
  judgeMany(units: readonly number[], cause: number): void {
    this.breaches.length = 0;
    this.others.length = 0;
    for (const unit of units) {
      const step = this.classify(unit);
      if (step === NOTHING) this.bands.settle(unit);
      if (step === OTHER) this.others.push(unit);
      if (step === BREACH) this.noteBreach(unit);
    }
    if (this.others.length === 0 && this.breaches.length === 0) return;
    const ordered = [...this.breaches].sort(compareSeverity);
    assertOrdered(ordered);
    this.judgeOthers(cause);
    if (ordered.length > BREACHES_AT_ONCE) {
      this.queue(ordered.slice(0, QUEUE_MAX), cause);
      return;
    }
    for (const [ordinal, { account }] of ordered.entries()) this.judge(account, ordinal, cause);
  }

  /** Transitions other than breaches; more than one frame can hold are left to a margin sweep. */
  private judgeOthers(cause: number): void {
    const units = [...this.others].sort((a, b) => a - b);
    for (const unit of units.slice(0, TRANSITIONS_AT_ONCE)) this.judge(unit, 0, cause);
    if (units.length > TRANSITIONS_AT_ONCE) startMarginSweep(this.context, cause);
  }

  private noteBreach(unit: number): void {
    const { equityMinor, maintenanceMinor } = this.evaluation.figures;
    this.breaches.push({
      account: unit,
      deficitMinor: minus(maintenanceMinor, equityMinor),
      maintenanceMinor,
    });
  }

  /** Opens a breach set; while one is being drained, a margin sweep at its end will find these. */
  private queue(ordered: readonly Severity[], cause: number): void {
    const { state } = this.context;
    if (state.breachQueue.accounts.length > 0) return;
    let setHash = MIX48_SEED;
    for (const { account } of ordered) setHash = mix48(setHash, account);
    const started = this.context.emit(
      {
        type: 'SweepStarted',
        sweepKind: SWEEP.breach,
        instrument: 0,
        priceTicks: ZERO,
        ratePpb: 0,
        accountCount: ordered.length,
        setHash,
      },
      cause,
    );
    for (let from = 0; from < ordered.length; from += QUEUE_PART) {
      const accounts = ordered.slice(from, from + QUEUE_PART).map(({ account }) => ({ account }));
      this.context.emit({ type: 'BreachQueued', from, accounts }, started);
    }
  }

  private classify(unit: number): number {
    const { accounts } = this.context.state;
    const saga = accounts.get(unit, A.sagaState);
    if (saga >= SAGA.defaulted || accounts.get(unit, A.closed) !== 0) return NOTHING;
    if (saga === SAGA.liquidating && isWaiting(this.context.state, unit)) return NOTHING;
    if (!this.evaluation.evaluate(unit) || this.evaluation.figures.gated) return NOTHING;
    if (saga === SAGA.liquidating) return OTHER;
    const { rulebook } = this.evaluation;
    if (rulebook === undefined) return NOTHING;
    const { equityMinor, maintenanceMinor, initialMinor } = this.evaluation.figures;
    if (saga === SAGA.called) return equityMinor >= initialMinor ? OTHER : NOTHING;
    if (equityMinor < maintenanceMinor) {
      if (isGivenTime(this.context.state, unit, this.evaluation.figures)) return NOTHING;
      return accounts.get(unit, A.queuedPlace) === 0 ? BREACH : NOTHING;
    }
    return this.isWarningDue(saga, rulebook) ? OTHER : NOTHING;
  }

  private isWarningDue(saga: number, rulebook: Rulebook): boolean {
    const { equityMinor, maintenanceMinor } = this.evaluation.figures;
    const { warningPpm, warningClearPpm } = rulebook.source;
    return saga === SAGA.healthy
      ? equityMinor < levelMinor(maintenanceMinor, warningPpm)
      : equityMinor >= levelMinor(maintenanceMinor, warningClearPpm);
  }

  /** A transition other than a breach; the unit was just classified as OTHER. */
  private transition(unit: number, cause: number): void {
    const { state } = this.context;
    const saga = state.accounts.get(unit, A.sagaState);
    if (saga === SAGA.liquidating) {
      liquidate(this.context, unit, cause);
      return;
    }
    const figures = this.figures();
    if (saga === SAGA.called) {
      const call = state.accounts.get(unit, A.call);
      this.context.emit({ type: 'MarginCallMet', account: unit, call, ...figures }, cause);
      return;
    }
    const type = saga === SAGA.healthy ? 'AccountWarned' : 'WarningCleared';
    this.context.emit({ type, account: unit, ...figures }, cause);
  }

  private breach(unit: number, ordinal: number, cause: number): void {
    const { state } = this.context;
    const figures = this.figures();
    const { rulebook } = this.evaluation;
    if (rulebook === undefined) return;
    const { equityMinor, maintenanceMinor, initialMinor } = figures;
    const deficitMinor = minus(maintenanceMinor, equityMinor);
    invariant(deficitMinor > 0, 'a breach has a deficit');
    const breach = this.context.emit(
      { type: 'MarginBreached', account: unit, ordinal, ...figures, deficitMinor },
      cause,
    );
    const policy = rulebook.onBreach(state.accounts.get(unit, A.kind));
    if (policy === LIQUIDATE) {
      const opened = this.context.emit(
        { type: 'LiquidationOpened', account: unit, breach, ...figures },
        breach,
      );
      liquidate(this.context, unit, opened);
      return;
    }
    invariant(initialMinor >= maintenanceMinor, 'a call asks for no less than the deficit');
    const member = policy === CALL_MEMBER ? state.accounts.get(unit, A.member) : 0;
    this.context.emit(
      {
        type: 'MarginCallIssued',
        account: unit,
        callee: member === 0 ? 0 : 1,
        member,
        breach,
        amountMinor: minus(initialMinor, equityMinor),
        deadline: state.clock.timeUs + rulebook.source.callWindowUs,
      },
      breach,
    );
  }
}

/** A total order: of two breaches, one comes first, and nobody breaches twice for one cause. */
function assertOrdered(breaches: readonly Severity[]): void {
  for (let k = 1; k < breaches.length; k++) {
    const [before, after] = [breaches[k - 1], breaches[k]];
    invariant(before !== undefined && after !== undefined, 'breaches are dense');
    invariant(compareSeverity(before, after) < 0, 'breaches are in a total order');
  }
}
