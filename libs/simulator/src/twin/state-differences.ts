import { A, L, M, MEMBER, P, POOL, PUBLISHER, SAGA, SWEEP } from '#libs/clearing';
import type { HouseState } from '#libs/clearing-house';
import { I } from '#libs/market';
import { whole, ZERO } from './decimal-arithmetic.js';
import { indexOf } from './enumerations.js';
import {
  balanceOf,
  balancesTotal,
  fundsTotal,
  type MemberState,
  ordersOf,
  positionOf,
  reservedOf,
  type TwinAccount,
  type TwinState,
  type UnitState,
} from './twin-state.js';

const UNIT_STATES: Readonly<Record<UnitState, number>> = {
  healthy: SAGA.healthy,
  warned: SAGA.warned,
  called: SAGA.called,
  liquidating: SAGA.liquidating,
  defaulted: SAGA.defaulted,
  'closed-out': SAGA.closedOut,
};
const MEMBER_STATES: Readonly<Record<MemberState, number>> = {
  current: MEMBER.current,
  called: MEMBER.called,
  late: MEMBER.late,
  defaulted: MEMBER.defaulted,
  'closed-out': MEMBER.closedOut,
};

/** Collects what differs, one line each. */
class Differences {
  readonly lines: string[] = [];

  compare(what: string, twin: number, house: number): void {
    if (twin !== house) this.lines.push(`${what}: twin ${String(twin)}, house ${String(house)}`);
  }
}

/**
 * Everything in which the twin's state differs from the house's, and every rule of conservation
 * that the twin finds broken; empty when all is well.
 */
export function stateDifferences(twin: TwinState, house: HouseState): string[] {
  const differences = new Differences();
  differences.compare('log time', twin.timeUs, house.clock.timeUs);
  differences.compare('business date', twin.businessDate, house.clock.businessDate);
  differences.compare('logic version', twin.logicVersion, house.clock.logicVersion);
  compareLedgers(twin, house, differences);
  compareAccounts(twin, house, differences);
  compareInstruments(twin, house, differences);
  compareSurfaces(twin, house, differences);
  compareTerms(twin, house, differences);
  compareIndices(twin, house, differences);
  compareParties(twin, house, differences);
  compareBusiness(twin, house, differences);
  return differences.lines;
}

function compareLedgers(twin: TwinState, house: HouseState, differences: Differences): void {
  differences.compare('currencies', twin.currencies.size, house.currencies.count);
  for (const [currency, ledger] of twin.ledgers) {
    const { nostro, fees, rounding, suspense, payable, uncovered } = ledger;
    const rows = { nostro, fees, rounding, suspense, payable, uncovered };
    for (const [name, amount] of Object.entries(rows)) {
      const held = house.house.get(currency, L[name as keyof typeof rows]);
      differences.compare(`${name} of currency ${String(currency)}`, whole(amount), held);
    }
    const owed = [balancesTotal(twin, currency), fundsTotal(twin, currency)]
      .concat(fees, rounding, suspense, payable, uncovered)
      .reduce((sum, amount) => sum.add(amount));
    differences.compare(`conservation in currency ${String(currency)}`, whole(owed), whole(nostro));
    const sound = { nostro, fees, rounding, payable };
    for (const [name, amount] of Object.entries(sound)) {
      if (amount.lt(ZERO)) differences.lines.push(`${name} of ${String(currency)} is below zero`);
    }
    if (uncovered.gt(ZERO)) differences.lines.push('uncovered losses are above zero');
  }
}

function compareAccounts(twin: TwinState, house: HouseState, differences: Differences): void {
  differences.compare('accounts', twin.accounts.size, house.accounts.count);
  for (const [id, account] of twin.accounts) {
    const own = `account ${String(id)}`;
    compareAccount(twin, house, id, account, differences);
    for (const currency of twin.currencies.keys()) {
      const balance = whole(balanceOf(twin, id, currency));
      const reserved = whole(reservedOf(twin, id, currency));
      const of = `${own}, currency ${String(currency)}`;
      differences.compare(`balance of ${of}`, balance, house.balances.balance(id, currency));
      differences.compare(`reserved of ${of}`, reserved, house.balances.reserved(id, currency));
    }
    for (const instrument of twin.instruments.keys()) {
      const { lots, cost } = positionOf(twin, id, instrument);
      const row = house.positions.find(id, instrument);
      const held =
        row === 0 ? [] : [house.positions.get(row, P.lots), house.positions.get(row, P.costMinor)];
      const of = `${own}, instrument ${String(instrument)}`;
      differences.compare(`lots of ${of}`, whole(lots), held[0] ?? 0);
      differences.compare(`cost of ${of}`, whole(cost), held[1] ?? 0);
    }
  }
}

