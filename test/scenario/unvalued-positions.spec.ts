import { listed, option } from '../support/contracts.js';
import type { HouseDriver } from '../support/house-driver.js';
import { flatSurface, scenarioRulebook } from '../support/scenario-rulebook.js';
import {
  account,
  DAY,
  deposit,
  ON_ACK,
  PERP,
  SECOND,
  smallHouse,
  trade,
} from '../support/small-house.js';

const { alice, bob } = account;
const MONTH = DAY + 30 * 86_400 * SECOND;

/** Alice holds a put and 5 lots on 1,000 USD when her pool goes under scenarios; nobody has published volatilities. */
function house(logicVersion: number): HouseDriver {
  const driver = smallHouse(logicVersion);
  driver.accept(deposit(alice, 1_000));
  driver.accept(deposit(bob, 1_000_000));
  driver.accept(deposit(account.maker, 1_000_000));
  const put = listed(driver, { ...option('put', 'equity', 400_000), expiresAt: MONTH }, 22_855);
  driver.accept({ ...trade(alice, bob, 1, 22_855), instrument: put });
  driver.accept(trade(alice, bob, 5, 400_000));
  driver.accept({ ...scenarioRulebook });
  driver.drain();
  return driver;
}

/** Ten bitcoin, 400,000 USD: 100,000 USD of initial margin. */
const tenCoins = (buyer: number, seller: number) => ({
  ...trade(buyer, seller, 10_000, 400_000),
  venue: ON_ACK,
});

describe('an account that holds what cannot be valued', () => {
  it('adds no risk at a novation-on-ack venue since logic version 4', () => {
    const driver = house(4);
    expect(driver.refuse(tenCoins(alice, bob))).toBe(563);
    expect(driver.lots(alice, PERP)).toBe(5);
  });

  it('did before: with a requirement of 0 it bought on 1,000 USD what needs 100,000', () => {
    const driver = house(3);
    driver.accept(tenCoins(alice, bob));
    expect(driver.lots(alice, PERP)).toBe(10_005);
  });

  it('may reduce, and with volatilities is held to its margin', () => {
    const driver = house(4);
    driver.accept({ ...trade(account.maker, alice, 5, 400_000), venue: ON_ACK });
    expect(driver.lots(alice, PERP)).toBe(0);
    const valued = house(4);
    valued.accept(flatSurface(MONTH, DAY));
    valued.drain();
    expect(valued.refuse(tenCoins(alice, bob))).toBe(116);
    valued.accept({ ...trade(alice, bob, 10, 400_000), venue: ON_ACK });
  });

  it('adds none either with orders in it', () => {
    const driver = smallHouse(4);
    driver.accept(deposit(alice, 1_000));
    driver.accept(deposit(bob, 1_000_000));
    const put = listed(driver, { ...option('put', 'equity', 400_000), expiresAt: MONTH }, 22_855);
    driver.accept({
      ...{ type: 'OpenOrderExposureReported', venue: ON_ACK, account: alice, instrument: put },
      ...{ buyLots: 1, sellLots: 0, venueSequence: 1 },
    });
    driver.accept({ ...scenarioRulebook });
    driver.drain();
    const few = { ...trade(alice, bob, 10, 400_000), venue: ON_ACK };
    expect(driver.refuse(few)).toBe(563);
  });
});
