import { L, M, P, POOL } from '#libs/clearing';
import { recount } from '#libs/clearing-house';
import { I } from '#libs/market';
import { amountMinor, lots, minus, negated, plus } from '#libs/units';
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

describe('a fault planted behind the core', () => {
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