function compareAccount(
  twin: TwinState,
  house: HouseState,
  id: number,
  account: TwinAccount,
  differences: Differences,
): void {
  const compare = (what: string, expected: number, column: number): void =>
    differences.compare(
      `${what} of account ${String(id)}`,
      expected,
      house.accounts.get(id, column),
    );
  compare('state', UNIT_STATES[account.state], A.sagaState);
  compare('breach', account.breach, A.breach);
  compare('call', account.call, A.call);
  compare('call deadline', account.callDeadline, A.callDeadlineAt);
  compare('closing', account.isClosed ? 1 : 0, A.closed);
  const isQueued = house.accounts.get(id, A.queuedPlace) > 0;
  differences.compare(`queueing of account ${String(id)}`, +account.isQueued, +isQueued);
  if (account.parent === 0) compare('orders', ordersOf(twin, id).length, A.ordersInFlight);
}

function compareInstruments(twin: TwinState, house: HouseState, differences: Differences): void {
  differences.compare('instruments', twin.instruments.size, house.instruments.count);
  for (const [id, instrument] of twin.instruments) {
    const compare = (what: string, expected: number, column: number): void =>
      differences.compare(
        `${what} of instrument ${String(id)}`,
        expected,
        house.instruments.get(id, column),
      );
    compare('mark', instrument.mark?.toNumber() ?? 0, I.markTicks);
    compare('market', indexOf('marketStates', instrument.market), I.marketState);
    compare('pricing', instrument.pricedAt, I.pricedAt);
    compare('observation', instrument.observedAt, I.observedAt);
    compare('quarantine', instrument.quarantined?.toNumber() ?? 0, I.quarantinedTicks);
  }
}

function compareSurfaces(twin: TwinState, house: HouseState, differences: Differences): void {
  for (const [id, surface] of twin.surfaces) {
    const held = house.surfaces.of(id)?.source;
    const of = `of the surface on ${String(id)}`;
    differences.compare(`observation ${of}`, surface.observedAt, held?.observedAt ?? 0);
    differences.compare(`volatilities ${of}`, surface.points.length, held?.points.length ?? 0);
    const [last, lastHeld] = [surface.points.at(-1), held?.points.at(-1)];
    differences.compare(`end ${of}`, last?.volatilityPpm ?? 0, lastHeld?.volatilityPpm ?? 0);
  }
}

function compareTerms(twin: TwinState, house: HouseState, differences: Differences): void {
  for (const name of ['forwards', 'rates'] as const) {
    for (const [subject, terms] of twin[name]) {
      for (const [expiry, term] of terms) {
        const held = house[name].at(subject, expiry);
        const of = `of ${name} of ${String(subject)} for ${String(expiry)}`;
        const value = term.type === 'RateObserved' ? term.ratePpb : term.forwardTicks;
        differences.compare(`value ${of}`, value, held?.value ?? NaN);
        differences.compare(`observation ${of}`, term.observedAt, held?.observedAt ?? NaN);
      }
    }
  }
}

function compareIndices(twin: TwinState, house: HouseState, differences: Differences): void {
  for (const id of twin.instruments.keys()) {
    const index = twin.indices.get(id);
    const held = house.indices.of(id);
    const of = `of the index of ${String(id)}`;
    differences.compare(`being ${of}`, +(index !== undefined), +(held !== undefined));
    if (index === undefined) continue;
    differences.compare(`time ${of}`, index.consideredAt, held?.consideredAt ?? NaN);
    differences.compare(`prices ${of}`, index.prices.size, house.indices.quotesOf(id).length);
  }
}

