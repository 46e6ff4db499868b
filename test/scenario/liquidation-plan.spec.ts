import { eventOf, eventsOf } from '../support/house-driver.js';
import { future, listed } from '../support/contracts.js';
import {
  account,
  deposit,
  executed,
  orderOf,
  PERP,
  priced,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;

describe('the liquidation plan', () => {
  it('buys back a short position, the fewest lots that restore the target', () => {
    const driver = smallHouse();
    for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
    driver.accept(deposit(alice, 4_000));
    driver.accept(trade(bob, alice, 1_000, 400_000)); // alice is the maker: fee 8
    // At 41,900: 3,992 - 1,900 = 2,092 < 5 % of 41,900 = 2,095. Target 2,304.50: 212.50 missing.
    // A lot bought at 42.319 costs 0.419 + fee 0.211595 and frees 2.095 x 1.1 = 2.3045: gains
    // 1.673905; 212.50 / 1.673905 = 126.9: 127 lots.
    const order = orderOf(driver.accept(priced(driver, 419_000)));
    expect(order).toMatchObject({
      side: 0,
      account: alice,
      quantityLots: 127,
      limitPriceTicks: 423_190,
      equityMinor: usd(2_092),
      maintenanceMinor: usd(2_095),
      equityAfterMinor: usd(2_092 - 127 * 0.419) - 268_726, // fee 26.872565 rounded up
      maintenanceAfterMinor: usd(2_095 - 127 * 2.095),
    });
    // Filled better than the limit, at 42,000: 2,092 - 127 x 0.1 - fee 26.67 = 2,052.63.
    const done = eventOf(executed(driver, order, maker, 420_000), 'LiquidationCompleted');
    expect(done.equityMinor).toBe(usd(2_052.63));
    expect(driver.lots(alice)).toBe(-873);
    expect(driver.saga(alice)).toBe(0);
  });

  it('takes the whole of the greatest requirement and goes on with the next', () => {
    const driver = smallHouse();
    for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
    driver.accept(deposit(alice, 242));
    const dated = listed(driver, future, 400_000);
    driver.accept(trade(alice, bob, 60, 400_000)); // fee 1.20
    driver.accept({ ...trade(alice, bob, 40, 400_000), instrument: dated }); // fee 0.80
    // Perpetual at 38,000: 240 - 120 = 120 < 114 + 80.
    const events = driver.accept(priced(driver, 380_000));
    const [first, second, ...others] = eventsOf(events, 'LiquidationOrderIssued');
    if (first === undefined || second === undefined) throw new Error('two orders');
    expect(others).toEqual([]);
    // All 60 at 37.62: - 22.80 - fee 11.286: equity 85.914 < target of the rest 88.
    expect(first).toMatchObject({
      instrument: PERP,
      quantityLots: 60,
      limitPriceTicks: 376_200,
      equityAfterMinor: usd(85.914),
      maintenanceAfterMinor: usd(80),
    });
    // 2.086 missing; a lot at 39.60 costs 0.40 + 0.198 and frees 2.2: 1.3: 2 lots.
    expect(second).toMatchObject({
      instrument: dated,
      quantityLots: 2,
      limitPriceTicks: 396_000,
      equityAfterMinor: usd(84.718),
      maintenanceAfterMinor: usd(76),
      order: first.order + 1,
    });
    // The account is judged when the last of them is done.
    const firstDone = executed(driver, first, maker, 380_000); // fee 0.5 % of 2,280 = 11.40
    expect(eventsOf(firstDone, 'LiquidationCompleted')).toEqual([]);
    const done = executed(driver, second, maker, 400_000); // fee 0.40
    expect(eventOf(done, 'LiquidationCompleted').equityMinor).toBe(usd(120 - 11.4 - 0.4));
  });

  it('goes on while the target is not reached: what the fills really cost decides', () => {
    const driver = smallHouse();
    for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
    driver.accept(deposit(alice, 4_000));
    driver.accept(trade(alice, bob, 1_000, 400_000));
    const order = orderOf(driver.accept(priced(driver, 379_000))); // 135 lots at 37,521
    driver.accept(priced(driver, 378_000)); // 100 more lost before the fill
    // Equity 1,780; sold at 37,521: - 135 x 0.279 - fee 25.326675; maintenance 865 x 1.89.
    const again = orderOf(executed(driver, order, maker, 375_210));
    expect(again.equityMinor).toBe(usd(1_780 - 37.665) - 253_267);
    expect(again.maintenanceMinor).toBe(usd(1_634.85));
    expect(again.order).toBe(order.order + 1);
    // Missing 1,798.335 - 1,717.0083 = 81.3267; a lot: 2.079 - 0.378 - 0.18711 = 1.51389: 54.
    expect(again.quantityLots).toBe(54);
  });
});
