import type { HouseState } from '#libs/clearing-house';
import { A, M, POOL } from '#libs/clearing';
import { PAYER } from '#libs/default-management';
import { invariant } from '#libs/units';
import { type EventReader, eventsOf, type RecordedEvent } from '../event-reader.js';

/** What one layer of the ladder had and paid. */
export interface LadderStep {
  readonly payer: number;
  /** What was there when the first layer was asked; absent for `uncovered`. */
  readonly availableMinor?: number;
  readonly paidMinor: number;
}

/**
 * The whole ladder that one ShortfallCovered belongs to; undefined for other events. `before` is the
 * state just before the event; what earlier layers of the same ladder paid is added back.
 * @throws InvariantViolation unless the payments sum to the shortfall
 */
export async function ladderOf(
  event: RecordedEvent,
  reader: EventReader,
  before: HouseState,
): Promise<LadderStep[] | undefined> {
  const { message } = event;
  if (message.type !== 'ShortfallCovered') return undefined;
  const frame = await reader.frameOf(event.sequence);
  if (frame === undefined) return undefined;
  const steps: LadderStep[] = [];
  let paidInAll = 0;
  let shortfall: number | undefined;
  for (const { message: m, cause, sequence } of eventsOf(frame)) {
    if (m.type === 'AccountDefaulted' && sequence === event.cause) shortfall = m.shortfallMinor;
    if (m.type !== 'ShortfallCovered' || cause !== event.cause) continue;
    if (m.account !== message.account) continue;
    paidInAll += m.amountMinor;
    const held = availableMinor(before, m.account, m.payer, m.member);
    const isEarlier = sequence < event.sequence;
    steps.push({
      payer: m.payer,
      paidMinor: m.amountMinor,
      ...(held === undefined ? {} : { availableMinor: held + (isEarlier ? m.amountMinor : 0) }),
    });
  }
  shortfall ??= before.obligations.open.find(
    (obligation) => obligation.account === message.account,
  )?.amountMinor;
  invariant(shortfall === undefined || paidInAll === shortfall, 'the ladder covers the shortfall');
  return steps;
}

function availableMinor(
  state: HouseState,
  account: number,
  payer: number,
  member: number,
): number | undefined {
  const pool = state.accounts.get(account, A.pool);
  const base = state.pools.get(pool, POOL.baseCurrency);
  switch (payer) {
    case PAYER.houseAccount: {
      const house = state.members.get(member, M.houseAccount);
      return state.balances.balance(house, base) - state.balances.reserved(house, base);
    }
    case PAYER.defaultFund:
      return state.members.get(member, M.fundShareMinor);
    case PAYER.liquidationFund:
      return state.pools.get(pool, POOL.liquidationFundMinor);
    case PAYER.ownCapital:
      return state.pools.get(pool, POOL.ownCapitalMinor);
    default:
      return undefined;
  }
}
