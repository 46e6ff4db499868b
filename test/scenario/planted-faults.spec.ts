import { A, BUST, L, M, MEMBER, P, POOL, SAGA } from '#libs/clearing';
import { recount, stepAccount, stepMember } from '#libs/clearing-house';
import { coverShortfall, ORDER, SELL } from '#libs/default-management';
import { I } from '#libs/market';
import { amountMinor, lots, minus, negated, plus, priceTicks, ZERO } from '#libs/units';
import type { HouseDriver } from '../support/house-driver.js';
import {
  account,
  CLEARED,
  deposit,
  EXCHANGE,
  PERP,
  smallHouse,
  trade,
  usd,
  USD,
} from '../support/small-house.js';

const { alice, bob } = account;
const cent = amountMinor(1);

/** A sound house with positions, balances and funds in it. */
function sound(): HouseDriver {
  const driver = smallHouse();
  for (const id of [alice, bob]) driver.accept(deposit(id, 1_000));
  driver.accept(trade(alice, bob, 10, 400_000));
  const fund = { type: 'FundContributed', amountMinor: usd(10) } as const;
  driver.accept({ ...fund, pool: EXCHANGE, layer: 0, member: 0 });
  driver.accept({ ...fund, pool: CLEARED, layer: 2, member: 1 });
  return driver;
}

/** One sentence for each fault: what was changed behind the core's back, and who notices. */
const afterEveryFrame: [name: string, plant: (driver: HouseDriver) => void, error: string][] = [
  [
    'a balance credited without counter-entry',
    (driver) => driver.state.balances.credit(alice, USD, cent),
    'cash is conserved',
  ],
  [
    'a fee booked that nobody paid',
    (driver) => driver.state.house.add(USD, L.fees, cent),
    'cash is conserved',
  ],
  [
    'money that left the bank unbooked',
    (driver) => driver.state.house.add(USD, L.nostro, negated(cent)),
    'cash is conserved',
  ],
  [
    'a ledger below zero, though the sum is right',
    (driver) => {
      driver.state.house.add(USD, L.rounding, negated(cent));
      driver.state.house.add(USD, L.suspense, cent);
    },
    'no ledger but suspense is below zero',
  ],
  [
    'a loss booked as a gain of nobody',
    (driver) => {
      driver.state.house.add(USD, L.uncovered, cent);
      driver.state.house.add(USD, L.suspense, negated(cent));
    },
    'no ledger but suspense is below zero',
  ],
  [
    'one leg of a trade: lots',
    (driver) => {
      const { positions, instruments } = driver.state;
      const row = positions.find(alice, PERP);
      positions.set(row, P.lots, lots(11));
      instruments.set(PERP, I.netLots, plus(instruments.get(PERP, I.netLots), lots(1)));
    },
    'contracts sum to zero',
  ],
  [
    'one leg of a trade: cost',
    (driver) => {
      const { positions, instruments } = driver.state;
      const row = positions.find(alice, PERP);
      positions.set(row, P.costMinor, plus(usd(400), cent));
      instruments.set(PERP, I.netCostMinor, plus(instruments.get(PERP, I.netCostMinor), cent));
    },
    'costs sum to zero',
  ],
];

const onRecount: typeof afterEveryFrame = [
  [
    'lots of one position',
    (driver) => {
      const { positions } = driver.state;
      positions.set(positions.find(alice, PERP), P.lots, lots(11));
    },
    'lots recount',
  ],
  [
    'lots of both sides',
    (driver) => {
      const { positions } = driver.state;
      positions.set(positions.find(alice, PERP), P.lots, lots(11));
      positions.set(positions.find(bob, PERP), P.lots, lots(-11));
    },
    'open interest recounts',
  ],
  [
    'cost of one position',
    (driver) => {
      const { positions } = driver.state;
      positions.set(positions.find(bob, PERP), P.costMinor, minus(usd(-400), cent));
    },
    'costs recount',
  ],
  [
    'a fund of a pool',
    (driver) => driver.state.pools.set(EXCHANGE, POOL.liquidationFundMinor, usd(11)),
    'funds recount',
  ],
  [
    "a member's share",
    (driver) => driver.state.members.set(1, M.fundShareMinor, usd(9)),
    'funds recount',
  ],
  [
    'the running total of balances',
    (driver) => {
      driver.state.house.add(USD, L.accounts, cent);
      driver.state.house.add(USD, L.suspense, negated(cent));
    },
    'balances recount',
  ],
];

