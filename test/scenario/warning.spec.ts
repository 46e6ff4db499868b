import { eventOf, namesOf } from '../support/house-driver.js';
import { account, deposit, priced, smallHouse, trade, usd } from '../support/small-house.js';

const { alice, bob } = account;

describe('a warning and its end', () => {
  it('warns below 1.2 x maintenance and clears at 1.3 x: between them nothing changes', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 4_000));
    driver.accept(deposit(bob, 1_000_000));
    driver.accept(trade(alice, bob, 1_000, 400_000)); // fee 20: equity 3,980 + (P - 40,000)
    // Warned when P - 36,020 < 0.06 P: below 38,319.15. Cleared when P - 36,020 >= 0.065 P: from
    // 38,524.06 on.
    const steps = [
      { ticks: 383_192, event: undefined, equity: 2_299.2 }, // 2,299.2 >= 2,299.152
      { ticks: 383_191, event: 'AccountWarned', equity: 2_299.1 }, // 2,299.1 < 2,299.146
      { ticks: 382_000, event: undefined, equity: 2_180 },
      { ticks: 384_000, event: undefined, equity: 2_380 }, // above 1.2 x, below 1.3 x = 2,496
      { ticks: 385_240, event: undefined, equity: 2_504 }, // 2,504.0 < 2,504.06
      { ticks: 385_241, event: 'WarningCleared', equity: 2_504.1 }, // >= 2,504.0665
      { ticks: 384_000, event: undefined, equity: 2_380 }, // healthy again: below 1.3 x is fine
      { ticks: 383_191, event: 'AccountWarned', equity: 2_299.1 },
    ] as const;
    for (const { ticks, event, equity } of steps) {
      const events = driver.accept(priced(driver, ticks));
      const expected = ['PriceObserved', ...(event === undefined ? [] : [event])];
      expect([ticks, namesOf(events)]).toEqual([ticks, expected]);
      expect(driver.figures(alice).equity).toBe(usd(equity));
      if (event === undefined) continue;
      expect(eventOf(events, event)).toMatchObject({
        account: alice,
        equityMinor: usd(equity),
        maintenanceMinor: Math.ceil((ticks * 1_000) / 20), // 5 % of 1,000 lots
        initialMinor: Math.ceil((ticks * 1_000) / 10),
      });
    }
  });

  it('a warned account that deposits is healthy at once; one that adds risk stays warned', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 4_000));
    driver.accept(deposit(bob, 1_000_000));
    driver.accept(trade(alice, bob, 1_000, 400_000));
    driver.accept(priced(driver, 380_000)); // equity 1,980; exit 1.3 x 1,900 = 2,470
    expect(namesOf(driver.accept(trade(alice, bob, 1, 380_000)))).toEqual(['TradeNovated']);
    // One lot more: equity 1,979.981; 1,903.8 x 1.3 = 2,474.94 (second tier: 10 % of the lot).
    expect(namesOf(driver.accept(deposit(alice, 494.9589)))).toEqual(['CollateralDeposited']);
    expect(namesOf(driver.accept(deposit(alice, 0.0001)))).toEqual([
      'CollateralDeposited',
      'WarningCleared',
    ]);
  });
});
