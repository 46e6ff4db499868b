import { listed, option } from '../../support/contracts.js';
import { eventsOf, type HouseDriver } from '../../support/house-driver.js';
import { flatSurface, scenarioRulebook } from '../../support/scenario-rulebook.js';
import {
  account,
  DAY,
  deposit,
  executed,
  priced,
  SECOND,
  smallHouse,
  trade,
} from '../../support/small-house.js';

const MONTH = DAY + 30 * 86_400 * SECOND;

/**
 * A pool margined by scenarios: a hedged and an unhedged account, valuation epochs that prices,
 * volatilities and time end, open orders, a breach whose plan keeps the hedge. It made a golden log, as
 * TradingDay did; requirements hang on the bits of the kernels.
 */
export class ScenarioDay {
  constructor(private readonly driver: HouseDriver) {}

  run(): void {
    const { driver } = this;
    const { alice, bob, maker } = account;
    smallHouse(3, driver);
    driver.accept({ ...scenarioRulebook });
    driver.drain();
    for (const [who, dollars] of [
      [alice, 1_500],
      [bob, 1_000_000],
      [maker, 1_000_000],
    ] as const) {
      driver.accept(deposit(who, dollars));
    }
    driver.accept(flatSurface(MONTH, DAY));
    driver.drain();
    const put = listed(driver, { ...option('put', 'equity', 400_000), expiresAt: MONTH }, 22_855);
    driver.drain();
    driver.accept({ ...trade(alice, bob, 100, 22_855), instrument: put });
    driver.accept(trade(alice, bob, 250, 400_000));
    driver.accept({
      type: 'OpenOrderExposureReported',
      venue: 1,
      account: bob,
      instrument: put,
      buyLots: 10,
      sellLots: 20,
      venueSequence: 1,
    });
    driver.time(DAY + 60 * SECOND);
    driver.accept(flatSurface(MONTH, DAY + 60 * SECOND, 520_000));
    driver.drain();
    const fallen = driver.accept(priced(driver, 390_000));
    for (const order of eventsOf(fallen, 'LiquidationOrderIssued')) {
      executed(driver, order, maker, 390_000);
    }
    driver.drain();
    driver.accept(priced(driver, 404_000));
    driver.drain();
  }
}
