import { Evaluation, type HouseState } from '#libs/clearing-house';
import { A, KIND, L, M, P, POOL, SAGA, SWEEP } from '#libs/clearing';
import { ORDER } from '#libs/default-management';
import { I, valueMinor } from '#libs/market';
import { invariant } from '#libs/units';
import { breakdownOf, type MarginBreakdown } from './explanation/margin-breakdown.js';

/** Keys of a table of numbers, in kebab-case: `closedOut` is `closed-out`. */
export function nameOfState(table: Readonly<Record<string, number>>, value: number): string {
  const key = Object.keys(table).find((name) => table[name] === value) ?? String(value);
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export interface BalanceView {
  readonly currency: string;
  readonly balanceMinor: number;
  readonly reservedMinor: number;
}

export interface PositionView {
  readonly instrument: string;
  readonly positionLots: number;
  readonly costMinor: number;
  readonly markTicks: number;
  readonly valueMinor: number;
  readonly unrealisedMinor: number;
  readonly currency: string;
}

export interface OpenOrdersView {
  readonly instrument: string;
  readonly venue: string;
  readonly buyLots: number;
  readonly sellLots: number;
  /** The venue was asked to cancel them: waiting for its answer, or silent past its deadline. */
  readonly cancellation?: 'requested' | 'unknown';
}

export interface AccountView {
  readonly account: string;
  readonly kind: string;
  readonly pool: string;
  readonly member?: string;
  readonly parent?: string;
  /** healthy, warned, called, liquidating, defaulted, closed-out; a gross-client has its parent's. */
  readonly state: string;
  readonly closed: boolean;
  readonly balances: readonly BalanceView[];
  readonly positions: readonly PositionView[];
  /** As the venues reported them last. */
  readonly openOrders: readonly OpenOrdersView[];
  /** Where it is judged; absent for a gross-client and without a rulebook. */
  readonly margin?: MarginBreakdown;
}

export function accountView(state: HouseState, id: number, evaluation: Evaluation): AccountView {
  const { accounts, names } = state;
  const member = accounts.get(id, A.member);
  const parent = accounts.get(id, A.parent);
  const isUnit = parent === 0;
  const margin = isUnit && evaluation.evaluate(id) ? breakdownOf(state, evaluation, id) : undefined;
  return {
    account: names.nameOf('account', id) ?? '',
    kind: nameOfState(KIND, accounts.get(id, A.kind)),
    pool: names.nameOf('pool', accounts.get(id, A.pool)) ?? '',
    ...(member === 0 ? {} : { member: names.nameOf('member', member) ?? '' }),
    ...(isUnit ? {} : { parent: names.nameOf('account', parent) ?? '' }),
    state: nameOfState(SAGA, accounts.get(accounts.unitOf(id), A.sagaState)),
    closed: accounts.get(id, A.closed) !== 0,
    balances: balancesOf(state, id),
    positions: positionsOf(state, id),
    openOrders: openOrdersOf(state, id),
    ...(margin === undefined ? {} : { margin }),
  };
}

function balancesOf(state: HouseState, id: number): BalanceView[] {
  const views: BalanceView[] = [];
  for (let c = 1; c <= state.currencies.count; c++) {
    const balanceMinor = state.balances.balance(id, c);
    const reservedMinor = state.balances.reserved(id, c);
    if (balanceMinor === 0 && reservedMinor === 0) continue;
    views.push({ currency: state.names.nameOf('currency', c) ?? '', balanceMinor, reservedMinor });
  }
  return views;
}

function positionsOf(state: HouseState, id: number): PositionView[] {
  const { positions, instruments, names } = state;
  const views: PositionView[] = [];
  const first = positions.first(id);
  for (let row = first; row < first + positions.countOf(id); row++) {
    if (positions.isEmpty(row)) continue;
    const instrument = positions.get(row, P.instrument);
    const lots = positions.get(row, P.lots);
    const cost = positions.get(row, P.costMinor);
    const markTicks = instruments.get(instrument, I.markTicks);
    const value = markTicks === 0 ? 0 : valueMinor(instruments, instrument, lots, markTicks);
    views.push({
      instrument: names.nameOf('instrument', instrument) ?? '',
      positionLots: lots,
      costMinor: cost,
      markTicks,
      valueMinor: value,
      unrealisedMinor: value - cost,
      currency: names.nameOf('currency', instruments.get(instrument, I.currency)) ?? '',
    });
  }
  return views;
}

function openOrdersOf({ openOrders, cancellations, names }: HouseState, id: number) {
  const asked = [...cancellations.open.values()].filter(({ account }) => account === id);
  return openOrders
    .of(id)
    .filter(({ buyLots, sellLots }) => buyLots + sellLots > 0)
    .map(({ instrument, venue, buyLots, sellLots }): OpenOrdersView => {
      const own = asked.find((cancellation) => cancellation.venue === venue);
      const cancellation = own?.deadlineAt === 0 ? 'unknown' : 'requested';
      return {
        instrument: names.nameOf('instrument', instrument) ?? '',
        venue: names.nameOf('venue', venue) ?? '',
        buyLots,
        sellLots,
        ...(own === undefined ? {} : { cancellation }),
      };
    });
}

const MARKET = { open: 0, stale: 1, halted: 2, settling: 3, expired: 4 };
const MEMBER_STATE = { current: 0, called: 1, late: 2, defaulted: 3, closedOut: 4 };

/** Everything of the house besides its accounts. */
export function houseView(state: HouseState) {
  return {
    instruments: instrumentViews(state),
    ledgers: ledgerViews(state),
    pools: poolViews(state),
    members: memberViews(state),
    openOrders: [...state.orders.open.keys()].map((order) => orderView(state, order)),
    openCalls: calledAccounts(state).map((account) => callView(state, account)),
    withdrawals: [...state.withdrawals.open.keys()].map((id) => withdrawalView(state, id)),
    obligations: state.obligations.open.map((one) => obligationView(state, one)),
    runningSweeps: state.sweeps.running.map(({ id, kind, instrument, count, cursor }) => ({
      sequence: id,
      kind: nameOfState(SWEEP, kind),
      instrument: state.names.nameOf('instrument', instrument) ?? '',
      accountCount: count,
      cursor,
    })),
  };
}

export type HouseView = ReturnType<typeof houseView>;

/** Every instrument with its market. */
export function instrumentViews({ instruments, names }: HouseState) {
  return ids(instruments.count).map((id) => ({
    instrument: names.nameOf('instrument', id) ?? '',
    marketState: nameOfState(MARKET, instruments.get(id, I.marketState)),
    markTicks: instruments.get(id, I.markTicks),
    tickDigits: instruments.get(id, I.tickDigits),
    openInterestLots: instruments.get(id, I.openInterestLots),
  }));
}

function ledgerViews({ house, names }: HouseState) {
  return ids(house.count).map((id) => ({
    currency: names.nameOf('currency', id) ?? '',
    nostroMinor: house.get(id, L.nostro),
    balancesMinor: house.get(id, L.accounts),
    feesMinor: house.get(id, L.fees),
    roundingMinor: house.get(id, L.rounding),
    suspenseMinor: house.get(id, L.suspense),
    payableMinor: house.get(id, L.payable),
    uncoveredMinor: house.get(id, L.uncovered),
    fundsMinor: house.get(id, L.funds),
  }));
}

/** Every pool with what stands behind it. */
export function poolViews({ pools, names, rulebooks }: HouseState) {
  return ids(pools.count).map((id) => ({
    pool: names.nameOf('pool', id) ?? '',
    currency: names.nameOf('currency', pools.get(id, POOL.baseCurrency)) ?? '',
    ladder: pools.get(id, POOL.ladder) === 0 ? 'exchange' : 'cleared',
    rulebookVersion: rulebooks.inForce(id)?.source.rulebookVersion ?? 0,
    liquidationFundMinor: pools.get(id, POOL.liquidationFundMinor),
    ownCapitalMinor: pools.get(id, POOL.ownCapitalMinor),
    uncoveredMinor: pools.get(id, POOL.uncoveredMinor),
  }));
}

/** Every member. */
export function memberViews({ members, names }: HouseState) {
  return ids(members.count).map((id) => ({
    member: names.nameOf('member', id) ?? '',
    state: nameOfState(MEMBER_STATE, members.get(id, M.sagaState)),
    fundShareMinor: members.get(id, M.fundShareMinor),
    obligations: members.get(id, M.obligations),
  }));
}

/** One open liquidation order. */
export function orderView({ orders, names }: HouseState, order: number) {
  const one = orders.open.get(order);
  invariant(one !== undefined, 'the order is open');
  return {
    order,
    account: names.nameOf('account', one.account) ?? '',
    instrument: names.nameOf('instrument', one.instrument) ?? '',
    side: one.side === 0 ? 'buy' : 'sell',
    quantityLots: one.quantityLots,
    filledLots: one.filledLots,
    limitPriceTicks: one.limitPriceTicks,
    state: nameOfState(ORDER, one.state),
    deadlineUs: one.deadlineAt,
  };
}

function calledAccounts({ accounts }: HouseState): number[] {
  return ids(accounts.count).filter((id) => accounts.get(id, A.sagaState) === SAGA.called);
}

/** The open call of an account that is called. */
export function callView({ accounts, names }: HouseState, account: number) {
  return {
    sequence: accounts.get(account, A.call),
    account: names.nameOf('account', account) ?? '',
    deadlineUs: accounts.get(account, A.callDeadlineAt),
  };
}

/** One open withdrawal. */
export function withdrawalView({ withdrawals, names }: HouseState, sequence: number) {
  const one = withdrawals.open.get(sequence);
  invariant(one !== undefined, 'the withdrawal is open');
  return {
    sequence,
    account: names.nameOf('account', one.account) ?? '',
    currency: names.nameOf('currency', one.currency) ?? '',
    amountMinor: one.amountMinor,
    state: one.isInstructed ? 'instructed' : 'reserved',
  };
}

/** What a member still owes for an account. */
export function obligationView(
  { names }: HouseState,
  { id, member, account, amountMinor }: HouseState['obligations']['open'][number],
) {
  return {
    sequence: id,
    member: names.nameOf('member', member) ?? '',
    account: names.nameOf('account', account) ?? '',
    amountMinor,
  };
}

function ids(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k + 1);
}
