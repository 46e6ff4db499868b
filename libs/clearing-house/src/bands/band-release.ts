import type { Message } from '#libs/events';
import { A, M } from '#libs/clearing';
import type { HouseState } from '../state/house-state.js';
import { TIMER } from '../state/timers.js';
import type { Watch } from './watch.js';

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
    case 'TradeBustRequested':
      bands.release(accounts.unitOf(m.buyer));
      bands.release(accounts.unitOf(m.seller));
      return;
    case 'OpenOrderExposureReported':
      return; // no boundary of a band depends on open orders
    case 'CreditLimitSet':
      return; // the step before it has released the band
    case 'VolatilitySurfaceObserved':
    case 'TradeDetailsRecorded':
    case 'LiquidationPlanned':
      return; // nothing is decided on it
    case 'MemberPaid':
    case 'ShortfallCovered':
      bands.release(accounts.unitOf(m.account));
      if (m.member !== 0) bands.release(members.get(m.member, M.houseAccount));
      return;
    default:
      if ('account' in m && accounts.has(m.account)) bands.release(accounts.unitOf(m.account));
  }
}

/** A new epoch changes the requirement of every unit under scenarios, and of nobody else. */
function releaseScenarioPools({ accounts, pools, rulebooks }: HouseState, bands: Watch): void {
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
