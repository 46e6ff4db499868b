import { eventOf, eventsOf, namesOf } from '../support/house-driver.js';
import {
  account,
  deposit,
  EXCHANGE,
  PERP,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob } = account;
const settlement = { type: 'SettlementPricePublished', instrument: PERP, final: 0 } as const;

describe('daily variation margin', () => {
  it.each([
    // 10 lots (0.01 BTC) from 40,000: +10 at 41,000, -10 at 39,000, 0 at 40,000.
    { ticks: 410_000, gain: 10 },
    { ticks: 390_000, gain: -10 },
    { ticks: 400_000, gain: 0 },
  ])('at $ticks the buyer gets $gain, equity stays', ({ ticks, gain }) => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 1_000));
    driver.accept(deposit(bob, 1_000));
    driver.accept(trade(alice, bob, 10, 400_000));
    const equity = driver.figures(alice).equity;
    const published = driver.accept({ ...settlement, priceTicks: ticks });
    expect(namesOf(published)).toEqual(['SettlementPricePublished', 'SweepStarted']);
    expect(eventOf(published, 'SweepStarted')).toMatchObject({ sweepKind: 0, accountCount: 9 });
    expect(eventOf(driver.drain(), 'SweepContinued')).toMatchObject({
      from: 1,
      to: 10,
      last: 1,
      paidMinor: usd(Math.abs(gain)),
      collectedMinor: usd(Math.abs(gain)),
      roundingMinor: 0,
    });
    expect(driver.balance(alice)).toBe(usd(1_000 - 0.2 + gain));
    expect(driver.balance(bob)).toBe(usd(1_000 - 0.08 - gain));
    expect(driver.cost(alice)).toBe(10 * ticks);
    expect(driver.figures(alice).equity).toBe(equity);
  });

  it.each([
    { reason: 103, terms: { instrument: 2 } },
    { reason: 109, terms: { priceTicks: 0 } },
    { reason: 109, terms: { priceTicks: 100_000_001 } },
    { reason: 508, terms: { final: 1 } },
  ])('is refused for $reason: $terms', ({ reason, terms }) => {
    const driver = smallHouse();
    const before = driver.businessRoot();
    expect(driver.refuse({ ...settlement, priceTicks: 400_000, ...terms })).toBe(reason);
    expect(driver.businessRoot()).toBe(before);
  });
});

describe('a trade in the middle of the sweep', () => {
  it('settles the position that is not reached yet, once', () => {
    const driver = smallHouse();
    for (let id = 10; id <= 300; id++) {
      const open = { accountKind: 0, pool: EXCHANGE, member: 0, parent: 0 };
      driver.accept({ type: 'AccountOpened', name: `client-${String(id)}`, ...open });
    }
    const late = 280; // in the second slice of 256
    for (const id of [alice, bob, late]) driver.accept(deposit(id, 1_000));
    driver.accept(trade(late, bob, 5, 400_000)); // pays 0.10 of 200, bob 0.04
    driver.accept({ ...settlement, priceTicks: 410_000 });
    const first = driver.slice();
    expect(eventOf(first, 'SweepContinued')).toMatchObject({ from: 1, to: 257, last: 0 });
    // bob (account 2) has paid 5; nobody has received it yet.
    expect(driver.balance(bob)).toBe(usd(1_000 - 0.04 - 5));
    expect(driver.balance(late)).toBe(usd(999.9));
    // late sells its 5 lots to alice at 40,500: first it gets 5 for the day, then it loses
    // 2.50 against the settlement price; fees 0.10125 (alice) and 0.0405 (late).
    driver.accept(trade(alice, late, 5, 405_000));
    expect(driver.balance(late)).toBe(usd(999.9 + 5 - 0.0405));
    expect([driver.lots(late), driver.cost(late)]).toEqual([0, usd(2.5)]);
    expect(driver.cost(alice)).toBe(usd(202.5));
    // A second price waits, so does a bust, and the day stays open.
    expect(driver.refuse({ ...settlement, priceTicks: 420_000 })).toBe(506);
    expect(
      driver.refuse({ type: 'SettlementCycleClosed', closedDate: 18_766, nextDate: 18_767 }),
    ).toBe(521);
    const rest = eventsOf(driver.drain(), 'SweepContinued');
    expect(rest).toMatchObject([{ from: 257, to: 301, last: 1, paidMinor: 0, collectedMinor: 0 }]);
    expect(driver.balance(late)).toBe(usd(999.9 + 5 - 0.0405));
    // The next day at 41,500: late pays the 2.50 it lost, alice gains 5 x (41.5 - 40.5) = 5.
    driver.accept({ ...settlement, priceTicks: 415_000 });
    driver.drain();
    expect(driver.balance(late)).toBe(usd(999.9 + 2.5 - 0.0405));
    expect(driver.balance(alice)).toBe(usd(1_000 - 0.1013 + 5)); // 0.10125 rounded up
    expect(driver.balance(bob)).toBe(usd(1_000 - 0.04 - 5 - 2.5));
  });
});
