import { invariant } from '#libs/units';
import { L, M, P, POOL } from '#libs/clearing';
import { I } from '#libs/market';
import type { HouseState } from './state/house-state.js';

/**
 * Asserted after every frame, in production: cash held equals cash owed per currency, contracts and
 * their cost sum to zero per instrument. Works on the running sums, so it costs a few additions.
 */
export function assertConserved(state: HouseState): void {
  state.house.assertConserved();
  const { data, stride, count } = state.instruments;
  invariant(state.house.count === state.currencies.count, 'every currency has its ledgers');
  for (let id = 1; id <= count; id++) {
    const at = id * stride;
    invariant(data[at + I.netLots] === 0 || isExpiring(state, id), 'contracts sum to zero', () =>
      describe(state, id),
    );
    const netCost = (data[at + I.netCostMinor] ?? 0) + (data[at + I.houseCostMinor] ?? 0);
    invariant(netCost === 0, 'costs sum to zero', () => describe(state, id));
    const openInterest = data[at + I.openInterestLots] ?? 0;
    invariant(openInterest >= 0, 'open interest is 0 or more', () => describe(state, id));
  }
}

/** Between the slices of an expiry some positions are closed and their other sides not yet. */
function isExpiring(state: HouseState, id: number): boolean {
  return state.instruments.get(id, I.sweepRunning) === 3;
}

function describe(state: HouseState, id: number): string {
  const name = state.names.nameOf('instrument', id) ?? String(id);
  return `${name}: net lots ${String(state.instruments.get(id, I.netLots))}`;
}

/**
 * Recounts every running sum from the rows; called at each snapshot and at the end of a
 * verification. Throws when a sum that was kept in step differs from the count.
 */
export function recount(state: HouseState): void {
  recountPositions(state);
  for (let c = 1; c <= state.currencies.count; c++) {
    let balances = 0;
    for (let id = 1; id <= state.accounts.count; id++) {
      const reserved = state.balances.reserved(id, c);
      invariant(reserved >= 0, 'no less than nothing is reserved', () => String(id));
      balances += state.balances.balance(id, c);
    }
    invariant(balances === state.house.get(c, L.accounts), 'balances recount', () => String(c));
    invariant(fundsOf(state, c) === state.house.get(c, L.funds), 'funds recount', () => String(c));
  }
}

function recountPositions(state: HouseState): void {
  const { positions, instruments, accounts } = state;
  const lots = new Float64Array(instruments.count + 1);
  const costs = new Float64Array(instruments.count + 1);
  const open = new Float64Array(instruments.count + 1);
  for (let account = 1; account <= accounts.count; account++) {
    const first = positions.first(account);
    for (let row = first; row < first + positions.countOf(account); row++) {
      const id = positions.get(row, P.instrument);
      const held = positions.get(row, P.lots);
      invariant(instruments.has(id), 'a position is in a listed instrument', () => String(account));
      lots[id] = (lots[id] ?? 0) + held;
      open[id] = (open[id] ?? 0) + Math.max(0, held);
      costs[id] = (costs[id] ?? 0) + positions.get(row, P.costMinor);
    }
  }
  for (let id = 1; id <= instruments.count; id++) {
    invariant(lots[id] === instruments.get(id, I.netLots), 'lots recount', () => String(id));
    invariant(costs[id] === instruments.get(id, I.netCostMinor), 'costs recount', () => String(id));
    invariant(open[id] === instruments.get(id, I.openInterestLots), 'open interest recounts', () =>
      String(id),
    );
  }
}

function fundsOf(state: HouseState, currency: number): number {
  const { pools, members } = state;
  let funds = 0;
  for (let pool = 1; pool <= pools.count; pool++) {
    if (pools.get(pool, POOL.baseCurrency) !== currency) continue;
    funds += pools.get(pool, POOL.liquidationFundMinor) + pools.get(pool, POOL.ownCapitalMinor);
    for (let id = 1; id <= members.count; id++) {
      if (members.get(id, M.fundPool) === pool) funds += members.get(id, M.fundShareMinor);
    }
  }
  return funds;
}
