import { L } from '#libs/clearing';
import { eventOf } from '../support/house-driver.js';
import { account, deposit, smallHouse, trade, usd } from '../support/small-house.js';

const { alice, bob } = account;
const AGGRESSOR = { none: 0, buyer: 1, seller: 2 } as const;

describe('a trade and its fees (taker 0.05 %, maker 0.02 %)', () => {
  // One lot is 0.001 BTC; the smallest amount is 0.0001 USD, fees are rounded up to it.
  it.each([
    // 1 lot at 40,000.0 = 40.0000: taker 0.02, maker 0.008.
    { lots: 1, ticks: 400_000, aggressor: 'buyer', buyerFee: 0.02, sellerFee: 0.008 },
    { lots: 1, ticks: 400_000, aggressor: 'seller', buyerFee: 0.008, sellerFee: 0.02 },
    // No aggressor: both pay the taker's fee.
    { lots: 1, ticks: 400_000, aggressor: 'none', buyerFee: 0.02, sellerFee: 0.02 },
    // 40.0001: 0.02000005 -> 0.0201 and 0.00800002 -> 0.0081.
    { lots: 1, ticks: 400_001, aggressor: 'buyer', buyerFee: 0.0201, sellerFee: 0.0081 },
    // 25 lots at 39,999.9 = 999.9975: 0.49999875 -> 0.5000 and 0.1999995 -> 0.2000.
    { lots: 25, ticks: 399_999, aggressor: 'buyer', buyerFee: 0.5, sellerFee: 0.2 },
  ] as const)(
    '$lots lots at $ticks, aggressor $aggressor: $buyerFee and $sellerFee',
    ({ lots, ticks, aggressor, buyerFee, sellerFee }) => {
      const driver = smallHouse();
      driver.accept(deposit(alice, 1_000));
      driver.accept(deposit(bob, 1_000));
      const terms = { ...trade(alice, bob, lots, ticks), aggressor: AGGRESSOR[aggressor] };
      const novated = eventOf(driver.accept(terms), 'TradeNovated');
      expect(novated.costMinor).toBe(lots * ticks);
      expect(novated.buyerFeeMinor).toBe(usd(buyerFee));
      expect(novated.sellerFeeMinor).toBe(usd(sellerFee));
      expect(driver.balance(alice)).toBe(usd(1_000 - buyerFee));
      expect(driver.balance(bob)).toBe(usd(1_000 - sellerFee));
      expect(driver.ledger(L.fees)).toBe(usd(buyerFee + sellerFee));
      expect([driver.lots(alice), driver.lots(bob)]).toEqual([lots, -lots]);
      expect([driver.cost(alice), driver.cost(bob)]).toEqual([lots * ticks, -lots * ticks]);
    },
  );

  it.each([
    // 40.0001 x 0.05 % = 0.02000005 and x 0.02 % = 0.00800002.
    { logicVersion: 1, buyerFee: 0.02, sellerFee: 0.008 },
    { logicVersion: 2, buyerFee: 0.0201, sellerFee: 0.0081 },
  ])('logic $logicVersion rounds to $buyerFee and $sellerFee', (row) => {
    const driver = smallHouse(row.logicVersion);
    const novated = eventOf(driver.accept(trade(alice, bob, 1, 400_001)), 'TradeNovated');
    expect(novated.buyerFeeMinor).toBe(usd(row.buyerFee));
    expect(novated.sellerFeeMinor).toBe(usd(row.sellerFee));
  });

  it('keeps what is won and lost in equity until it is settled', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 1_000));
    driver.accept(deposit(bob, 1_000));
    driver.accept(trade(alice, bob, 10, 400_000)); // alice pays 0.20 of 400, bob 0.08
    driver.accept(trade(bob, alice, 4, 410_000)); // bob pays 0.082 of 164, alice 0.0328
    // alice keeps 6 lots; they cost 400 - 164 = 236; worth 6 x 40 = 240 at the mark.
    expect(driver.lots(alice)).toBe(6);
    expect(driver.cost(alice)).toBe(usd(236));
    expect(driver.balance(alice)).toBe(usd(1_000 - 0.2 - 0.0328));
    expect(driver.figures(alice)).toEqual({
      equity: usd(999.7672 + 4),
      maintenance: usd(12), // 5 % of 240
      initial: usd(24),
    });
    expect(driver.figures(bob).equity).toBe(usd(1_000 - 0.08 - 0.082 - 4));
  });

  it('takes the rate of the second tier beyond 1,000 lots only', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 100_000));
    driver.accept(deposit(bob, 100_000));
    driver.accept(trade(alice, bob, 1_500, 400_000));
    // 1,000 x 40 x 5 % = 2,000 and 500 x 40 x 10 % = 2,000; initial twice that.
    expect(driver.figures(alice)).toEqual({
      equity: usd(100_000 - 30), // 0.05 % of 60,000
      maintenance: usd(4_000),
      initial: usd(8_000),
    });
  });
});
