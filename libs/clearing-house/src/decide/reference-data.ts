import type { MessageNamed, RefTarget } from '#libs/events';
import { A, ACCEPTED, KIND, M, MEMBER } from '#libs/clearing';
import { EQUITY_PREMIUM, I, INVERSE, OPTION, PERPETUAL } from '#libs/market';
import { CURRENCY_LIMIT } from '#libs/margin';
import { logicOf } from '../logic/index.js';
import type { HouseState } from '../state/house-state.js';

const NAMES_MAX = 65_535;
const ACCOUNTS_MAX = 67_108_864;
const VALUE_MAX = 1_125_899_906_842_624; // 2^50
const COUNT_MAX = 4_294_967_296; // 2^32
const EXCHANGE = 0;

/** A new name: given, unused, and room for one more. */
export function checkName(
  state: HouseState,
  target: RefTarget,
  name: string,
  count: number,
  limit = NAMES_MAX,
): number {
  if (name === '') return 502;
  if (state.names.idOf(target, name) !== undefined) return 501;
  return count >= limit ? 503 : ACCEPTED;
}

export function checkCurrency(state: HouseState, m: MessageNamed<'CurrencyListed'>): number {
  const name = checkName(state, 'currency', m.name, state.currencies.count, CURRENCY_LIMIT);
  return name !== ACCEPTED ? name : m.minorDigits > 9 ? 512 : ACCEPTED;
}

export function checkPool(state: HouseState, m: MessageNamed<'PoolOpened'>): number {
  const name = checkName(state, 'pool', m.name, state.pools.count, 255);
  if (name !== ACCEPTED) return name;
  if (!state.currencies.has(m.baseCurrency)) return 204;
  return state.currencies.priceMicros(m.baseCurrency) === 0 ? 205 : ACCEPTED;
}

export function checkAccount(state: HouseState, m: MessageNamed<'AccountOpened'>): number {
  const name = checkName(state, 'account', m.name, state.accounts.count, ACCOUNTS_MAX);
  if (name !== ACCEPTED) return name;
  if (!state.pools.has(m.pool)) return 230;
  if (m.member !== 0 && !state.members.has(m.member)) return 231;
  return isAccountConsistent(state, m) ? ACCEPTED : 504;
}

function isAccountConsistent(state: HouseState, m: MessageNamed<'AccountOpened'>): boolean {
  const isDirect = m.accountKind === KIND.direct;
  const ladder = state.pools.get(m.pool, 1);
  if (isDirect !== (m.member === 0) || isDirect !== (ladder === EXCHANGE)) return false;
  if (m.accountKind === KIND.house && state.members.get(m.member, M.houseAccount) !== 0)
    return false;
  if (m.accountKind !== KIND.grossClient) return m.parent === 0;
  const { accounts } = state;
  return (
    accounts.has(m.parent) &&
    accounts.get(m.parent, A.kind) === KIND.omnibusGross &&
    accounts.get(m.parent, A.closed) === 0 &&
    accounts.get(m.parent, A.member) === m.member &&
    accounts.get(m.parent, A.pool) === m.pool
  );
}

export function checkClose(state: HouseState, m: MessageNamed<'AccountClosed'>): number {
  const { accounts, positions, balances, currencies } = state;
  if (!accounts.has(m.account)) return 201;
  if (accounts.get(m.account, A.closed) !== 0) return 203;
  const busy =
    accounts.get(m.account, A.clients) !== 0 ||
    [...state.orders.open.values()].some(({ account }) => account === m.account) ||
    state.openOrders.hasAny(m.account) ||
    [...state.cancellations.open.values()].some(({ account }) => account === m.account) ||
    accounts.get(m.account, A.openWithdrawals) !== 0 ||
    accounts.get(m.account, A.call) !== 0;
  if (busy) return 542;
  const first = positions.first(m.account);
  for (let row = first; row < first + positions.countOf(m.account); row++) {
    if (!positions.isEmpty(row)) return 542;
  }
  for (let c = 1; c <= currencies.count; c++) {
    if (balances.balance(m.account, c) !== 0) return 542;
  }
  return ACCEPTED;
}

export function checkInstrument(state: HouseState, m: MessageNamed<'InstrumentListed'>): number {
  const name = checkName(state, 'instrument', m.name, state.instruments.count);
  if (name !== ACCEPTED) return name;
  if (!state.currencies.has(m.currency)) return 204;
  if (state.currencies.priceMicros(m.currency) === 0) return 205;
  return isBounded(m) && isKindConsistent(state, m) ? ACCEPTED : 512;
}

function isBounded(m: MessageNamed<'InstrumentListed'>): boolean {
  const inRange = (x: number, max: number): boolean => x >= 1 && x <= max;
  if (!inRange(m.maxLots, COUNT_MAX) || !inRange(m.maxPriceTicks, COUNT_MAX)) return false;
  if (!inRange(m.multiplier, VALUE_MAX) || m.staleAfterUs < 0) return false;
  const perLot = m.payoff === INVERSE ? m.multiplier : m.maxPriceTicks * m.multiplier;
  return perLot <= VALUE_MAX && perLot * m.maxLots <= VALUE_MAX;
}

function isKindConsistent(state: HouseState, m: MessageNamed<'InstrumentListed'>): boolean {
  const isOption = m.kind === OPTION;
  if ((m.kind === PERPETUAL) !== (m.expiresAt === 0)) return false;
  if (m.expiresAt !== 0 && m.expiresAt <= state.clock.timeUs) return false;
  if (!isOption) {
    const optionTerms = [m.underlying, m.optionType, m.strikeTicks, m.underlyingMultiplier];
    return optionTerms.every((term) => term === 0) && m.premium !== EQUITY_PREMIUM;
  }
  const { instruments } = state;
  if (!instruments.has(m.underlying) || instruments.get(m.underlying, I.kind) === OPTION)
    return false;
  if (instruments.get(m.underlying, I.payoff) === INVERSE || m.payoff === INVERSE) return false;
  const maxSpot = instruments.get(m.underlying, I.maxPriceTicks);
  const isTermsOk = m.optionType !== 0 && m.strikeTicks >= 1 && m.underlyingMultiplier >= 1;
  return (
    isTermsOk &&
    m.strikeTicks <= maxSpot &&
    m.underlyingMultiplier * maxSpot * m.maxLots <= VALUE_MAX
  );
}

export function checkLogic(state: HouseState, m: MessageNamed<'LogicActivated'>): number {
  const isNewer = m.logicVersion > state.clock.logicVersion;
  return isNewer && logicOf(m.logicVersion) !== undefined ? ACCEPTED : 513;
}

export function checkReinstatement(state: HouseState, m: MessageNamed<'MemberReinstated'>): number {
  if (!state.members.has(m.member)) return 540;
  const saga = state.members.get(m.member, M.sagaState);
  const isEnded = saga === MEMBER.late || saga === MEMBER.closedOut;
  return isEnded && state.obligations.of(m.member).length === 0 ? ACCEPTED : 541;
}
