import { ppmUp, type Decimal } from '../twin/decimal-arithmetic.js';
import { figuresOf, type MarginFigures } from '../twin/margin-figures.js';
import { rowOf, type TwinAccount } from '../twin/twin-state.js';
import { purses } from './cash-drafts.js';
import type { Draft } from './steps.js';
import { oneOf, type WorldContext } from './world-context.js';

/** The level at which something ends for a unit in its state. */
function exitOf({ state }: TwinAccount, figures: MarginFigures): Decimal {
  const { maintenance, initial, rulebook } = figures;
  if (state === 'warned') return ppmUp(maintenance, rulebook.warningClearPpm);
  if (state === 'liquidating') return ppmUp(maintenance, rulebook.targetPpm);
  return initial;
}

/**
 * A deposit or withdrawal that brings a unit exactly to the level at which its state changes, or one
 * minor unit short of it: where "at least" and "more than" differ.
 */
export function preciseDraft(context: WorldContext): Draft | undefined {
  const { random, state } = context;
  const unsettled = purses(context).filter((id) => {
    const unitState = rowOf(state.accounts, id).state;
    return unitState === 'warned' || unitState === 'called' || unitState === 'liquidating';
  });
  const account = oneOf(random, random.below(4) === 0 ? purses(context) : unsettled);
  if (account === undefined) return undefined;
  const figures = figuresOf(state, account);
  if (figures === undefined || figures.isGated || figures.open.length === 0) return undefined;
  const missing = exitOf(rowOf(state.accounts, account), figures).sub(figures.equity).toNumber();
  const amountMinor = Math.abs(missing) + (random.below(3) === 0 ? -1 : 0);
  if (amountMinor < 1) return undefined;
  const type = missing > 0 ? 'CollateralDeposited' : 'WithdrawalRequested';
  return { type, account, currency: figures.base, amountMinor };
}
