import { future, listed, option } from '../../support/contracts.js';
import { eventsOf, type HouseDriver, type Input } from '../../support/house-driver.js';
import { flatSurface, scenarioRulebook } from '../../support/scenario-rulebook.js';
import {
  account,
  DAY,
  deposit,
  executed,
  PERP,
  priced,
  SECOND,
  smallHouse,
  trade,
} from '../../support/small-house.js';

const MONTH = DAY + 30 * 86_400 * SECOND;

/**
 * Liquidations planned at least cost: two contracts under `linear`; under scenarios an account that is
 * short on both sides and one whose hedge stays; and one that nothing restores. It made a golden log, as
 * TradingDay did.
 */
export class PlanDay {
  private readonly driver: HouseDriver;

  constructor(driver: HouseDriver) {
    this.driver = smallHouse(4, driver);
  }

  run(): void {
    const { alice, bob, maker } = account;
    for (const who of [bob, maker]) this.driver.accept(deposit(who, 1_000_000));
    this.driver.accept(deposit(alice, 242));
    const dated = listed(this.driver, future, 400_000);
    this.driver.accept(trade(alice, bob, 60, 400_000));
    this.driver.accept({ ...trade(alice, bob, 40, 400_000), instrument: dated });
    this.carryOut(priced(this.driver, 380_000, PERP));
    this.underScenarios();
  }

  private underScenarios(): void {
    const { driver } = this;
    const { alice, bob, maker } = account;
    driver.accept(flatSurface(MONTH, DAY));
    this.carryOut({ ...scenarioRulebook });
    const strikes = [
      ['put', 360_000],
      ['call', 420_000],
    ] as const;
    const [put = 0, call = 0] = strikes.map(([right, strike]) =>
      listed(driver, { ...option(right, 'equity', strike), expiresAt: MONTH }, 12_000),
    );
    driver.drain();
    driver.accept(deposit(alice, 700));
    // Short on both sides: what is bought back is bought back on both.
    for (const instrument of [put, call]) {
      this.carryOut({ ...trade(maker, alice, 100, 12_000), instrument });
    }
    this.carryOut(trade(alice, bob, 30, 380_000));
    this.carryOut(priced(driver, 362_000, PERP));
    driver.time(DAY + 60 * SECOND);
    // Insured: the put stays.
    driver.accept(deposit(alice, 2_000));
    this.carryOut({ ...trade(alice, maker, 150, 12_000), instrument: put });
    this.carryOut(trade(alice, bob, 300, 362_000));
    for (const priceTicks of [350_000, 338_000, 250_000]) {
      this.carryOut(priced(driver, priceTicks, PERP));
    }
  }

  /** An input, and what is ordered after it, executed at its limit until nothing more is. */
  private carryOut(input: Input): void {
    const { driver } = this;
    let events = [...driver.accept(input), ...driver.drain()];
    for (let round = 0; round < 20; round++) {
      const orders = eventsOf(events, 'LiquidationOrderIssued');
      if (orders.length === 0) return;
      events = orders.flatMap((order) =>
        executed(driver, order, account.maker, order.limitPriceTicks),
      );
      events.push(...driver.drain());
    }
  }
}
