import { invariant } from '#libs/units';
import { A, M, MEMBER, SAGA } from '#libs/clearing';
import { levelMinor } from '#libs/margin';
import { isWaiting } from './account-standing.js';
import { cancelOrders } from './cancellation.js';
import type { DecisionContext } from './context.js';
import { closeOutMember, defaultAccount } from './default.js';
import { reduce } from './tranche.js';

/**
 * Goes on with a unit under liquidation that waits for no venue: recovered, its open orders to be
 * cancelled, planned, or (with nothing left to reduce) defaulted (docs/rules.md 8 and 10). Evaluates
 * the unit anew.
 */
export function liquidate(context: DecisionContext, unit: number, cause: number): void {
  const { state, judgement } = context;
  const { evaluation } = judgement;
  if (!evaluation.evaluate(unit) || evaluation.figures.gated) return;
  const { rulebook, figures } = evaluation;
  invariant(!isWaiting(state, unit), 'a liquidation goes on when no venue is waited for');
  const saga = state.accounts.get(unit, A.sagaState);
  invariant(saga === SAGA.liquidating, 'what is liquidated is under liquidation');
  if (rulebook === undefined) return;
  const toFlat = mustBeFlat(context, unit);
  const target = levelMinor(figures.maintenanceMinor, rulebook.source.targetPpm);
  const isFlat = evaluation.openPositions === 0;
  const isAtTarget = figures.equityMinor >= target && (isFlat || !toFlat);
  if (!isAtTarget && cancelOrders(context, unit, rulebook.source.orderTimeoutUs, cause)) return;
  if (!isAtTarget && !isFlat) {
    reduce(context, unit, toFlat, cause);
    return;
  }
  if (isAtTarget) recover(context, unit, cause);
  else defaultAccount(context, unit, cause);
  if (toFlat) closeOutMember(context, state.accounts.get(unit, A.member), cause);
}

function recover(context: DecisionContext, unit: number, cause: number): void {
  const breach = context.state.accounts.get(unit, A.breach);
  const figures = context.judgement.figures();
  context.emit({ type: 'LiquidationCompleted', account: unit, breach, ...figures }, cause);
}

/** The house account of a member in default is closed out entirely. */
function mustBeFlat({ state }: DecisionContext, unit: number): boolean {
  const member = state.accounts.get(unit, A.member);
  return (
    member !== 0 &&
    state.members.get(member, M.sagaState) === MEMBER.defaulted &&
    state.members.get(member, M.houseAccount) === unit
  );
}
