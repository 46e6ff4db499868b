import type { MessageNamed } from '#libs/events';
import { decimal, Decimal, MILLION, ZERO } from './decimal-arithmetic.js';
import { textOf } from './enumerations.js';
import {
  balanceOf,
  houseAccountOf,
  isEmpty,
  obligationsOf,
  rowOf,
  type TwinState,
} from './twin-state.js';

const NAMES_MAX = 65_535;
const POOLS_MAX = 255;
const CURRENCIES_MAX = 64;
const ACCOUNTS_MAX = 67_108_864;
const MINOR_DIGITS_MAX = 9;
const PRODUCT_MAX = new Decimal(2).pow(50);
const COUNT_MAX = new Decimal(2).pow(32);
const LATEST_LOGIC = 4;

/** Name given, unused, and room for one more. */
function checkName(
  rows: ReadonlyMap<number, { readonly name: string }>,
  name: string,
  most: number,
): number {
  if (name === '') return 502;
  for (const row of rows.values()) if (row.name === name) return 501;
  return rows.size >= most ? 503 : 0;
}

export function checkParty(
  state: TwinState,
  m: MessageNamed<'PublisherRegistered' | 'VenueConnected' | 'MemberAdmitted'>,
): number {
  switch (m.type) {
    case 'PublisherRegistered':
      return checkName(state.publishers, m.name, NAMES_MAX);
    case 'VenueConnected':
      return checkName(state.venues, m.name, NAMES_MAX);
    case 'MemberAdmitted':
      return checkName(state.members, m.name, NAMES_MAX);
  }
}

export function checkCurrency(state: TwinState, m: MessageNamed<'CurrencyListed'>): number {
  const reason = checkName(state.currencies, m.name, CURRENCIES_MAX);
  return reason || (m.minorDigits > MINOR_DIGITS_MAX ? 512 : 0);
}

/** The first currency is the reference: its price is 1. */
export function listCurrency(state: TwinState, m: MessageNamed<'CurrencyListed'>): void {
  const id = state.currencies.size + 1;
  const priceMicros = id === 1 ? MILLION : undefined;
  state.currencies.set(id, { name: m.name, minorDigits: m.minorDigits, priceMicros });
  state.ledgers.set(id, {
    nostro: ZERO,
    fees: ZERO,
    rounding: ZERO,
    suspense: ZERO,
    payable: ZERO,
    uncovered: ZERO,
  });
}

export function checkPool(state: TwinState, m: MessageNamed<'PoolOpened'>): number {
  const reason = checkName(state.pools, m.name, POOLS_MAX);
  if (reason !== 0) return reason;
  const base = state.currencies.get(m.baseCurrency);
  if (base === undefined) return 204;
  return base.priceMicros === undefined ? 205 : 0;
}

export function openPool(state: TwinState, m: MessageNamed<'PoolOpened'>): void {
  state.pools.set(state.pools.size + 1, {
    name: m.name,
    base: m.baseCurrency,
    isCleared: textOf('ladders', m.ladder) === 'cleared',
    liquidationFund: ZERO,
    ownCapital: ZERO,
    uncovered: ZERO,
    rulebook: undefined,
    pending: [],
    lastVersion: 0,
  });
}

export function admitMember(state: TwinState, name: string): void {
  state.members.set(state.members.size + 1, {
    name,
    state: 'current',
    deadline: 0,
    fundPool: 0,
    share: ZERO,
  });
}

type Opened = MessageNamed<'AccountOpened'>;

export function checkAccount(state: TwinState, m: Opened): number {
  const reason = checkName(state.accounts, m.name, ACCOUNTS_MAX);
  if (reason !== 0) return reason;
  const pool = state.pools.get(m.pool);
  if (pool === undefined) return 230;
  if (m.member !== 0 && !state.members.has(m.member)) return 231;
  const kind = textOf('accountKinds', m.accountKind);
  if (kind === 'direct') {
    return m.member === 0 && !pool.isCleared && m.parent === 0 ? 0 : 504;
  }
  if (m.member === 0 || !pool.isCleared) return 504;
  if (kind === 'house' && houseAccountOf(state, m.member) !== 0) return 504;
  if (kind !== 'gross-client') return m.parent === 0 ? 0 : 504;
  const parent = state.accounts.get(m.parent);
  const fits =
    parent?.kind === 'omnibus-gross' &&
    !parent.isClosed &&
    parent.member === m.member &&
    parent.pool === m.pool;
  return fits ? 0 : 504;
}

export function openAccount(state: TwinState, m: Opened): void {
  state.accounts.set(state.accounts.size + 1, {
    name: m.name,
    kind: textOf('accountKinds', m.accountKind),
    member: m.member,
    pool: m.pool,
    parent: m.parent,
    isClosed: false,
    state: 'healthy',
    breach: 0,
    call: 0,
    callDeadline: 0,
    nextOrdinal: 0,
    isQueued: false,
  });
}

