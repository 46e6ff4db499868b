import { namesOf, type HouseDriver } from '../support/house-driver.js';
import { CLOSE, future, listed } from '../support/contracts.js';
import {
  account,
  deposit,
  ON_ACK,
  OPEN_OFFER,
  openOrders,
  priced,
  smallHouse,
  trade,
  usd,
  USD,
} from '../support/small-house.js';

const { alice, bob, gross1, gross1a, house1, maker } = account;

/** alice has 4,000 dollars; bob and the maker have a million. */
function funded(): HouseDriver {
  const driver = smallHouse();
  driver.accept(deposit(alice, 4_000));
  for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
  return driver;
}

function orderMargin(driver: HouseDriver, unit: number): number {
  const { evaluation } = driver.house.judgement;
  evaluation.evaluate(unit);
  return evaluation.figures.orderMarginMinor;
}

describe('open orders in the initial requirement', () => {
  // A lot is worth 40; 10 % initial up to 1,000 lots, 20 % beyond.
  it.each([
    { held: 0, buy: 100, sell: 0, adds: 400, why: '100 lots bought' },
    { held: 0, buy: 100, sell: 250, adds: 1_000, why: 'the worse side: 250 sold' },
    { held: 500, buy: 0, sell: 700, adds: 0, why: '200 short need less than 500 long' },
    { held: 500, buy: 0, sell: 1_200, adds: 800, why: '700 short need 2,800, 500 long 2,000' },
    { held: 500, buy: 700, sell: 0, adds: 3_600, why: '1,000 at 4 and 200 at 8 less 2,000' },
    { held: -500, buy: 1_000, sell: 1, adds: 4, why: '501 short; 500 long need no more' },
    { held: 500, buy: 0, sell: 0, adds: 0, why: 'none' },
  ])('holds $held, buys $buy, sells $sell: $adds more ($why)', ({ held, buy, sell, adds }) => {
    const driver = funded();
    driver.accept(deposit(alice, 1_000_000));
    if (held > 0) driver.accept(trade(alice, bob, held, 400_000));
    if (held < 0) driver.accept(trade(bob, alice, -held, 400_000));
    const before = driver.figures(alice);
    expect(namesOf(driver.accept(openOrders(alice, buy, sell)))).toEqual([
      'OpenOrderExposureReported',
    ]);
    expect(orderMargin(driver, alice)).toBe(usd(adds));
    expect(driver.figures(alice)).toEqual(before); // what is held needs what it needed
  });

  it('adds up the venues, replaces what a venue said before, and ends with its zero', () => {
    const driver = funded();
    driver.accept(openOrders(alice, 100, 0, OPEN_OFFER));
    driver.accept(openOrders(alice, 50, 30, ON_ACK));
    expect(orderMargin(driver, alice)).toBe(usd(600));
    driver.accept(openOrders(alice, 10, 0, OPEN_OFFER));
    expect(orderMargin(driver, alice)).toBe(usd(240));
    driver.accept(openOrders(alice, 0, 0, ON_ACK));
    expect(orderMargin(driver, alice)).toBe(usd(40));
  });

  it('never counts beyond the position limit, where every trade is refused', () => {
    const driver = funded();
    driver.accept(openOrders(alice, 1_000_000, 0, OPEN_OFFER));
    const atLimit = orderMargin(driver, alice);
    driver.accept(openOrders(alice, 1_000_000, 0, ON_ACK));
    expect(orderMargin(driver, alice)).toBe(atLimit);
  });

  it('counts for a client in the unit of its parent', () => {
    const driver = funded();
    driver.accept(openOrders(gross1a, 0, 10));
    expect(orderMargin(driver, gross1)).toBe(usd(40));
  });

  it('no longer counts, and needs no zero, when the contract is settling', () => {
    const driver = funded();
    const instrument = listed(driver, future, 400_000);
    driver.accept({ ...openOrders(alice, 100, 0), instrument });
    expect(orderMargin(driver, alice)).toBe(usd(400));
    driver.time(CLOSE);
    expect(orderMargin(driver, alice)).toBe(0);
    expect(driver.refuse({ ...openOrders(alice, 1, 0), instrument })).toBe(111);
    driver.accept({ ...openOrders(alice, 0, 0), instrument });
  });
});

