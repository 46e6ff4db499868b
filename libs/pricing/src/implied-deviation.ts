import { invariant } from '#libs/units';
import { timeValue } from './black.js';
import { logRatio } from './logarithm.js';

/** From here a value is its upper bound as a double, for any moneyness that prices have. */
const DEVIATION_MAX = 100;

/** An option whose undiscounted value is known and whose volatility is asked for. */
export interface ValuedOption {
  readonly isCall: boolean;
  /** All in one unit. */
  readonly forward: number;
  readonly strike: number;
  readonly value: number;
}

/**
 * The deviation (volatility x sqrt(time)) at which Black's formula gives the value: by bisection down to
 * neighbouring doubles, so that the same inputs give the same bits everywhere. 0 when the value is at or
 * below the payoff; undefined when it is at or above what any volatility gives.
 *
 * @throws InvariantViolation unless forward and strike are positive
 */
export function impliedDeviation(option: ValuedOption): number | undefined {
  const { isCall, forward, strike, value } = option;
  invariant(forward > 0 && strike > 0, 'an option has a forward and a strike above 0');
  invariant(Math.abs(value) < Infinity, 'a value is a number');
  const extra = value - Math.max(isCall ? forward - strike : strike - forward, 0);
  if (!(extra > 0)) return 0;
  const lower = Math.min(forward, strike);
  const distance = logRatio(Math.max(forward, strike), lower);
  if (timeValue(lower, distance, DEVIATION_MAX) <= extra) return undefined;
  invariant(distance >= 0 && distance < Infinity, 'a moneyness is a number');
  let below = 0;
  let above = DEVIATION_MAX;
  for (;;) {
    const middle = below + (above - below) / 2;
    if (middle <= below || middle >= above) return above;
    if (timeValue(lower, distance, middle) < extra) below = middle;
    else above = middle;
  }
}
