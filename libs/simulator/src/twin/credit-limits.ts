import type { Message, MessageNamed } from '#libs/events';
import { indexOf } from './enumerations.js';
import type { TwinState } from './twin-state.js';

/** Logic version from which credit limits are pushed. */
const SINCE = 3;

const LIMIT_AFTER = {
  AccountWarned: 'reduce-only',
  WarningCleared: 'normal',
  MarginCallIssued: 'reduce-only',
  MarginCallMet: 'normal',
  LiquidationOpened: 'blocked',
  LiquidationCompleted: 'normal',
  AccountDefaulted: 'blocked',
} as const;

/** The limit that follows an event, when it changes; remembered whether it is pushed or not. */
export function limitAfter(
  state: TwinState,
  m: Message,
): MessageNamed<'CreditLimitSet'> | undefined {
  if (!Object.hasOwn(LIMIT_AFTER, m.type) || !('account' in m)) return undefined;
  const { account } = m;
  const limit = LIMIT_AFTER[m.type as keyof typeof LIMIT_AFTER];
  if ((state.limits.get(account) ?? 'normal') === limit) return undefined;
  state.limits.set(account, limit);
  if (state.logicVersion < SINCE) return undefined;
  return { type: 'CreditLimitSet', account, limit: indexOf('limits', limit) };
}
