import { listed, option } from '../../support/contracts.js';
import type { HouseDriver } from '../../support/house-driver.js';
import { forward, rate, said, threeSources } from '../../support/market-feeds.js';
import { flatSurface, scenarioRulebook } from '../../support/scenario-rulebook.js';
import {
  account,
  DAY,
  deposit,
  priced,
  SECOND,
  smallHouse,
  trade,
} from '../../support/small-house.js';

const MONTH = DAY + 30 * 86_400 * SECOND;

/**
 * A perpetual that is marked by three sources, under scenarios that ask for rates, forwards, their age and
 * the sources' agreement: a lie, a stale market, an old surface, a breach, the end of the index. It made a
 * golden log, as TradingDay did.
 */
export class IndexDay {
  constructor(private readonly driver: HouseDriver) {}

  run(): void {
    const { driver } = this;
    const { alice, bob, maker } = account;
    smallHouse(3, driver);
    const [terms] = scenarioRulebook.scenarioTerms;
    const asked = {
      ...{ discountsValues: 1, indexConfidence: 1 },
      ...{ confidenceThresholdPpb: 1_000_000_000, confidenceFactorPpb: 500_000_000 },
      ...{ surfaceMaxAgeUs: 300 * SECOND, forwardMaxAgeUs: 300 * SECOND },
      ...{ rateMaxAgeUs: 86_400 * SECOND },
    };
    driver.accept({ ...scenarioRulebook, scenarioTerms: [{ ...terms, ...asked }] });
    driver.drain();
    for (const [who, dollars] of [
      [alice, 700],
      [bob, 1_000_000],
      [maker, 1_000_000],
    ] as const) {
      driver.accept(deposit(who, dollars));
    }
    driver.accept(flatSurface(MONTH, DAY));
    driver.accept(forward(driver, MONTH, 401_000, { confidencePpm: 995_000 }));
    driver.accept(rate(driver, MONTH, 50_000_000));
    driver.drain();
    const put = listed(driver, { ...option('put', 'equity', 400_000), expiresAt: MONTH }, 22_855);
    driver.drain();
    driver.accept({ ...trade(alice, bob, 100, 22_855), instrument: put });
    driver.accept(trade(alice, bob, 100, 400_000));
    this.index();
    this.ages(put);
    driver.accept({ ...threeSources, sources: [] });
    driver.accept(priced(driver, 380_000));
    driver.drain();
  }

  private index(): void {
    const { driver } = this;
    driver.accept(threeSources);
    driver.submit(priced(driver, 400_000));
    driver.submit(said(driver, 3, 400_000));
    driver.accept(said(driver, 1, 400_000));
    driver.accept(said(driver, 2, 400_400));
    driver.accept(said(driver, 7, 430_000));
    driver.time(DAY + 4 * SECOND);
    driver.accept(said(driver, 2, 399_000));
    driver.accept(said(driver, 7, 399_500));
    driver.time(DAY + 10 * SECOND);
    driver.time(DAY + 14 * SECOND);
    driver.accept(said(driver, 1, 398_000));
    driver.accept(said(driver, 2, 398_400));
    driver.drain();
  }

  /** The surface and the forward grow old; the market falls; then both come anew. */
  private ages(put: number): void {
    const { driver } = this;
    const now = DAY + 300 * SECOND;
    driver.time(now);
    driver.accept(said(driver, 1, 370_000));
    driver.accept(said(driver, 2, 370_400));
    driver.accept(priced(driver, 30_000, put));
    driver.drain();
    driver.accept(flatSurface(MONTH, now));
    driver.accept(forward(driver, MONTH, 371_000));
    driver.drain();
  }
}
