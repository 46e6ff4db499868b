import { listed, option } from '../support/contracts.js';
import {
  account,
  deposit,
  priced,
  rulebook,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob } = account;

/** A house in which alice bought 100 lots (0.1 BTC) of an option from bob at `priceTicks`. */
function withOption(contract: ReturnType<typeof option>, priceTicks: number) {
  const driver = smallHouse();
  driver.accept(deposit(alice, 1_000));
  driver.accept(deposit(bob, 10_000));
  const instrument = listed(driver, contract, priceTicks);
  driver.accept({ ...trade(alice, bob, 100, priceTicks), instrument });
  return { driver, instrument };
}

describe('an option with its premium paid in cash (equity style)', () => {
  const call = option('call', 'equity', 420_000);

  it('moves the premium at the trade; the option counts in equity', () => {
    // 0.1 BTC at 1,500.0 a BTC = 150; fees on the premium: 0.075 and 0.03.
    const { driver, instrument } = withOption(call, 15_000);
    expect(driver.balance(alice)).toBe(usd(1_000 - 150 - 0.075));
    expect(driver.balance(bob)).toBe(usd(10_000 + 150 - 0.03));
    expect([driver.cost(alice, instrument), driver.cost(bob, instrument)]).toEqual([0, 0]);
    // A long option requires its own value, so that it adds nothing to what may be lost elsewhere.
    expect(driver.figures(alice)).toEqual({
      equity: usd(999.925),
      maintenance: usd(150),
      initial: usd(150),
    });
  });

  it.each([
    // Maintenance 7.5 % of spot; initial 15 % less out-of-the-money share, at least 10 %.
    // 40,000: out of the money 2,000 / 40,000 = 5 %: 10 % of 4,000.
    { spot: 400_000, maintenance: 300, initial: 400 },
    // 41,000: 1,000 / 41,000 = 2.4390 % (cut to ppm: 24,390): 12.5610 % of 4,100 = 515.001.
    { spot: 410_000, maintenance: 307.5, initial: 515.001 },
    // 43,000: in the money: 15 % of 4,300.
    { spot: 430_000, maintenance: 322.5, initial: 645 },
    // 35,000: 20 % out of the money: the floor of 10 %.
    { spot: 350_000, maintenance: 262.5, initial: 350 },
  ])('a short call at spot $spot requires $maintenance and $initial', (row) => {
    const { driver } = withOption(call, 15_000);
    driver.accept(priced(driver, row.spot));
    expect(driver.figures(bob)).toEqual({
      equity: usd(10_000 + 150 - 0.03 - 150), // the mark of the option has not moved
      maintenance: usd(row.maintenance),
      initial: usd(row.initial),
    });
  });

  it.each([
    // Mark 2,500.0 x 0.1 = 250; 7.5 % of spot is 300. The rule of Derive and Deribit: the larger.
    { mark: 25_000, ofMarkPpm: 75_000, maintenance: 300 },
    // Mark 6,000.0 x 0.1 = 600: 60 % of it is more.
    { mark: 60_000, ofMarkPpm: 600_000, maintenance: 360 },
  ])('a short put requires at least $ofMarkPpm ppm of its mark where that is asked', (row) => {
    const { driver } = withOption(option('put', 'equity', 420_000), row.mark);
    const { ofMarkPpm: shortPutMaintenancePpm } = row;
    driver.accept({ ...rulebook, rulebookVersion: 2, shortPutMaintenancePpm });
    driver.drain();
    expect(driver.figures(bob)).toMatchObject({
      maintenance: usd(row.maintenance),
      initial: usd(600), // in the money by 2,000: 15 % of 4,000
    });
  });

  it('a short put requires the lesser of 7.5 % of spot and 7.5 % of its mark', () => {
    // Mark 2,500.0 x 0.1 = 250: 18.75 against 300. Initial: in the money by 2,000: 15 % of 4,000.
    const { driver } = withOption(option('put', 'equity', 420_000), 25_000);
    expect(driver.figures(bob)).toEqual({
      equity: usd(10_000 - 0.05),
      maintenance: usd(18.75),
      initial: usd(600),
    });
  });

  it('is judged when its underlying moves, and not while the market of either is halted', () => {
    const { driver, instrument } = withOption(call, 15_000);
    driver.accept({ type: 'MarketStateSet', instrument, marketState: 1 });
    // The call at 100,000.0: bob owes 10,000 of his 10,149.97; 300 are required.
    driver.accept(priced(driver, 1_000_000, instrument));
    expect(driver.figures(bob)).toMatchObject({ equity: usd(149.97), maintenance: usd(300) });
    expect(driver.saga(bob)).toBe(0);
    driver.accept({ type: 'MarketStateSet', instrument, marketState: 0 });
    expect(driver.saga(bob)).toBe(3);
  });
});

describe('an option with daily variation margin (futures style)', () => {
  it('moves no premium at the trade; settlement pays the difference', () => {
    const { driver, instrument } = withOption(option('call', 'variation', 420_000), 15_000);
    expect(driver.balance(alice)).toBe(usd(1_000 - 0.075));
    expect(driver.cost(alice, instrument)).toBe(usd(150));
    expect(driver.cost(bob, instrument)).toBe(usd(-150));
    expect(driver.figures(alice).equity).toBe(usd(999.925));
    // At 1,600.0 the 0.1 BTC gain 10; settled, the position costs 160.
    driver.accept({ type: 'SettlementPricePublished', instrument, priceTicks: 16_000, final: 0 });
    driver.drain();
    expect(driver.balance(alice)).toBe(usd(1_009.925));
    expect(driver.balance(bob)).toBe(usd(10_000 - 0.03 - 10));
    expect(driver.cost(alice, instrument)).toBe(usd(160));
  });

  it('cash is settled daily for this style only', () => {
    const { driver, instrument } = withOption(option('call', 'equity', 420_000), 15_000);
    const daily = { type: 'SettlementPricePublished', priceTicks: 16_000, final: 0 } as const;
    expect(driver.refuse({ ...daily, instrument })).toBe(507);
  });
});