function compareParties(twin: TwinState, house: HouseState, differences: Differences): void {
  for (const [id, { lastSequence }] of twin.publishers) {
    const last = house.publishers.get(id, PUBLISHER.lastSequence);
    differences.compare(`session of publisher ${String(id)}`, lastSequence, last);
  }
  for (const [id, pool] of twin.pools) {
    const compare = (what: string, expected: number, column: number): void =>
      differences.compare(`${what} of pool ${String(id)}`, expected, house.pools.get(id, column));
    compare('liquidation fund', whole(pool.liquidationFund), POOL.liquidationFundMinor);
    compare('own capital', whole(pool.ownCapital), POOL.ownCapitalMinor);
    compare('uncovered', whole(pool.uncovered), POOL.uncoveredMinor);
    const version = house.rulebooks.inForce(id)?.source.rulebookVersion ?? 0;
    differences.compare(
      `rulebook of pool ${String(id)}`,
      pool.rulebook?.rulebookVersion ?? 0,
      version,
    );
  }
  for (const [id, member] of twin.members) {
    const compare = (what: string, expected: number, column: number): void =>
      differences.compare(
        `${what} of member ${String(id)}`,
        expected,
        house.members.get(id, column),
      );
    compare('state', MEMBER_STATES[member.state], M.sagaState);
    compare('deadline', member.deadline, M.callDeadlineAt);
    compare('share', whole(member.share), M.fundShareMinor);
  }
}

/** Open orders and cancellations. */
function compareVenues(twin: TwinState, house: HouseState, differences: Differences): void {
  for (const row of twin.openOrders) {
    const { account, instrument, venue, venueSequence, leftIn } = row;
    const held = house.openOrders.find(account, instrument, venue);
    const compare = (what: string, expected: number, found: number | undefined): void =>
      differences.compare(
        `${what} of ${String(account)}'s orders in ${String(instrument)} at ${String(venue)}`,
        expected,
        found ?? -1,
      );
    compare('buy lots', whole(row.buy), held?.buyLots);
    compare('sell lots', whole(row.sell), held?.sellLots);
    compare('number', venueSequence, held?.venueSequence);
    compare('breach', leftIn, held?.leftIn);
  }
  const { open } = house.cancellations;
  differences.compare('cancellations', twin.cancellations.size, open.size);
  for (const [id, { account, venue, deadline }] of twin.cancellations) {
    const of = `cancellation ${String(id)}`;
    differences.compare(`account of ${of}`, account, open.get(id)?.account ?? 0);
    differences.compare(`venue of ${of}`, venue, open.get(id)?.venue ?? 0);
    differences.compare(`deadline of ${of}`, deadline, open.get(id)?.deadlineAt ?? -1);
  }
}

function compareBusiness(twin: TwinState, house: HouseState, differences: Differences): void {
  const text = (rows: readonly (readonly unknown[])[]): string => JSON.stringify(rows);
  const compare = (what: string, expected: string, held: string): void => {
    if (expected !== held) differences.lines.push(`${what}: twin ${expected}, house ${held}`);
  };
  const byId = (a: readonly number[], b: readonly number[]): number => (a[0] ?? 0) - (b[0] ?? 0);
  compare(
    'orders',
    text(
      [...twin.orders]
        .map(([id, o]) => [id, o.account, whole(o.quantity), whole(o.filled)])
        .sort(byId),
    ),
    text(
      [...house.orders.open]
        .map(([id, o]) => [id, o.account, o.quantityLots, o.filledLots] as const)
        .sort(byId),
    ),
  );
  compareVenues(twin, house, differences);
  compare(
    'withdrawals',
    text([...twin.withdrawals].map(([id, w]) => [id, w.account, whole(w.amount), w.isInstructed])),
    text(
      [...house.withdrawals.open].map(([id, w]) => [id, w.account, w.amountMinor, w.isInstructed]),
    ),
  );
  compare(
    'obligations',
    text(twin.obligations.map((o) => [o.member, o.account, whole(o.amount)])),
    text(house.obligations.open.map((o) => [o.member, o.account, o.amountMinor])),
  );
  compare(
    'sweeps',
    text(twin.sweeps.map((s) => [SWEEP[s.kind], s.instrument, s.cursor, s.count])),
    text(house.sweeps.running.map((s) => [s.kind, s.instrument, s.cursor, s.count])),
  );
}
