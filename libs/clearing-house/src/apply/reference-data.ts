import { invariant, STORE_LIMIT } from '#libs/units';
import type { Measured, MessageNamed } from '#libs/events';
import { A, KIND, M, MEMBER, POOL, SAGA, VENUE } from '#libs/clearing';
import { EXPIRED, I, INVERSE, OPEN, SETTLING, STALE } from '#libs/market';
import type { HouseState } from '../state/house-state.js';
import { TIMER } from '../state/timers.js';
import { armStale, rebuildTimers } from './deadlines.js';
import { stepMember } from './saga-steps.js';

export function applyCurrencyListed(state: HouseState, m: MessageNamed<'CurrencyListed'>): void {
  const id = state.currencies.add(m.minorDigits);
  state.names.add('currency', id, m.name);
  invariant(state.house.append() === id, 'every currency has its ledgers');
  state.balances.ensureCurrencies(id);
}

export function applyPoolOpened(state: HouseState, m: MessageNamed<'PoolOpened'>): void {
  const id = state.pools.admit(m.name);
  invariant(state.currencies.has(m.baseCurrency), 'a pool has a listed base currency');
  state.pools.set(id, POOL.baseCurrency, m.baseCurrency);
  state.pools.set(id, POOL.ladder, m.ladder);
}

export function applyVenueConnected(state: HouseState, m: MessageNamed<'VenueConnected'>): void {
  state.venues.set(state.venues.admit(m.name), VENUE.acceptance, m.acceptance);
}

export function applyAccountOpened(state: HouseState, m: MessageNamed<'AccountOpened'>): void {
  const { accounts } = state;
  const id = accounts.append();
  invariant(state.pools.has(m.pool), 'an account is in a pool');
  invariant(m.member === 0 || state.members.has(m.member), 'an account has a known member');
  invariant((m.parent !== 0) === (m.accountKind === KIND.grossClient), 'a client has a parent');
  state.names.add('account', id, m.name);
  accounts.set(id, A.member, m.member);
  accounts.set(id, A.pool, m.pool);
  accounts.set(id, A.parent, m.parent);
  accounts.set(id, A.kind, m.accountKind);
  state.balances.ensurePurse(id);
  if (m.parent !== 0) {
    accounts.noteClient(id, m.parent);
    accounts.set(m.parent, A.clients, accounts.get(m.parent, A.clients) + 1);
  }
  if (m.accountKind === KIND.house) state.members.set(m.member, M.houseAccount, id);
}

export function applyAccountClosed(state: HouseState, m: MessageNamed<'AccountClosed'>): void {
  const { accounts } = state;
  invariant(accounts.get(m.account, A.closed) === 0, 'an account is closed once');
  invariant(accounts.get(m.account, A.ordersInFlight) === 0, 'a closed account has no orders');
  invariant(accounts.get(m.account, A.clients) === 0, 'a closed account has no clients');
  accounts.set(m.account, A.closed, 1);
  const parent = accounts.get(m.account, A.parent);
  if (parent !== 0) accounts.set(parent, A.clients, accounts.get(parent, A.clients) - 1);
}

