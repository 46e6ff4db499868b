import { isCollateralised, isReducing } from '#libs/margin';
import { invariant } from '#libs/units';
import {
  isReduction,
  risksOf,
  type ScaledAccount,
  type ScaledPosition,
  sliceBankruptcyMinor,
} from './slice-price.js';

/** Two accounts that close against each other, outside of any book. */
export interface DeleveragingPair {
  readonly liquidated: ScaledAccount;
  readonly offsetting: ScaledAccount;
  /** The positions in question, which are among those of the accounts. */
  readonly liquidatedPosition: ScaledPosition | undefined;
  readonly offsettingPosition: ScaledPosition | undefined;
  /** What the liquidated position changes by, signed. */
  readonly change: number;
  /** At the oracle's price in a final settlement, otherwise at the bankruptcy price. */
  readonly isAtOracle: boolean;
}

export type Deleveraged =
  | { readonly kind: 'done'; readonly liquidatedMinor: number; readonly offsettingMinor: number }
  | { readonly kind: 'not-a-reduction' | 'not-allowed' };

/**
 * Closes a position against that of a healthy account (dYdX v4, `ProcessDeleveraging`). Both must have
 * lots to take off, and neither may be left with too little unless it needs no more and is no riskier.
 */
export function deleverage(pair: DeleveragingPair): Deleveraged {
  const { liquidated, offsetting, liquidatedPosition, offsettingPosition, change } = pair;
  const isReducingBoth =
    liquidatedPosition !== undefined &&
    offsettingPosition !== undefined &&
    isReduction(liquidatedPosition.size, change) &&
    isReduction(offsettingPosition.size, -change);
  if (!isReducingBoth) return { kind: 'not-a-reduction' };
  const quote = pair.isAtOracle
    ? oracleQuoteMinor(liquidatedPosition, change)
    : sliceBankruptcyMinor(liquidated, liquidatedPosition, change);
  const afterLiquidated = changed(liquidated, liquidatedPosition, change, quote);
  const afterOffsetting = changed(offsetting, offsettingPosition, -change, -quote);
  if (!isAllowed(liquidated, afterLiquidated) || !isAllowed(offsetting, afterOffsetting)) {
    return { kind: 'not-allowed' };
  }
  const { balanceMinor: liquidatedMinor } = afterLiquidated;
  const { balanceMinor: offsettingMinor } = afterOffsetting;
  const before = liquidated.balanceMinor + offsetting.balanceMinor;
  invariant(liquidatedMinor + offsettingMinor === before, 'what one pays the other gets');
  return { kind: 'done', liquidatedMinor, offsettingMinor };
}

/** What is paid for a slice at the oracle's price. */
function oracleQuoteMinor({ perpetual, size }: ScaledPosition, change: number): number {
  const account = { balanceMinor: 0, positions: [{ perpetual, size }] };
  const after = { balanceMinor: 0, positions: [{ perpetual, size: size + change }] };
  return risksOf(account).initial.netMinor - risksOf(after).initial.netMinor;
}

function changed(
  { balanceMinor, positions }: ScaledAccount,
  position: ScaledPosition,
  change: number,
  quoteMinor: number,
): ScaledAccount {
  const own = positions.indexOf(position);
  invariant(own >= 0, 'a position that changes is one of its account');
  const { perpetual, size } = position;
  return {
    balanceMinor: balanceMinor + quoteMinor,
    positions: positions.with(own, { perpetual, size: size + change }),
  };
}

/** An account may go to any state that covers its initial level, otherwise only to a better one. */
function isAllowed(before: ScaledAccount, after: ScaledAccount): boolean {
  const then = risksOf(after);
  return (
    isCollateralised(then.initial) || isReducing(risksOf(before).maintenance, then.maintenance)
  );
}
