import { SAGA } from '#libs/clearing';
import { mix48, MIX48_SEED } from '#libs/units';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  deposit,
  EXCHANGE,
  priced,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { bob, maker } = account;
const FIRST = 10;

interface Crowd {
  readonly account: number;
  readonly lots: number;
  readonly dollars: number;
}

/** Accounts that go long at 40,000 with these deposits; ids from 10 on, in this order. */
function crowd(members: readonly { readonly lots: number; readonly dollars: number }[]): {
  driver: HouseDriver;
  longs: Crowd[];
} {
  const driver = smallHouse();
  driver.accept(deposit(bob, 1_000_000));
  driver.accept(deposit(maker, 1_000_000));
  const longs = members.map(({ lots, dollars }, k) => {
    const open = { accountKind: 0, pool: EXCHANGE, member: 0, parent: 0 };
    driver.accept({ type: 'AccountOpened', name: `long-${String(k)}`, ...open });
    driver.accept(deposit(FIRST + k, dollars));
    driver.accept(trade(FIRST + k, bob, lots, 400_000));
    return { account: FIRST + k, lots, dollars };
  });
  return { driver, longs };
}

/**
 * 10 lots each (400; fee 0.20). At 38,000 a lot has lost 2 and needs 1.90: equity d - 20.20,
 * maintenance 19. Deposits from 25 to 34.75 in steps of 0.25, dealt out in a scattered order.
 */
const forty = Array.from({ length: 40 }, (_, k) => ({
  lots: 10,
  dollars: 25 + ((k * 7) % 40) * 0.25,
}));

describe('the order of breaches of one cause', () => {
  it('severity first, then the deficit, then the account', () => {
    const { driver } = crowd([
      { lots: 10, dollars: 30 }, // 10: equity 9.80 of 19: deficit 9.20, 48 %
      { lots: 10, dollars: 25 }, // 11: 4.80 of 19: 14.20, 74.7 %
      { lots: 20, dollars: 50 }, // 12: 9.60 of 38: 28.40, 74.7 %, exactly as severe, twice as much
      { lots: 10, dollars: 25 }, // 13: as 11
      { lots: 10, dollars: 60 }, // 14: 39.80 of 19: fine
      { lots: 30, dollars: 80 }, // 15: 19.40 of 57: 37.60, 66 %
    ]);
    const events = driver.accept(priced(driver, 380_000));
    const breaches = eventsOf(events, 'MarginBreached');
    expect(breaches.map((b) => [b.ordinal, b.account, b.deficitMinor])).toEqual([
      [0, 12, usd(28.4)],
      [1, 11, usd(14.2)],
      [2, 13, usd(14.2)],
      [3, 15, usd(37.6)],
      [4, 10, usd(9.2)],
    ]);
    // Each breach with its order, before the next one.
    expect(namesOf(events).slice(0, 5)).toEqual([
      'PriceObserved',
      'MarginBreached',
      'LiquidationOpened',
      'LiquidationOrderIssued',
      'MarginBreached',
    ]);
  });

  it.each([
    { count: 32, isQueued: false },
    { count: 33, isQueued: true },
  ])('$count breaches: queued $isQueued', ({ count, isQueued }) => {
    const { driver } = crowd(forty.slice(0, count));
    const events = driver.accept(priced(driver, 380_000));
    expect(eventsOf(events, 'SweepStarted')).toHaveLength(isQueued ? 1 : 0);
    expect(eventsOf(events, 'MarginBreached')).toHaveLength(isQueued ? 0 : 32);
  });
});

describe('a large breach set', () => {
  const { driver, longs } = crowd([...forty, { lots: 10, dollars: 25 }]); // 41: a tie with the first
  const byDeposit = [...longs].sort((a, b) => a.dollars - b.dollars || a.account - b.account);
  const order = byDeposit.map((long) => long.account);

  it('is announced with its count, hash and order', () => {
    const events = driver.accept(priced(driver, 380_000));
    expect(namesOf(events)).toEqual(['PriceObserved', 'SweepStarted', 'BreachQueued']);
    expect(order.slice(0, 2)).toEqual([10, 50]); // both 25.00
    let setHash = MIX48_SEED;
    for (const id of order) setHash = mix48(setHash, id);
    expect(eventOf(events, 'SweepStarted')).toMatchObject({
      sweepKind: 4,
      accountCount: 41,
      setHash,
    });
    expect(eventOf(events, 'BreachQueued')).toEqual({
      type: 'BreachQueued',
      from: 0,
      accounts: order.map((id) => ({ account: id })),
    });
  });

  it('waits for its turn: neither a price nor a trade breaches a queued account', () => {
    expect(namesOf(driver.accept(priced(driver, 379_000)))).toEqual(['PriceObserved']);
    expect(namesOf(driver.accept(trade(50, bob, 1, 379_000)))).toEqual(['TradeNovated']);
  });

  it('is drained in that order, 32 a slice, at the prices of the moment', () => {
    // 50.00 more: the last of the first slice is safe when its turn comes.
    const saved = order[31] ?? 0;
    expect(namesOf(driver.accept(deposit(saved, 50)))).toEqual(['CollateralDeposited']);
    const first = driver.slice();
    expect(eventOf(first, 'SweepContinued')).toMatchObject({ from: 0, to: 32, last: 0 });
    const breaches = eventsOf(first, 'MarginBreached');
    expect(breaches.map((b) => b.account)).toEqual(order.slice(0, 31));
    expect(breaches.map((b) => b.ordinal)).toEqual(breaches.map((_, place) => place));
    // At 37,900 now: 25 - 0.20 - 21 = 3.80 of 18.95.
    expect(breaches[0]).toMatchObject({ equityMinor: usd(3.8), maintenanceMinor: usd(18.95) });
    expect(driver.saga(saved)).toBe(SAGA.healthy);

    const last = driver.slice();
    expect(eventOf(last, 'SweepContinued')).toMatchObject({ from: 32, to: 41, last: 1 });
    const rest = eventsOf(last, 'MarginBreached').map((b) => [b.ordinal, b.account]);
    expect(rest).toEqual(order.slice(32).map((id, place) => [32 + place, id]));
    expect(eventOf(last, 'SweepStarted')).toMatchObject({ sweepKind: 3, accountCount: 50 });
    expect(driver.state.breachQueue.accounts).toEqual([]);
  });

  it('ends with a sweep that judges everybody once more', () => {
    driver.accept(priced(driver, 379_000));
    const swept = driver.drain();
    expect(eventsOf(swept, 'SweepContinued')).toMatchObject([{ from: 1, to: 51, last: 1 }]);
    expect(driver.house.hasRunningSweep).toBe(false);
    const liquidating = longs.filter((long) => driver.saga(long.account) === SAGA.liquidating);
    expect(liquidating).toHaveLength(40);
  });
});
