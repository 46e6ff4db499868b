import { type Decimal, greatest, least, whole, ZERO } from './decimal-arithmetic.js';
import { indexOf, type Payer } from './enumerations.js';
import { figuresOf, type MarginFigures } from './margin-figures.js';
import { openLiquidation } from './liquidation-opening.js';
import type { TwinContext } from './twin-context.js';
import {
  balanceOf,
  credit,
  houseAccountOf,
  isWaiting,
  obligationsOf,
  reservedOf,
  rowOf,
  type TwinState,
} from './twin-state.js';

/** Nothing left to reduce and E < 0 (docs/rules.md 10). */
export function defaultAccount(
  twin: TwinContext,
  unit: number,
  figures: MarginFigures,
  cause: number,
): void {
  const { state } = twin;
  const account = rowOf(state.accounts, unit);
  const shortfall = figures.equity.neg();
  account.state = 'defaulted';
  const defaulted = twin.emit(
    {
      type: 'AccountDefaulted',
      account: unit,
      breach: account.breach,
      shortfallMinor: whole(shortfall),
    },
    cause,
  );
  const { member } = account;
  if (member === 0 || rowOf(state.members, member).state === 'closed-out') {
    goDownLadder(twin, unit, shortfall, defaulted);
    return;
  }
  if (payFromHouse(twin, member, unit, shortfall, defaulted)) return;
  const row = rowOf(state.members, member);
  const isCurrent = row.state === 'current';
  const deadline = isCurrent ? state.timeUs + figures.rulebook.memberCallWindowUs : row.deadline;
  const amountMinor = whole(shortfall);
  twin.emit({ type: 'MemberCalled', member, account: unit, amountMinor, deadline }, defaulted);
  state.obligations.push({ member, account: unit, amount: shortfall });
  if (!isCurrent) return;
  row.state = 'called';
  row.deadline = deadline;
}

/** The member's house account, if it is in the pool of `account` and is another one; else 0. */
function guarantorOf(state: TwinState, account: number): number {
  const { member, pool } = rowOf(state.accounts, account);
  const house = member === 0 ? 0 : houseAccountOf(state, member);
  if (house === 0 || house === account) return 0;
  return rowOf(state.accounts, house).pool === pool ? house : 0;
}

/** Unreserved balance in the base currency of the account's pool. */
function freeBase(state: TwinState, account: number): Decimal {
  const { base } = rowOf(state.pools, rowOf(state.accounts, account).pool);
  return balanceOf(state, account, base).sub(reservedOf(state, account, base));
}

/** What a house account can give: free cash, but not what a loss has yet to take. */
function ownMoney(state: TwinState, house: number): Decimal {
  const figures = figuresOf(state, house);
  return figures === undefined ? ZERO : least(freeBase(state, house), figures.equity);
}

function payFromHouse(
  twin: TwinContext,
  member: number,
  account: number,
  amount: Decimal,
  cause: number,
): boolean {
  const { state } = twin;
  const house = guarantorOf(state, account);
  if (house === 0) return false;
  const houseState = rowOf(state.accounts, house).state;
  if (houseState !== 'healthy' && houseState !== 'warned') return false;
  const figures = figuresOf(state, house);
  if (figures === undefined || figures.isGated) return false;
  if (least(freeBase(state, house), figures.excess).lt(amount)) return false;
  credit(state, house, figures.base, amount.neg());
  credit(state, account, figures.base, amount);
  const paid = twin.emit(
    { type: 'MemberPaid', member, account, amountMinor: whole(amount) },
    cause,
  );
  closeOutAccount(twin, account, paid);
  return true;
}

/** The default of an account is over; with no obligation left its member is current. */
function closeOutAccount(twin: TwinContext, account: number, cause: number): void {
  const { state } = twin;
  const row = rowOf(state.accounts, account);
  row.state = 'closed-out';
  twin.emit({ type: 'AccountClosedOut', account }, cause);
  if (row.member === 0) return;
  const place = state.obligations.findIndex((obligation) => obligation.account === account);
  if (place >= 0) state.obligations.splice(place, 1);
  const member = rowOf(state.members, row.member);
  const isOwing = member.state === 'called' || member.state === 'late';
  if (!isOwing || obligationsOf(state, row.member).length > 0) return;
  member.state = 'current';
  member.deadline = 0;
}

/** A house account received money: the open obligations, oldest first, until one is not met. */
export function tryObligations(twin: TwinContext, house: number, cause: number): void {
  const { state } = twin;
  const { member } = rowOf(state.accounts, house);
  if (member === 0 || houseAccountOf(state, member) !== house) return;
  const { state: memberState } = rowOf(state.members, member);
  if (memberState !== 'called' && memberState !== 'late') return;
  for (const { account, amount } of obligationsOf(state, member)) {
    if (account === house) {
      const figures = figuresOf(state, house);
      if (figures === undefined || figures.equity.lt(ZERO)) return;
      closeOutAccount(twin, house, cause);
    } else if (!payFromHouse(twin, member, account, amount, cause)) {
      return;
    }
  }
}

