import { A, KIND, SAGA } from '#libs/clearing';
import type { HouseState } from '../state/house-state.js';

/**
 * Whether positions may be booked to an account: it is not closed, not an omnibus-gross parent, and
 * its unit is neither in default nor closed out (nobody would judge what it then held).
 */
export function canHoldPositions({ accounts }: HouseState, account: number): boolean {
  return (
    accounts.get(account, A.closed) === 0 &&
    accounts.get(account, A.kind) !== KIND.omnibusGross &&
    accounts.get(accounts.unitOf(account), A.sagaState) < SAGA.defaulted
  );
}

/**
 * Whether a unit under liquidation waits: for a venue, with orders in flight or cancellations; or for its
 * deleveraging.
 */
export function isWaiting(state: HouseState, unit: number): boolean {
  const { accounts, cancellations, deleveragings } = state;
  return (
    accounts.get(unit, A.ordersInFlight) > 0 ||
    cancellations.isWaiting(unit) ||
    deleveragings.isRunning(unit)
  );
}