export function applyInstrumentListed(
  state: HouseState,
  m: MessageNamed<'InstrumentListed'>,
): void {
  const { instruments } = state;
  const id = instruments.append();
  invariant(state.currencies.has(m.currency), 'an instrument settles in a listed currency');
  invariant(m.underlying < id, 'an underlying is listed before what is on it');
  invariant(m.multiplier >= 1 && m.maxLots >= 1 && m.maxPriceTicks >= 1, 'terms are above 0');
  const perLot = m.payoff === INVERSE ? m.multiplier : m.multiplier * m.maxPriceTicks;
  invariant(perLot * m.maxLots <= STORE_LIMIT / 4, 'no value of a position leaves 2^50');
  state.names.add('instrument', id, m.name);
  const columns = {
    currency: m.currency,
    underlying: m.underlying,
    kind: m.kind,
    payoff: m.payoff,
    premium: m.premium,
    optionType: m.optionType,
    marginClass: m.marginClass,
    tickDigits: m.tickDigits,
    multiplier: m.multiplier,
    underlyingMultiplier: m.underlyingMultiplier,
    strikeTicks: m.strikeTicks,
    maxLots: m.maxLots,
    maxPriceTicks: m.maxPriceTicks,
    outlierPpm: m.outlierPpm,
    staleAfterUs: m.staleAfterUs,
    expiresAt: m.expiresAt,
  };
  for (const [column, value] of Object.entries(columns)) {
    instruments.set(id, I[column as keyof typeof columns] as number, value);
  }
  if (m.expiresAt !== 0) {
    invariant(m.expiresAt > state.clock.timeUs, 'an instrument expires in the future');
    state.timers.push({ deadline: m.expiresAt, kind: TIMER.expiry, subject: id, reference: 0 });
  }
}

export function applyRulebookPublished(state: HouseState, m: Measured<'RulebookPublished'>): void {
  const isInForce = m.effectiveAt <= state.clock.timeUs;
  invariant(
    m.rulebookVersion === state.rulebooks.lastVersion(m.pool) + 1,
    'versions of a rulebook are dense',
  );
  state.rulebooks.publish(m, isInForce);
  if (isInForce) return;
  state.timers.push({
    deadline: m.effectiveAt,
    kind: TIMER.rulebook,
    subject: m.pool,
    reference: m.rulebookVersion,
  });
}

/** Deadlines of calls, orders and members move by the gap; every open market turns stale. */
export function applyTimeJumpAccepted(
  state: HouseState,
  m: MessageNamed<'TimeJumpAccepted'>,
): void {
  const { accounts, members, orders, instruments } = state;
  const gap = m.resumeAt - state.clock.timeUs;
  invariant(gap >= 0, 'log time never goes back');
  for (let id = 1; id <= accounts.count; id++) {
    if (accounts.get(id, A.sagaState) !== SAGA.called) continue;
    accounts.set(id, A.callDeadlineAt, accounts.get(id, A.callDeadlineAt) + gap);
  }
  for (const order of orders.open.values()) if (order.deadlineAt !== 0) order.deadlineAt += gap;
  for (const cancellation of state.cancellations.open.values()) {
    if (cancellation.deadlineAt !== 0) cancellation.deadlineAt += gap;
  }
  for (let id = 1; id <= members.count; id++) {
    const saga = members.get(id, M.sagaState);
    if (saga !== MEMBER.called && saga !== MEMBER.late) continue;
    members.set(id, M.callDeadlineAt, members.get(id, M.callDeadlineAt) + gap);
  }
  for (let id = 1; id <= instruments.count; id++) {
    if (instruments.get(id, I.marketState) === OPEN && instruments.get(id, I.markTicks) !== 0) {
      instruments.set(id, I.marketState, STALE);
    }
  }
  state.paces.postpone(gap);
  state.breakers.postpone(gap);
  state.hedgeGraces.postpone(gap);
  state.clock.timeUs = m.resumeAt;
  rebuildTimers(state);
}

export function applyMemberReinstated(
  state: HouseState,
  m: MessageNamed<'MemberReinstated'>,
): void {
  invariant(
    state.obligations.of(m.member).length === 0,
    'a member that is reinstated owes nothing',
  );
  stepMember(state, m.member, MEMBER.current);
  state.members.set(m.member, M.defaultedBy, 0);
}

export function applyMarketState(state: HouseState, instrument: number, marketState: number): void {
  const before = state.instruments.get(instrument, I.marketState);
  invariant(marketState >= OPEN && marketState <= EXPIRED, 'a market has a state');
  invariant(before < SETTLING || marketState === EXPIRED, 'a settling market only expires');
  invariant(marketState !== EXPIRED || before === SETTLING, 'a market settles before it expires');
  state.instruments.set(instrument, I.marketState, marketState);
  if (marketState === OPEN) armStale(state, instrument);
}
