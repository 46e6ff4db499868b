import { balanceOf, reservedOf, rowOf } from '../twin/twin-state.js';
import { BTC, EUR, USD } from './contract-drafts.js';
import type { Draft, DraftOf } from './steps.js';
import { idsWhere, oneOf, type WorldContext } from './world-context.js';

/** Accounts that have a purse and are in use. */
export function purses({ state }: WorldContext): number[] {
  return idsWhere(state.accounts, (account) => {
    const isUsed = !account.isClosed && !account.name.startsWith('idle');
    return account.kind !== 'gross-client' && isUsed && !account.name.startsWith('whale');
  });
}

export function depositDraft(context: WorldContext): DraftOf<'CollateralDeposited'> | undefined {
  const { random, state, plan } = context;
  const account = oneOf(random, purses(context));
  if (account === undefined) return undefined;
  const isCoin = rowOf(state.accounts, account).pool === 3;
  const drawn = random.pick([
    [isCoin ? BTC : USD, 750],
    [BTC, 150],
    [EUR, 100],
  ]);
  const currency = drawn === BTC && plan.isCoinless ? USD : drawn;
  const whole = currency === BTC ? 5_000_000 : currency === EUR ? 50_000 : 5_000_000;
  const amountMinor = 1 + random.below(random.below(3) === 0 ? whole : whole >> 3);
  return { type: 'CollateralDeposited', account, currency, amountMinor };
}

/** Money for an account that is called, or for what a member owes: sometimes enough. */
export function rescueDraft(context: WorldContext): DraftOf<'CollateralDeposited'> | undefined {
  const { random, state } = context;
  const called = idsWhere(state.accounts, (account) => account.state === 'called');
  const owed = oneOf(random, state.obligations);
  const [house] = idsWhere(
    state.accounts,
    ({ kind, member }) => kind === 'house' && member === owed?.member,
  );
  const account = random.below(3) === 0 ? (house ?? called[0]) : (oneOf(random, called) ?? house);
  if (account === undefined) return undefined;
  const currency = rowOf(state.pools, rowOf(state.accounts, account).pool).base;
  const need = account === house ? (owed?.amount.toNumber() ?? 1) : 6_000_000;
  const amountMinor = Math.max(1, Math.floor(need * (random.below(3) + 0.5)));
  return { type: 'CollateralDeposited', account, currency, amountMinor };
}

/** A withdrawal of some, all or too much of what is there, mostly by somebody sound. */
export function withdrawalDraft(context: WorldContext): DraftOf<'WithdrawalRequested'> | undefined {
  const { random, state } = context;
  const sound = purses(context).filter((id) => {
    const row = rowOf(state.accounts, id);
    const isSound = row.state === 'healthy' || row.state === 'warned';
    return isSound && rowOf(state.pools, row.pool).uncovered.isZero();
  });
  const account = oneOf(random, random.below(8) === 0 ? purses(context) : sound);
  if (account === undefined) return undefined;
  const held = [...(state.balances.get(account)?.keys() ?? [])];
  const currency = oneOf(random, held) ?? USD;
  const free = balanceOf(state, account, currency).sub(reservedOf(state, account, currency));
  const share = random.pick([
    [0.05, 550],
    [0.3, 250],
    [1, 150],
    [2, 50],
  ]);
  const amountMinor = Math.max(1, Math.floor(free.toNumber() * share));
  return { type: 'WithdrawalRequested', account, currency, amountMinor };
}

/** The next step of some open withdrawal. */
export function paymentDraft(context: WorldContext): Draft | undefined {
  const { random, state } = context;
  const withdrawal = oneOf(random, [...state.withdrawals.keys()]);
  if (withdrawal === undefined) return undefined;
  if (!rowOf(state.withdrawals, withdrawal).isInstructed) {
    return { type: 'WithdrawalReleased', withdrawal };
  }
  const type = random.below(3) === 0 ? 'PaymentFailed' : 'PaymentConfirmed';
  return { type, withdrawal };
}

/** More money for a layer of a ladder. */
export function fundDraft(context: WorldContext): DraftOf<'FundContributed'> {
  const { random, plan } = context;
  const pool = 1 + random.below(3);
  const layer = random.below(3);
  const member = layer === 2 ? 1 + random.below(plan.members) : 0;
  const amountMinor = 1 + random.below(200_000);
  return { type: 'FundContributed', pool, member, layer, amountMinor };
}
