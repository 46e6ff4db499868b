import { figuresIn, type MarginFigures } from './margin-figures.js';
import type { TwinContext } from './twin-context.js';
import { rowOf } from './twin-state.js';

/** A unit comes under liquidation; the step after that is its plan. */
export function openLiquidation(
  twin: TwinContext,
  unit: number,
  breachId: number,
  figures: MarginFigures,
  cause: number,
): void {
  const account = rowOf(twin.state.accounts, unit);
  Object.assign(account, { state: 'liquidating', call: 0, callDeadline: 0, nextOrdinal: 0 });
  account.breach = breachId;
  const opened = twin.emit(
    { type: 'LiquidationOpened', account: unit, breach: breachId, ...figuresIn(figures) },
    cause,
  );
  twin.continueLiquidation(unit, opened);
}
