import { type AmountMinor, invariant, ppmCeil } from '#libs/units';
import { A, SAGA, SWEEP } from '#libs/clearing';
import type { HouseState } from '../state/house-state.js';
import type { DecisionContext } from './context.js';
import { executionTermsOf } from './execution-terms.js';

const BY_EXPIRY = 0;

/** A unit before one of its positions ended by no act of its own. */
interface BeforeLoss {
  readonly unit: number;
  /** Its maintenance requirement then, base currency. */
  readonly before: AmountMinor;
}

/** Requirements of the units whose positions a slice of an expiry will end, where time is given for it. */
export function beforeExpiry(
  { state, judgement }: DecisionContext,
  sweepKind: number,
  units: readonly number[],
): BeforeLoss[] {
  if (sweepKind !== SWEEP.expiry) return [];
  const before: BeforeLoss[] = [];
  for (const unit of units) {
    if ((executionTermsOf(state, unit)?.hedgeGraceUs ?? 0) === 0) continue;
    const { evaluation } = judgement;
    if (!evaluation.evaluate(unit) || !evaluation.isValued) continue;
    before.push({ unit, before: evaluation.figures.maintenanceMinor });
  }
  return before;
}

export function noteLostHedges(
  context: DecisionContext,
  losses: readonly BeforeLoss[],
  instrument: number,
  cause: number,
): void {
  for (const loss of losses) {
    noteLostHedge(context, { ...loss, instrument, how: BY_EXPIRY }, cause);
  }
}

/**
 * A position ended and the requirement of its unit rose: it was a hedge. The unit is given time before it
 * is liquidated for that (docs/rules.md 8b); time that runs already is not prolonged.
 */
export function noteLostHedge(
  context: DecisionContext,
  loss: BeforeLoss & { readonly instrument: number; readonly how: number },
  cause: number,
): void {
  const { state, judgement } = context;
  const { unit, instrument, how, before } = loss;
  const grace = executionTermsOf(state, unit)?.hedgeGraceUs ?? 0;
  if (grace === 0 || state.accounts.get(unit, A.sagaState) > SAGA.warned) return;
  const { evaluation } = judgement;
  if (!evaluation.evaluate(unit) || !evaluation.isValued) return;
  const figures = judgement.figures();
  if (figures.maintenanceMinor <= before) return;
  const isRunning = state.hedgeGraces.untilOf(unit) !== 0;
  const until = isRunning ? 0 : state.clock.timeUs + grace;
  const body = { account: unit, instrument, how, maintenanceBeforeMinor: before, until };
  context.emit({ type: 'HedgeLost', ...body, ...figures }, cause);
}

/**
 * Whether the unit evaluated last, which is below its requirement, is given time for a lost hedge: not
 * when it is below the floor of the execution terms, nor under water.
 */
export function isGivenTime(
  state: HouseState,
  unit: number,
  { equityMinor, maintenanceMinor }: { equityMinor: AmountMinor; maintenanceMinor: AmountMinor },
): boolean {
  if (state.hedgeGraces.untilOf(unit) === 0) return false;
  const terms = executionTermsOf(state, unit);
  if (terms === undefined || equityMinor < 0) return false;
  invariant(state.hedgeGraces.untilOf(unit) >= state.clock.timeUs, 'time that is over was taken');
  return equityMinor >= ppmCeil(maintenanceMinor, terms.hedgeGraceFloorPpm);
}
