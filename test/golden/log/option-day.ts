import type { HouseDriver } from '../../support/house-driver.js';
import { DAY, PERP, SECOND, smallHouse } from '../../support/small-house.js';

const WEEK = 7 * 86_400 * SECOND;

/**
 * Volatility surfaces: kept, replaced by a later one, and refused for their order or for an arbitrage.
 * It made a golden log, as TradingDay did; what an arbitrage is hangs on the bits of the kernels.
 */
export class OptionDay {
  constructor(private readonly driver: HouseDriver) {}

  run(): void {
    const { driver } = this;
    smallHouse(3, driver);
    driver.accept(this.surface(DAY, [680_000, 600_000, 640_000]));
    driver.time(DAY + 60 * SECOND);
    driver.accept(this.surface(DAY + 60 * SECOND, [700_000, 610_000, 650_000]));
    driver.submit(this.surface(DAY + 59 * SECOND, [700_000, 610_000, 650_000]));
    driver.submit(this.surface(DAY + 60 * SECOND, [700_000, 0, 650_000]));
    driver.submit(this.surface(DAY + 60 * SECOND, [2_000_000, 610_000, 650_000]));
    driver.submit(this.surface(DAY + 60 * SECOND, [900_000, 800_000, 850_000], 300_000));
    driver.time(DAY + 120 * SECOND);
    driver.accept(this.surface(DAY + 120 * SECOND, [690_000, 605_000, 645_000], 607_000));
  }

  /** A smile of three strikes in a week, and a level in four. */
  private surface(observedAt: number, smile: readonly number[], laterPpm = 615_000) {
    const strikes = [360_000, 400_000, 440_000];
    const first = smile.map((volatilityPpm, at) => ({
      ...{ expiryPlace: 0, strikeTicks: strikes[at] ?? 0, volatilityPpm },
    }));
    return {
      type: 'VolatilitySurfaceObserved',
      instrument: PERP,
      observedAt,
      confidencePpm: 1_000_000,
      expiries: [
        { expiry: DAY + WEEK, forwardTicks: 400_000 },
        { expiry: DAY + 4 * WEEK, forwardTicks: 404_000 },
      ],
      points: [...first, { expiryPlace: 1, strikeTicks: 404_000, volatilityPpm: laterPpm }],
    } as const;
  }
}
