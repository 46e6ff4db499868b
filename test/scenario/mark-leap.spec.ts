import { listed, option } from '../support/contracts.js';
import type { HouseDriver } from '../support/house-driver.js';
import { flatSurface, scenarioRulebook } from '../support/scenario-rulebook.js';
import {
  account,
  DAY,
  deposit,
  priced,
  SECOND,
  smallHouse,
  trade,
} from '../support/small-house.js';

const { alice, bob } = account;
const MONTH = DAY + 30 * 86_400 * SECOND;

/** Prices that confirm each other, so that none stays quarantined. */
function priceOf(driver: HouseDriver, ticks: number): void {
  driver.accept(priced(driver, ticks));
  driver.accept(priced(driver, ticks));
  driver.drain();
}

/** A call is written while the mark is a bad print of one tick, at which the surface came; then it leaps. */
function leap(logicVersion: number, toTicks: number): HouseDriver {
  const driver = smallHouse(logicVersion);
  driver.accept({ ...scenarioRulebook });
  for (const who of [alice, bob]) driver.accept(deposit(who, 100_000_000));
  priceOf(driver, 1);
  driver.accept(flatSurface(MONTH, DAY));
  const call = listed(driver, { ...option('call', 'equity', 400_000), expiresAt: MONTH }, 100);
  driver.accept({ ...trade(bob, alice, 100_000, 100), instrument: call });
  priceOf(driver, toTicks);
  return driver;
}

describe('a leap of the mark since the volatilities came', () => {
  it('carries a forward no further than prices go, since logic version 4', () => {
    // Times 400,000: the forward would be 160,000,000,000; at most it is 100,000,000.
    const driver = leap(4, 400_000);
    const { maintenance } = driver.figures(alice);
    // 100,000 lots of a call on 100,000,000, 20 % up: 20,000,000 a lot.
    expect(maintenance).toBe(100_000 * 20_000_000);
    expect(leap(4, 100_000_000).figures(alice).maintenance).toBe(maintenance);
  });

  it('could not be computed with before: the node stopped', () => {
    expect(() => leap(3, 100_000_000)).toThrow('exceeds 2^53');
  });
});
