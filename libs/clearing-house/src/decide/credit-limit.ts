import type { Message, MessageNamed } from '#libs/events';
import { A, SAGA } from '#libs/clearing';
import type { HouseState } from '../state/house-state.js';

/** Limits in the order of the catalogue's enumeration. */
const NORMAL = 0;
const REDUCE_ONLY = 1;
const BLOCKED = 2;

/** What a unit in each state of its saga may do at a venue. */
function limitOf(sagaState: number): number {
  if (sagaState === SAGA.healthy) return NORMAL;
  return sagaState < SAGA.liquidating ? REDUCE_ONLY : BLOCKED;
}

/**
 * The credit limit that a step of an account's saga pushes to the venues, when it is another than
 * before; asked before the step is applied. It follows from the steps alone, so whoever judges fewer
 * units by safe bands pushes the same limits.
 */
export function limitPushedBy(
  { accounts }: HouseState,
  m: Message,
): MessageNamed<'CreditLimitSet'> | undefined {
  const next = sagaAfter(m);
  if (next < 0 || !('account' in m)) return undefined;
  const limit = limitOf(next);
  const { account } = m;
  if (limit === limitOf(accounts.get(account, A.sagaState))) return undefined;
  return { type: 'CreditLimitSet', account, limit };
}

/** State of the saga after an event; -1 when it is no step of one. */
function sagaAfter(m: Message): number {
  switch (m.type) {
    case 'AccountWarned':
      return SAGA.warned;
    case 'WarningCleared':
    case 'MarginCallMet':
    case 'LiquidationCompleted':
      return SAGA.healthy;
    case 'MarginCallIssued':
      return SAGA.called;
    case 'LiquidationOpened':
      return SAGA.liquidating;
    case 'AccountDefaulted':
      return SAGA.defaulted;
    default:
      return -1;
  }
}