const order = {
  account: alice,
  instrument: PERP,
  side: SELL,
  quantityLots: lots(5),
  limitPriceTicks: priceTicks(400_000),
  filledLots: ZERO,
  state: ORDER.issued,
  deadlineAt: 0,
};

/** A wrong step is refused where it is taken, before anything is written. */
const atOnce: typeof afterEveryFrame = [
  [
    'more given back than was reserved',
    ({ state }) => state.balances.unreserve(alice, USD, cent),
    'no less than nothing is reserved',
  ],
  [
    'a purse that does not exist',
    ({ state }) => state.balances.credit(1_000_000, USD, cent),
    'a purse that is credited has a row',
  ],
  [
    'a fill of an order that is not in flight',
    ({ state }) => state.orders.fill(4096, lots(1)),
    'an order that is filled is in flight',
  ],
  [
    'more filled than was ordered',
    ({ state }) => {
      state.orders.add(4096, { ...order });
      state.orders.fill(4096, lots(6));
    },
    'no more is filled than ordered',
  ],
  [
    'an order sent twice',
    ({ state }) => {
      state.orders.add(4096, { ...order });
      state.orders.add(4096, { ...order });
    },
    'an order has its own id',
  ],
  [
    'an obligation booked twice',
    ({ state }) => {
      const owed = { member: 1, account: alice, amountMinor: cent };
      state.obligations.add({ id: 7, ...owed });
      state.obligations.add({ id: 8, ...owed });
    },
    'a member owes once for an account',
  ],
  [
    'a venue asked twice',
    ({ state }) => {
      const asked = { account: alice, unit: alice, venue: 1, deadlineAt: 1 };
      state.cancellations.request(4096, asked);
      state.cancellations.request(4097, { ...asked });
    },
    'a venue is asked once at a time',
  ],
  [
    'a trade busted twice',
    ({ state }) => {
      state.busts.remember(state.clock.sequence + 1, 1, 2, BUST.possible);
      const slot = state.busts.find(state.clock.sequence + 1);
      state.busts.markDone(slot);
      state.busts.markDone(slot);
    },
    'a trade is busted once',
  ],
  [
    'a reference currency that is worth another amount',
    ({ state }) => state.currencies.setPrice(1, 2_000_000),
    'the reference currency is worth 1 of itself',
  ],
  ['a loss that nobody has', () => coverShortfall(ZERO, []), 'a shortfall is above 0'],
];

/** Steps of sagas that no rule knows: from, as the account or member stands, and to. */
const illegalSteps: [name: string, take: (driver: HouseDriver) => void][] = [
  ['a healthy account defaults', ({ state }) => stepAccount(state, alice, SAGA.defaulted)],
  ['a healthy account is closed out', ({ state }) => stepAccount(state, alice, SAGA.closedOut)],
  ['a healthy account recovers', ({ state }) => stepAccount(state, alice, SAGA.healthy)],
  [
    'a defaulted account trades on',
    ({ state }) => {
      state.accounts.set(alice, A.sagaState, SAGA.defaulted);
      stepAccount(state, alice, SAGA.healthy);
    },
  ],
  ['a current member defaults', ({ state }) => stepMember(state, 1, MEMBER.defaulted)],
  ['a current member is late', ({ state }) => stepMember(state, 1, MEMBER.late)],
];

describe('a fault planted behind the core', () => {
  it.each(atOnce)('at once: %s', (_name, plant, error) => {
    const driver = sound();
    expect(() => plant(driver)).toThrow(error);
  });

  it.each(illegalSteps)('at once: %s', (_name, take) => {
    const driver = sound();
    expect(() => take(driver)).toThrow('takes a step of its saga');
  });

  it.each(afterEveryFrame)('after the frame: %s', (_name, plant, error) => {
    const driver = sound();
    driver.house.assertConserved();
    plant(driver);
    expect(() => driver.house.assertConserved()).toThrow(error);
    // Nothing more is recorded: the next input ends in the same assertion.
    expect(() => driver.submit(deposit(alice, 1))).toThrow(error);
  });

  it.each(onRecount)('at the recount: %s', (_name, plant, error) => {
    const driver = sound();
    recount(driver.state);
    plant(driver);
    driver.house.assertConserved(); // the running sums alone do not show it
    expect(() => recount(driver.state)).toThrow(error);
  });
});
