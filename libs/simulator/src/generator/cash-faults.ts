import { figuresOf } from '../twin/margin-figures.js';
import { balanceOf, positionOf, reservedOf, rowOf, type TwinState } from '../twin/twin-state.js';
import { UNPRICED, USD } from './contract-drafts.js';
import { depositDraft } from './cash-drafts.js';
import type { Draft, DraftOf } from './steps.js';
import type { Fault } from './trade-faults.js';
import { idsWhere, oneOf, type WorldContext } from './world-context.js';

function alteredDeposit(
  change: (context: WorldContext) => Partial<DraftOf<'CollateralDeposited'>>,
): Fault {
  return (context) => {
    const deposit = depositDraft(context);
    return deposit === undefined ? undefined : { ...deposit, ...change(context) };
  };
}

function freeOf(state: Readonly<TwinState>, account: number, currency: number): number {
  return balanceOf(state, account, currency)
    .sub(reservedOf(state, account, currency))
    .toNumber();
}

/** A withdrawal by some account that fulfils a condition, of what `amount` says. */
function withdrawalBy(
  condition: (state: Readonly<TwinState>, account: number) => boolean,
  amount: (free: number, state: Readonly<TwinState>, account: number) => number,
): Fault {
  return ({ random, state }) => {
    const fitting = idsWhere(state.accounts, ({ kind, isClosed }, id) => {
      return kind !== 'gross-client' && !isClosed && condition(state, id);
    });
    const account = oneOf(random, fitting);
    if (account === undefined) return undefined;
    const currency = rowOf(state.pools, rowOf(state.accounts, account).pool).base;
    const amountMinor = Math.max(1, amount(freeOf(state, account, currency), state, account));
    return { type: 'WithdrawalRequested', account, currency, amountMinor };
  };
}

function isSound(state: Readonly<TwinState>, account: number): boolean {
  const row = rowOf(state.accounts, account);
  return row.state === 'healthy' || row.state === 'warned';
}

function hasPositions(state: Readonly<TwinState>, account: number): boolean {
  return [...(state.positions.get(account)?.keys() ?? [])].some((instrument) => {
    return !positionOf(state, account, instrument).lots.isZero();
  });
}

/** A whole balance in a currency of which the bank holds less. */
export const beyondNostro: Fault = ({ random, state }) => {
  const drafts: Draft[] = [];
  for (const [account, balances] of state.balances) {
    for (const currency of balances.keys()) {
      const ledger = rowOf(state.ledgers, currency);
      const amountMinor = freeOf(state, account, currency);
      const isBeyond = ledger.nostro.sub(ledger.payable).lt(amountMinor);
      if (!isBeyond || !isSound(state, account)) continue;
      drafts.push({ type: 'WithdrawalRequested', account, currency, amountMinor });
    }
  }
  return oneOf(random, drafts);
};

/** Cash movements that are refused, by the reason. */
export const cashFaults: Readonly<Record<number, Fault>> = {
  201: alteredDeposit(() => ({ account: 99_999 })),
  202: alteredDeposit(({ state }) => ({
    account: idsWhere(state.accounts, ({ kind }) => kind === 'gross-client')[0] ?? 0,
  })),
  203: ({ state }) => {
    const [account] = idsWhere(state.accounts, ({ isClosed }) => isClosed);
    if (account === undefined) return undefined;
    return { type: 'CollateralDeposited', account, currency: USD, amountMinor: 5 };
  },
  204: alteredDeposit(() => ({ currency: 999 })),
  205: alteredDeposit(() => ({ currency: UNPRICED })),
  206: alteredDeposit(({ random }) => ({ amountMinor: -random.below(2) })),
  207: withdrawalBy(
    (state, account) => !isSound(state, account),
    () => 1,
  ),
  208: withdrawalBy(
    (state, account) =>
      isSound(state, account) &&
      [...(state.positions.get(account) ?? [])].some(([instrument, { lots }]) => {
        return !lots.isZero() && rowOf(state.instruments, instrument).market !== 'open';
      }),
    () => 1,
  ),
  209: withdrawalBy(
    (state, account) => {
      const { uncovered } = rowOf(state.pools, rowOf(state.accounts, account).pool);
      return isSound(state, account) && !uncovered.isZero();
    },
    () => 1,
  ),
  210: withdrawalBy(isSound, (free) => free + 1),
  211: withdrawalBy(
    (state, account) => isSound(state, account) && hasPositions(state, account),
    (free) => free,
  ),
  212: beyondNostro,
  // All that the initial requirement leaves, where the rulebook's level of release is above it.
  620: withdrawalBy(
    (state, account) =>
      isSound(state, account) && (figuresOf(state, account)?.rulebook.releasePpm ?? 0) > 0,
    (free, state, account) => Math.min(free, figuresOf(state, account)?.excess.toNumber() ?? free),
  ),
  220: ({ random }) => ({ type: 'WithdrawalReleased', withdrawal: random.below(100) }),
  221: ({ random, state }) => {
    const reserved = idsWhere(state.withdrawals, ({ isInstructed }) => !isInstructed);
    const withdrawal = oneOf(random, reserved) ?? 1;
    return { type: random.below(2) === 0 ? 'PaymentConfirmed' : 'PaymentFailed', withdrawal };
  },
  230: () => contribution({ pool: 99 }),
  231: () => contribution({ layer: 2, member: 99 }),
  232: () => contribution({ member: 1 }),
  233: ({ state }) => {
    const [member] = idsWhere(state.members, ({ fundPool }) => fundPool !== 0);
    const pool = member === undefined ? 0 : rowOf(state.members, member).fundPool;
    return member === undefined
      ? undefined
      : contribution({ layer: 2, member, pool: pool === 1 ? 2 : 1 });
  },
};

function contribution(terms: Partial<DraftOf<'FundContributed'>>): DraftOf<'FundContributed'> {
  return { type: 'FundContributed', pool: 2, member: 0, layer: 0, amountMinor: 10, ...terms };
}
