import { listed, option } from '../../support/contracts.js';
import { type ExecutionTerms, neutralExecution } from '../../support/execution-terms.js';
import type { HouseDriver } from '../../support/house-driver.js';
import { flatSurface, scenarioRulebook } from '../../support/scenario-rulebook.js';
import {
  account,
  answered,
  DAY,
  deposit,
  EXCHANGE,
  PERP,
  priced,
  SECOND,
  smallHouse,
  trade,
} from '../../support/small-house.js';

const { alice, bob, maker } = account;
const MONTH = DAY + 30 * 86_400 * SECOND;

/**
 * Execution terms at work, under scenarios: a bankruptcy beyond the fund that is deleveraged against a hedge,
 * which keeps a part, and a holder; time for the hedge; tranches, a throttle, failed orders, a take-over that
 * is declined and then made; a market that its breaker halts. It made a golden log, as TradingDay did.
 */
export class CascadeDay {
  private version = 1;
  private now = DAY;

  constructor(private readonly driver: HouseDriver) {}

  run(): void {
    const { driver } = this;
    smallHouse(3, driver);
    const pace = { trancheDelayUs: 5 * SECOND, windowUs: 60 * SECOND, windowSharePpm: 500_000 };
    const grace = { hedgeGraceUs: 30 * SECOND, hedgeGraceFloorPpm: 500_000 };
    this.publish({ ...pace, ...grace, deleverages: 1 });
    for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
    this.deleverage();
    this.publish({ ...pace, ...grace, backstop: bob, backstopBelowPpm: 900_000, backstopLimitMinor: 1 });
    this.takeOver(pace);
    this.publish({ haltMovePpm: 200_000, haltWindowUs: 60 * SECOND, haltUs: 20 * SECOND });
    driver.accept(priced(driver, 270_000));
    driver.accept(priced(driver, 335_000));
    driver.drain();
    this.pass(20);
    driver.drain();
  }

  private publish(terms: Partial<ExecutionTerms>): void {
    this.version += 1;
    const executionTerms = [{ ...neutralExecution, ...terms }];
    const rulebook = { ...scenarioRulebook, rulebookVersion: this.version, executionTerms };
    this.driver.accept(rulebook);
    this.driver.drain();
  }

  private opened(name: string, dollars: number): number {
    const direct = { accountKind: 0, pool: EXCHANGE, member: 0, parent: 0 };
    this.driver.accept({ type: 'AccountOpened', name, ...direct });
    const id = this.driver.state.accounts.count;
    this.driver.accept(deposit(id, dollars));
    return id;
  }

  private pass(seconds: number): void {
    this.now += seconds * SECOND;
    this.driver.idle(this.now);
  }

  /** alice lacks 20 at 31,000; carol is short 400 lots and as many puts, the maker short 600. */
  private deleverage(): void {
    const { driver } = this;
    driver.accept(flatSurface(MONTH, DAY));
    const deep = { ...option('put', 'equity', 520_000), staleAfterUs: 0, expiresAt: MONTH };
    const put = listed(driver, deep, 120_000);
    const carol = this.opened('carol', 1_500);
    driver.accept(deposit(alice, 9_000));
    driver.drain();
    for (let part = 0; part < 4; part++) {
      driver.accept({ ...trade(bob, carol, 100, 120_000), instrument: put });
      driver.accept(trade(alice, carol, 100, 400_000));
    }
    driver.accept(trade(alice, maker, 600, 400_000));
    driver.accept(priced(driver, 310_000));
    driver.accept(priced(driver, 210_000, put));
    driver.drain();
    this.pass(30);
    driver.drain();
  }

  private takeOver(pace: Partial<ExecutionTerms>): void {
    const { driver } = this;
    const erin = this.opened('erin', 900);
    driver.accept(trade(erin, maker, 100, 310_000));
    driver.accept({
      type: 'MarketDepthObserved',
      instrument: PERP,
      bidLots: 5_000,
      askLots: 4_000,
      indexTicks: 311_000,
      observedAt: this.now,
    });
    driver.accept(priced(driver, 265_000));
    driver.drain();
    for (const [order, own] of [...driver.state.orders.open]) {
      if (own.account === erin) driver.accept(answered(order, 'rejected', 0));
    }
    this.publish({ ...pace, backstop: bob, backstopBelowPpm: 900_000, backstopCostPpm: 10_000 });
    this.pass(6);
    driver.drain();
  }
}