/** A member's deadline passed: late, then in default. */
export function missMemberDeadline(twin: TwinContext, member: number, cause: number): void {
  const { state } = twin;
  const row = rowOf(state.members, member);
  const owed = obligationsOf(state, member);
  const [oldest] = owed;
  if (oldest === undefined) return;
  if (row.state === 'called') {
    const pool = rowOf(state.pools, rowOf(state.accounts, oldest.account).pool);
    const deadline = state.timeUs + (pool.rulebook?.memberCallWindowUs ?? 0);
    row.state = 'late';
    row.deadline = deadline;
    twin.emit({ type: 'MemberLate', member, deadline }, cause);
    return;
  }
  const total = owed.reduce((sum, { amount }) => sum.add(amount), ZERO);
  row.state = 'defaulted';
  row.deadline = 0;
  const obligationMinor = whole(total);
  const defaulted = twin.emit({ type: 'MemberDefaulted', member, obligationMinor }, cause);
  closeOutHouse(twin, member, defaulted);
}

function closeOutHouse(twin: TwinContext, member: number, cause: number): void {
  const { state } = twin;
  const house = houseAccountOf(state, member);
  const houseState = house === 0 ? 'closed-out' : rowOf(state.accounts, house).state;
  if (houseState === 'liquidating') {
    if (!isWaiting(state, house)) twin.continueLiquidation(house, cause);
    return;
  }
  const figures =
    houseState === 'defaulted' || houseState === 'closed-out' ? undefined : figuresOf(state, house);
  if (figures !== undefined && figures.open.length > 0) {
    openLiquidation(twin, house, cause, figures, cause);
    return;
  }
  closeOutMember(twin, member, cause);
}

/** The house account is flat: what is owed goes down the ladder. */
export function closeOutMember(twin: TwinContext, member: number, cause: number): void {
  for (const { account, amount } of obligationsOf(twin.state, member)) {
    goDownLadder(twin, account, amount, cause);
  }
  rowOf(twin.state.members, member).state = 'closed-out';
  twin.emit({ type: 'MemberClosedOut', member }, cause);
}

interface Layer {
  readonly payer: Payer;
  readonly available: Decimal;
  readonly take: (amount: Decimal) => void;
}

function ladderOf(state: TwinState, account: number): Layer[] {
  const { member: memberId, pool: poolId } = rowOf(state.accounts, account);
  const pool = rowOf(state.pools, poolId);
  const fund: Layer = {
    payer: 'liquidation-fund',
    available: pool.liquidationFund,
    take: (amount) => (pool.liquidationFund = pool.liquidationFund.sub(amount)),
  };
  if (!pool.isCleared) return [fund];
  const house = guarantorOf(state, account);
  const member = rowOf(state.members, memberId);
  return [
    {
      payer: 'house-account',
      available: house === 0 ? ZERO : ownMoney(state, house),
      take: (amount) => {
        credit(state, house, pool.base, amount.neg());
      },
    },
    {
      payer: 'default-fund',
      available: member.fundPool === poolId ? member.share : ZERO,
      take: (amount) => (member.share = member.share.sub(amount)),
    },
    fund,
    {
      payer: 'own-capital',
      available: pool.ownCapital,
      take: (amount) => (pool.ownCapital = pool.ownCapital.sub(amount)),
    },
  ];
}

function goDownLadder(twin: TwinContext, account: number, shortfall: Decimal, cause: number): void {
  const { state } = twin;
  const { member, pool: poolId } = rowOf(state.accounts, account);
  const pool = rowOf(state.pools, poolId);
  const ledger = rowOf(state.ledgers, pool.base);
  const nobody: Layer = {
    payer: 'uncovered',
    available: shortfall,
    take: (amount) => {
      pool.uncovered = pool.uncovered.sub(amount);
      ledger.uncovered = ledger.uncovered.sub(amount);
    },
  };
  let rest = shortfall;
  for (const { payer, available, take } of [...ladderOf(state, account), nobody]) {
    const amount = least(rest, greatest(ZERO, available));
    if (amount.isZero()) continue;
    take(amount);
    credit(state, account, pool.base, amount);
    rest = rest.sub(amount);
    const isMembers = payer === 'house-account' || payer === 'default-fund';
    twin.emit(
      {
        type: 'ShortfallCovered',
        account,
        payer: indexOf('payers', payer),
        member: isMembers ? member : 0,
        amountMinor: whole(amount),
      },
      cause,
    );
  }
  closeOutAccount(twin, account, cause);
}