export function checkClose(state: TwinState, m: MessageNamed<'AccountClosed'>): number {
  const account = state.accounts.get(m.account);
  if (account === undefined) return 201;
  if (account.isClosed) return 203;
  const isOf = (row: { readonly account: number }): boolean => row.account === m.account;
  const currencies = [...state.currencies.keys()];
  const isBusy =
    [...state.accounts.values()].some((row) => row.parent === m.account && !row.isClosed) ||
    [...state.orders.values()].some(isOf) ||
    state.openOrders.some((row) => isOf(row) && row.buy.add(row.sell).gt(ZERO)) ||
    [...state.cancellations.values()].some(isOf) ||
    [...state.withdrawals.values()].some(isOf) ||
    account.call !== 0 ||
    [...(state.positions.get(m.account)?.values() ?? [])].some((row) => !isEmpty(row)) ||
    currencies.some((currency) => !balanceOf(state, m.account, currency).isZero());
  return isBusy ? 542 : 0;
}

type Listed = MessageNamed<'InstrumentListed'>;

export function checkInstrument(state: TwinState, m: Listed): number {
  const reason = checkName(state.instruments, m.name, NAMES_MAX);
  if (reason !== 0) return reason;
  const currency = state.currencies.get(m.currency);
  if (currency === undefined) return 204;
  if (currency.priceMicros === undefined) return 205;
  return isBounded(m) && isConsistent(state, m) ? 0 : 512;
}

function isBounded(m: Listed): boolean {
  const counts = [m.maxLots, m.maxPriceTicks];
  if (counts.some((count) => count < 1 || COUNT_MAX.lt(count))) return false;
  if (m.multiplier < 1 || m.staleAfterUs < 0) return false;
  const lots = decimal(m.maxLots).mul(m.multiplier);
  const isInverse = textOf('payoffs', m.payoff) === 'inverse';
  return (isInverse ? lots : lots.mul(m.maxPriceTicks)).lte(PRODUCT_MAX);
}

function isConsistent(state: TwinState, m: Listed): boolean {
  const kind = textOf('instrumentKinds', m.kind);
  if (kind === 'perpetual' ? m.expiresAt !== 0 : m.expiresAt <= state.timeUs) return false;
  const right = textOf('rights', m.optionType);
  const isPremiumPaid = textOf('premiums', m.premium) === 'equity';
  if (kind !== 'option') {
    const hasTerms =
      m.underlying !== 0 || right !== 'none' || m.strikeTicks !== 0 || m.underlyingMultiplier !== 0;
    return !hasTerms && !isPremiumPaid;
  }
  const underlying = state.instruments.get(m.underlying);
  if (underlying === undefined || underlying.kind === 'option' || underlying.isInverse)
    return false;
  if (textOf('payoffs', m.payoff) === 'inverse' || right === 'none') return false;
  if (m.strikeTicks < 1 || underlying.maxPrice.lt(m.strikeTicks)) return false;
  const largest = underlying.maxPrice.mul(m.maxLots).mul(m.underlyingMultiplier);
  return m.underlyingMultiplier >= 1 && largest.lte(PRODUCT_MAX);
}

export function listInstrument(state: TwinState, m: Listed): void {
  state.instruments.set(state.instruments.size + 1, {
    name: m.name,
    kind: textOf('instrumentKinds', m.kind),
    isInverse: textOf('payoffs', m.payoff) === 'inverse',
    isPremiumPaid: textOf('premiums', m.premium) === 'equity',
    isCall: textOf('rights', m.optionType) === 'call',
    currency: m.currency,
    underlying: m.underlying,
    marginClass: m.marginClass,
    multiplier: decimal(m.multiplier),
    underlyingMultiplier: decimal(m.underlyingMultiplier),
    strike: decimal(m.strikeTicks),
    maxLots: decimal(m.maxLots),
    maxPrice: decimal(m.maxPriceTicks),
    outlierPpm: m.outlierPpm,
    staleAfterUs: m.staleAfterUs,
    expiresAt: m.expiresAt,
    mark: undefined,
    pricedAt: 0,
    observedAt: 0,
    depthObservedAt: 0,
    market: 'open',
    quarantined: undefined,
  });
}

export function checkLogic(state: TwinState, m: MessageNamed<'LogicActivated'>): number {
  return m.logicVersion > state.logicVersion && m.logicVersion <= LATEST_LOGIC ? 0 : 513;
}

export function checkReinstatement(state: TwinState, id: number): number {
  const member = state.members.get(id);
  if (member === undefined) return 540;
  const isEnded = member.state === 'late' || member.state === 'closed-out';
  return isEnded && obligationsOf(state, id).length === 0 ? 0 : 541;
}

export function reinstate(state: TwinState, id: number): void {
  rowOf(state.members, id).state = 'current';
}
