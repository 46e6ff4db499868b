import { L, SAGA } from '#libs/clearing';
import { inversePerpetual, listed, option } from '../support/contracts.js';
import { publishTerms } from '../support/execution-terms.js';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import { account, BTC, deposit, priced, smallHouse, trade, usd } from '../support/small-house.js';

const { alice, bob } = account;

function house(dollars: number): HouseDriver {
  const driver = smallHouse();
  publishTerms(driver, { deleverages: 1 });
  driver.accept(deposit(alice, dollars));
  driver.accept(deposit(bob, 1_000_000));
  return driver;
}

/** Nothing is left, nobody is short of anything, and the house holds no loss. */
function expectClosed(driver: HouseDriver, instrument: number): void {
  expect([driver.lots(alice, instrument), driver.lots(bob, instrument)]).toEqual([0, 0]);
  expect(driver.ledger(L.uncovered)).toBe(0);
  expect(driver.saga(alice)).toBe(SAGA.healthy);
}

describe('deleveraging of other contracts', () => {
  it.each([
    // 1,000 lots of 100 USD, settled in BTC: 2.5 BTC at 40,000. Long loses in a fall, short in a rise.
    { says: 'long inverse', buyer: alice, seller: bob, mark: 352_000, side: 1 },
    { says: 'short inverse', buyer: bob, seller: alice, mark: 456_000, side: 0 },
  ])('$says: settled in a coin, never below nothing', ({ buyer, seller, mark, side }) => {
    const driver = house(12_000);
    const instrument = listed(driver, inversePerpetual, 400_000);
    driver.accept({ ...trade(buyer, seller, 1_000, 400_000), instrument });
    const events = [...driver.accept(priced(driver, mark, instrument)), ...driver.drain()];
    expect(eventOf(events, 'DeleveragingStarted').equityMinor).toBeLessThan(0);
    expect(eventOf(events, 'PositionDeleveraged')).toMatchObject({ side, quantityLots: 1_000 });
    expectClosed(driver, instrument);
    // Converted twice against the house, so that she may keep a part of a cent.
    const { equity } = driver.figures(alice);
    expect(equity).toBeGreaterThanOrEqual(0);
    expect(equity).toBeLessThan(usd(0.01));
    expect(driver.balance(bob, BTC)).toBeLessThanOrEqual(0);
  });

  it('a short option of premium style: it is bought back for less than the mark, in cash', () => {
    const driver = house(2_000);
    const instrument = listed(driver, option('call', 'equity', 420_000), 15_000);
    // 500 lots at 1.50: 750 come in.
    driver.accept({ ...trade(bob, alice, 500, 15_000), instrument });
    const before = driver.balance(bob);
    const events = [...driver.accept(priced(driver, 60_000, instrument)), ...driver.drain()];
    const closed = eventOf(events, 'PositionDeleveraged');
    // They are worth 3,000; she has 2,750 less fees, and pays all of it.
    expect(closed).toMatchObject({ side: 0, quantityLots: 500 });
    expect(closed.costMinor + closed.lossMinor).toBe(usd(3_000));
    expect(driver.balance(bob) - before).toBe(closed.costMinor);
    expect(driver.balance(alice)).toBe(0);
    expectClosed(driver, instrument);
  });

  it('two positions, each at its share, the second to the last unit', () => {
    const driver = house(6_000);
    const second = listed(
      driver,
      { ...inversePerpetual, name: 'ETH', currency: 1, payoff: 0, multiplier: 10 },
      30_000,
    );
    driver.accept(trade(alice, bob, 1_000, 400_000));
    driver.accept({ ...trade(alice, bob, 500, 30_000), instrument: second });
    driver.accept(priced(driver, 27_000, second)); // 1,500 gone
    const events = [...driver.accept(priced(driver, 354_000)), ...driver.drain()];
    expect(namesOf(eventsOf(events, 'DeleveragingStarted'))).toHaveLength(2);
    const [one, two] = eventsOf(events, 'PositionDeleveraged');
    // By notional: 35,400 and 13,500.
    expect((one?.lossMinor ?? 0) / (two?.lossMinor ?? 1)).toBeCloseTo(35_400 / 13_500, 3);
    expect(driver.figures(alice).equity).toBe(0);
    expectClosed(driver, second);
  });
});
