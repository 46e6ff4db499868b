import { A, M, MEMBER, SAGA } from '#libs/clearing';
import { invariant } from '#libs/units';
import type { HouseState } from '../state/house-state.js';

type Steps = ReadonlyMap<number, readonly number[]>;

/** From which states the saga of an account comes into each (docs/rules.md 7, 8 and 10). */
const ACCOUNT_FROM: Steps = new Map([
  [SAGA.healthy, [SAGA.warned, SAGA.called, SAGA.liquidating]],
  [SAGA.warned, [SAGA.healthy]],
  [SAGA.called, [SAGA.healthy, SAGA.warned]],
  [SAGA.liquidating, [SAGA.healthy, SAGA.warned, SAGA.called]],
  [SAGA.defaulted, [SAGA.liquidating]],
  [SAGA.closedOut, [SAGA.defaulted]],
]);

/** The same of a member's saga (docs/rules.md 10). */
const MEMBER_FROM: Steps = new Map([
  [MEMBER.current, [MEMBER.called, MEMBER.late, MEMBER.closedOut]],
  [MEMBER.called, [MEMBER.current]],
  [MEMBER.late, [MEMBER.called]],
  [MEMBER.defaulted, [MEMBER.late]],
  [MEMBER.closedOut, [MEMBER.defaulted]],
]);

/** Takes the saga of a margin unit to another state. */
export function stepAccount({ accounts }: HouseState, account: number, to: number): void {
  const from = accounts.get(account, A.sagaState);
  invariant(accounts.get(account, A.parent) === 0, 'only a margin unit has a saga');
  invariant(ACCOUNT_FROM.get(to)?.includes(from), 'an account takes a step of its saga', () =>
    describe(account, from, to),
  );
  accounts.set(account, A.sagaState, to);
}

/** Takes the saga of a member to another state. */
export function stepMember({ members }: HouseState, member: number, to: number): void {
  const from = members.get(member, M.sagaState);
  invariant(MEMBER_FROM.get(to)?.includes(from), 'a member takes a step of its saga', () =>
    describe(member, from, to),
  );
  members.set(member, M.sagaState, to);
}

/** What a decision of a saga was made for is still the state it is applied to. */
export function assertAccountIn(
  { accounts }: HouseState,
  account: number,
  first: number,
  last: number,
): void {
  const saga = accounts.get(account, A.sagaState);
  invariant(saga >= first && saga <= last, 'an account is in the state of the decision', () =>
    describe(account, saga, saga),
  );
}

function describe(id: number, from: number, to: number): string {
  return `${String(id)}: ${String(from)} to ${String(to)}`;
}
