import { eventOf, eventsOf, type HouseDriver } from '../support/house-driver.js';
import {
  account,
  BTC,
  deposit,
  EXCHANGE,
  rulebook,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob } = account;

function coins(accountId: number, currency: number, amountMinor: number) {
  return { type: 'CollateralDeposited', account: accountId, currency, amountMinor } as const;
}

/** A new BTC price, dollars; returns what the margin sweep after it led to. */
function repriced(driver: HouseDriver, dollars: number) {
  const priceMicros = dollars * 1_000_000;
  const events = driver.accept({ type: 'CurrencyPriceObserved', currency: BTC, priceMicros });
  expect(eventOf(events, 'SweepStarted')).toMatchObject({ sweepKind: 3, accountCount: 9 });
  return driver.drain();
}

/** alice backs 500 lots (20,000 USD; maintenance 1,000) with 0.1 BTC; the fee of 10 is a debt. */
function withCoins(): HouseDriver {
  const driver = smallHouse();
  driver.accept(coins(alice, BTC, 10_000_000));
  driver.accept(deposit(bob, 100_000));
  driver.accept(trade(alice, bob, 500, 400_000));
  return driver;
}

describe('collateral in BTC, haircut 10 %', () => {
  it.each([
    // 0.1 BTC less 10 %, less the 10 USD owed.
    { dollars: 40_000, equity: 3_590 },
    { dollars: 36_000, equity: 3_230 },
    { dollars: 50_000, equity: 4_490 },
    // 0.1 x 12,345.67 = 1,234.567; x 0.9 = 1,111.1103.
    { dollars: 12_345.67, equity: 1_101.1103 },
  ])('at $dollars the equity is $equity', ({ dollars, equity }) => {
    const driver = withCoins();
    repriced(driver, dollars);
    expect(driver.balance(alice, BTC)).toBe(10_000_000);
    expect(driver.figures(alice)).toEqual({
      equity: usd(equity),
      maintenance: usd(1_000),
      initial: usd(2_000),
    });
  });

  it('warns and breaches when the coin falls, though the contract stands still', () => {
    const driver = withCoins();
    // 13,444.4: 1,210.00 - 10 = 1,199.996 < 1,200 warns.
    expect(repriced(driver, 13_444.5)).not.toContainEqual(
      expect.objectContaining({ type: 'AccountWarned' }),
    );
    const warned = eventOf(repriced(driver, 13_444.4), 'AccountWarned');
    expect(warned).toMatchObject({ account: alice, equityMinor: usd(1_199.996) });
    // 11,222.2: 1,009.998 - 10 = 999.998 < 1,000 breaches.
    expect(eventsOf(repriced(driver, 11_222.3), 'MarginBreached')).toEqual([]);
    const breached = eventOf(repriced(driver, 11_222.2), 'MarginBreached');
    expect(breached).toMatchObject({ deficitMinor: usd(0.002), ordinal: 0 });
  });

  it('counts a coin without haircut entry for nothing, and its debt in full', () => {
    const driver = smallHouse();
    driver.accept({ type: 'CurrencyListed', name: 'ETH', minorDigits: 9 });
    driver.accept({ type: 'CurrencyPriceObserved', currency: 3, priceMicros: 2_500_000_000 });
    driver.drain();
    driver.accept(coins(alice, 3, 1_000_000_000)); // 1 ETH
    expect(driver.figures(alice).equity).toBe(0);
    // A rulebook with a haircut of 20 %: 2,000.
    const haircuts = [...rulebook.haircuts, { currency: 3, haircutPpm: 200_000 }];
    driver.accept({ ...rulebook, pool: EXCHANGE, rulebookVersion: 2, haircuts });
    driver.drain();
    expect(driver.figures(alice).equity).toBe(usd(2_000));
  });

  it('refuses a price of the reference currency, of none, and out of range', () => {
    const driver = smallHouse();
    const observed = { type: 'CurrencyPriceObserved', priceMicros: 1 } as const;
    expect(driver.refuse({ ...observed, currency: 1 })).toBe(204);
    expect(driver.refuse({ ...observed, currency: 3 })).toBe(204);
    expect(driver.refuse({ ...observed, currency: BTC, priceMicros: 0 })).toBe(109);
    expect(driver.refuse({ ...observed, currency: BTC, priceMicros: 900_000_000_001 })).toBe(109);
  });
});
