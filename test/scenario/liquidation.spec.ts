import { account, deposit, price, PERP, smallHouse, trade, usd } from '../support/small-house.js';

describe('a partial liquidation, with money', () => {
  it('sells the fewest lots that restore the target, and is closed by its fill', () => {
    const driver = smallHouse();
    driver.accept(deposit(account.alice, 4_000));
    driver.accept(deposit(account.bob, 1_000_000));
    driver.accept(deposit(account.maker, 1_000_000));
    // alice buys 1,000 lots (1 BTC) at 40,000: fee 0.05 % of 40,000 = 20.
    driver.accept(trade(account.alice, account.bob, 1_000, 400_000));
    expect(driver.house.state.balances.balance(account.alice, 1)).toBe(usd(3_980));
    // At 38,000: equity 3,980 - 2,000 = 1,980; maintenance 5 % of 38,000 = 1,900: warned (2,280).
    const warned = driver.accept({ type: 'PriceObserved', ...price(380_000) });
    expect(warned.map((m) => m.type)).toEqual(['PriceObserved', 'AccountWarned']);
    // At 37,900: equity 1,880 < 1,895.
    const breached = driver.accept({ type: 'PriceObserved', ...price(379_000) });
    expect(breached.map((m) => m.type)).toEqual([
      'PriceObserved',
      'MarginBreached',
      'LiquidationOpened',
      'LiquidationOrderIssued',
    ]);
    const order = breached[3];
    if (order?.type !== 'LiquidationOrderIssued') throw new Error('no order');
    expect(order.limitPriceTicks).toBe(375_210);
    expect(order.equityMinor).toBe(usd(1_880));
    expect(order.maintenanceMinor).toBe(usd(1_895));
    // Each lot sold at 37.521 costs 0.379 + fee 0.187605 and frees 1.895 x 1.1 = 2.0845 of target
    // 2,084.5: short by 204.5; 204.5 / (2.0845 - 0.566605) = 134.7, so 135 lots.
    expect(order.quantityLots).toBe(135);
    const fill = {
      ...trade(account.maker, account.alice, 135, 376_000),
      liquidationOrder: order.order,
      tradeType: 2,
    };
    driver.accept(fill);
    const done = driver.accept({
      type: 'LiquidationOrderAnswered',
      order: order.order,
      answer: 3,
      filledLots: 135,
    });
    expect(done.map((m) => m.type)).toEqual([
      'LiquidationOrderAnswered',
      'LiquidationOrderClosed',
      'LiquidationCompleted',
    ]);
    expect(driver.house.state.positions.find(account.alice, PERP)).toBeGreaterThan(0);
  });
});
