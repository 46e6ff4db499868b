import { catalogue, type Field, type Message } from '#libs/events';
import { A, M } from '#libs/clearing';
import { invariant } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import { TIMER } from '../state/timers.js';
import type { Watch } from './watch.js';

/**
 * Fields of each message that name an account, read off the catalogue: an event that somebody adds releases
 * whomever it names, unless it is told not to.
 */
const ACCOUNT_FIELDS = new Map(
  Object.entries(catalogue).map(([type, { fields }]) => [type, accountFields(fields)]),
);

function accountFields(fields: Readonly<Record<string, Field>>): readonly string[] {
  const isAccount = (field: Field): boolean => field.type === 'ref' && field.to === 'account';
  return Object.keys(fields).filter((name) => isAccount(fields[name]!));
}

/**
 * Releases the bands of every unit whose cash, positions, state or rules an event other than a trade
 * changes. Called after the event was applied (for closed withdrawals: before).
 */
export function releaseBands(state: HouseState, bands: Watch, m: Message): void {
  const { accounts, members } = state;
  switch (m.type) {
    case 'AccountOpened':
      if (m.parent === 0) bands.release(accounts.count);
      return;
    case 'RulebookPublished':
    case 'CurrencyPriceObserved':
      bands.releaseAll();
      return;
    case 'DeadlineReached':
      if (m.timerKind === TIMER.rulebook) bands.releaseAll();
      return;
    case 'ValuationEpochOpened':
      releaseScenarioPools(state, bands);
      return;
    case 'OpenOrderExposureReported':
      return; // no boundary of a band depends on open orders
    case 'CreditLimitSet':
      return; // the step before it has released the band
    case 'TradeDetailsRecorded':
    case 'LiquidationPlanned':
      return; // nothing is decided on it
    case 'MemberPaid':
    case 'ShortfallCovered':
      bands.release(accounts.unitOf(m.account));
      if (m.member !== 0) bands.release(members.get(m.member, M.houseAccount));
      return;
    default:
      releaseNamed(state, bands, m);
  }
}

function releaseNamed({ accounts }: HouseState, bands: Watch, m: Message): void {
  const named = m as unknown as Readonly<Record<string, unknown>>;
  for (const field of ACCOUNT_FIELDS.get(m.type) ?? []) {
    const account = named[field];
    if (typeof account === 'number' && accounts.has(account)) {
      bands.release(accounts.unitOf(account));
    }
  }
}

/** A new epoch changes the requirement of every unit under scenarios, and of nobody else. */
function releaseScenarioPools({ accounts, pools, rulebooks }: HouseState, bands: Watch): void {
  invariant(pools.count >= 1, 'an epoch is opened for a pool');
  const isConcerned: boolean[] = [];
  for (let pool = 1; pool <= pools.count; pool++) {
    isConcerned[pool] = rulebooks.inForce(pool)?.scenario !== undefined;
  }
  for (let id = 1; id <= accounts.count; id++) {
    const isUnit = accounts.get(id, A.parent) === 0;
    if (isUnit && isConcerned[accounts.get(id, A.pool)] === true) bands.release(id);
  }
}

/** A withdrawal that is given back changes equity; its account is known only before it is closed. */
export function releaseWithdrawal(state: HouseState, bands: Watch, m: Message): void {
  if (m.type !== 'WithdrawalCancelled' && m.type !== 'PaymentFailed') return;
  const account = state.withdrawals.open.get(m.withdrawal)?.account;
  if (account !== undefined && state.accounts.get(account, A.closed) === 0) bands.release(account);
}
