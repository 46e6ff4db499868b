import { L } from '#libs/clearing';
import { eventOf } from '../support/house-driver.js';
import { inversePerpetual, listed } from '../support/contracts.js';
import { account, BTC, priced, smallHouse, trade, usd } from '../support/small-house.js';

const { alice, bob } = account;

/** alice bought 7 lots (700 USD) of the coin-settled perpetual from bob at 30,000.0. */
function withInverse() {
  const driver = smallHouse();
  for (const id of [alice, bob]) {
    driver.accept({
      type: 'CollateralDeposited',
      account: id,
      currency: BTC,
      amountMinor: 100_000_000,
    });
  }
  const instrument = listed(driver, inversePerpetual, 300_000);
  const traded = driver.accept({ ...trade(alice, bob, 7, 300_000), instrument });
  const settle = (priceTicks: number) => {
    driver.accept({ type: 'SettlementPricePublished', instrument, priceTicks, final: 0 });
    return eventOf(driver.drain(), 'SweepContinued');
  };
  return { driver, instrument, traded, settle };
}

describe('an inverse contract, in satoshi', () => {
  it('costs -lots x 100 USD / price, rounded against the holder; fees on the notional', () => {
    const { driver, instrument, traded } = withInverse();
    // 700 / 30,000 BTC = 2,333,333.3 satoshi: cost -2,333,334; notional 2,333,334.
    // Fees: 1,166.667 -> 1,167 and 466.667 -> 467.
    expect(eventOf(traded, 'TradeNovated')).toMatchObject({
      costMinor: -2_333_334,
      buyerFeeMinor: 1_167,
      sellerFeeMinor: 467,
    });
    expect(driver.balance(alice, BTC)).toBe(100_000_000 - 1_167);
    expect(driver.balance(bob, BTC)).toBe(100_000_000 - 467);
    expect(driver.ledger(L.fees, BTC)).toBe(1_634);
    expect(driver.cost(bob, instrument)).toBe(2_333_334);
  });

  it('rounds the notional up before the fee', () => {
    const { driver, instrument } = withInverse();
    // 100 / 33,333.3 BTC = 300,000.3 satoshi -> 300,001: fees 150.0005 -> 151, 60.0002 -> 61.
    const events = driver.accept({ ...trade(alice, bob, 1, 333_333), instrument });
    expect(eventOf(events, 'TradeNovated')).toMatchObject({
      costMinor: -300_001,
      buyerFeeMinor: 151,
      sellerFeeMinor: 61,
    });
  });

  it('requires margin in coins, converted up at 40,000 USD a BTC', () => {
    const { driver } = withInverse();
    // 5 % of 700 / 30,000 = 116,666.7 -> 116,667 satoshi = 46.6668 USD; 10 %: 233,334 = 93.3336.
    // Equity of alice: 99,998,833 satoshi = 39,999.5332 less the haircut of 10 % = 35,999.57988.
    expect(driver.figures(alice)).toEqual({
      equity: usd(35_999.5798),
      maintenance: usd(46.6668),
      initial: usd(93.3336),
    });
    // bob: 99,999,533 - 1 (his side is worth 2,333,333, it cost 2,333,334) = 39,999.8128 x 0.9.
    expect(driver.figures(bob).equity).toBe(usd(35_999.8315));
  });

  it('settles variation in coins; what rounding leaves is the house and comes back', () => {
    const { driver, instrument, settle } = withInverse();
    // 33,000: 2,121,212.1: alice -2,121,213 + 2,333,334 = 212,121; bob 2,121,212 - 2,333,334.
    expect(settle(330_000)).toMatchObject({
      paidMinor: 212_122,
      collectedMinor: 212_121,
      roundingMinor: 1,
    });
    expect(driver.balance(alice, BTC)).toBe(100_000_000 - 1_167 + 212_121);
    expect(driver.balance(bob, BTC)).toBe(100_000_000 - 467 - 212_122);
    expect(driver.cost(alice, instrument)).toBe(-2_121_213);
    expect(driver.ledger(L.rounding, BTC)).toBe(1);
    // 30,000 again: alice -2,333,334 + 2,121,213 = -212,121; bob 2,333,333 - 2,121,212 = 212,121.
    expect(settle(300_000)).toMatchObject({ paidMinor: 212_121, roundingMinor: 0 });
    // 35,000: 2,000,000 exactly: 333,334 to alice, 333,333 from bob: the house gives its 1 back.
    expect(settle(350_000)).toMatchObject({ collectedMinor: 333_334, roundingMinor: -1 });
    expect(driver.ledger(L.rounding, BTC)).toBe(0);
    expect(driver.ledger(L.suspense, BTC)).toBe(0);
    expect(driver.balance(alice, BTC)).toBe(100_000_000 - 1_167 + 333_334);
    // bob in all: -212,122 + 212,121 - 333,333.
    expect(driver.balance(bob, BTC)).toBe(100_000_000 - 467 - 333_334);
  });

  it('a loss beyond the coins held is a debt, without haircut', () => {
    const { driver, instrument } = withInverse();
    driver.accept({ ...trade(alice, bob, 993, 300_000), instrument }); // 100,000 USD in all
    // At 23,000.0: worth -434,782,609; cost -333,333,334 in all (331,000,000 + 2,333,334).
    // Net: 99,998,833 - 165,500 fee - 434,782,609 + 333,333,334 = -1,615,942 satoshi.
    // -1,615,942 x 40,000 USD = -646.3768 USD.
    driver.accept(priced(driver, 230_000, instrument));
    expect(driver.figures(alice).equity).toBe(usd(-646.3768));
  });
});