describe('what looks at open orders', () => {
  const withdrawal = { type: 'WithdrawalRequested', account: alice, currency: USD } as const;

  it('a withdrawal leaves what they may need: 500 lots, 2,000', () => {
    const driver = funded();
    driver.accept(openOrders(alice, 500, 0));
    expect(driver.refuse({ ...withdrawal, amountMinor: usd(2_000.0001) })).toBe(211);
    driver.accept({ ...withdrawal, amountMinor: usd(2_000) });
  });

  it('a withdrawal is cancelled at its release when orders came in between', () => {
    const driver = funded();
    driver.accept({ ...withdrawal, amountMinor: usd(2_000) });
    const id = driver.house.lastSequence;
    driver.accept(openOrders(alice, 501, 0));
    const events = driver.accept({ type: 'WithdrawalReleased', withdrawal: id });
    expect(namesOf(events)).toEqual(['WithdrawalReleased', 'WithdrawalCancelled']);
    expect(driver.reserved(alice)).toBe(0);
  });

  it('novation on acknowledgement: 600 lots open elsewhere leave no room for 400 more', () => {
    const driver = funded();
    driver.accept(openOrders(alice, 600, 0, OPEN_OFFER));
    // 1,000 lots need 4,000; alice has 4,000 less the fee of 0.05 % of 16,000.
    expect(driver.refuse({ ...trade(alice, bob, 400, 400_000), venue: ON_ACK })).toBe(116);
    // 997 lots need 3,988; the fee of 397 lots is 7.94: 3,992.06.
    driver.accept({ ...trade(alice, bob, 397, 400_000), venue: ON_ACK });
  });

  it('novation on acknowledgement: the order that is filled is not counted again', () => {
    const driver = funded();
    driver.accept(openOrders(alice, 600, 0, ON_ACK));
    driver.accept({ ...trade(alice, bob, 400, 400_000), venue: ON_ACK });
    // Until the venue reports the 200 that are left, its 600 count besides the 400 held.
    expect(orderMargin(driver, alice)).toBe(usd(2_400));
    driver.accept(openOrders(alice, 200, 0, ON_ACK));
    expect(orderMargin(driver, alice)).toBe(usd(800));
  });

  it('an open-offer trade is cleared all the same, and so is one that reduces', () => {
    const driver = funded();
    driver.accept(openOrders(alice, 1_000, 1_000));
    driver.accept(trade(alice, bob, 100, 400_000));
    driver.accept({ ...trade(bob, alice, 100, 400_000), venue: ON_ACK });
  });

  it('no warning and no liquidation: maintenance does not count them', () => {
    const driver = funded();
    driver.accept(trade(alice, bob, 500, 400_000));
    driver.accept(openOrders(alice, 100_000, 100_000));
    expect(namesOf(driver.accept(priced(driver, 390_000)))).toEqual(['PriceObserved']);
  });
});

describe('a report that is refused', () => {
  const good = openOrders(alice, 10, 10);
  it.each([
    { reason: 101, name: 'unknown publisher', terms: { publisher: 9 } },
    { reason: 102, name: 'unknown venue', terms: { venue: 9 } },
    { reason: 103, name: 'unknown instrument', terms: { instrument: 9 } },
    { reason: 201, name: 'unknown account', terms: { account: 99 } },
    { reason: 108, name: 'the omnibus-gross parent', terms: { account: gross1 } },
    { reason: 403, name: 'no number', terms: { venueSequence: 0 } },
    { reason: 110, name: 'fewer than none', terms: { buyLots: -1 } },
    { reason: 110, name: 'more than maxLots', terms: { sellLots: 1_000_001 } },
  ])('$reason: $name', ({ reason, terms }) => {
    const driver = funded();
    const before = driver.businessRoot();
    expect(driver.refuse({ ...good, ...terms })).toBe(reason);
    expect(driver.businessRoot()).toBe(before);
  });

  it('403: an older one, or the same again, of the same orders only', () => {
    const driver = funded();
    driver.accept({ ...good, venueSequence: 100 });
    expect(driver.refuse({ ...good, buyLots: 0, venueSequence: 100 })).toBe(403);
    expect(driver.refuse({ ...good, buyLots: 0, venueSequence: 99 })).toBe(403);
    expect(orderMargin(driver, alice)).toBe(usd(40));
    driver.accept({ ...good, venue: ON_ACK, venueSequence: 1 });
  });

  it('118: no mark to margin them at, but none at all needs none', () => {
    const driver = funded();
    driver.accept({ ...future, name: 'DARK' });
    expect(driver.refuse({ ...good, instrument: 2 })).toBe(118);
    driver.accept({ ...good, instrument: 2, buyLots: 0, sellLots: 0 });
  });

  it('119: no tiers for its class', () => {
    const driver = funded();
    const instrument = listed(driver, { ...future, name: 'ODD', marginClass: 9 }, 400_000);
    expect(driver.refuse({ ...good, instrument })).toBe(119);
  });

  it('542: an account with open orders is not closed', () => {
    const driver = funded();
    driver.accept(openOrders(house1, 1, 0));
    expect(driver.refuse({ type: 'AccountClosed', account: house1 })).toBe(542);
    driver.accept(openOrders(house1, 0, 0));
    driver.accept({ type: 'AccountClosed', account: house1 });
  });
});
