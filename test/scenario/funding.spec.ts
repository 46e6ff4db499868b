import { L } from '#libs/clearing';
import { eventOf } from '../support/house-driver.js';
import { future, inversePerpetual, listed } from '../support/contracts.js';
import {
  account,
  deposit,
  PERP,
  SECOND,
  DAY,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob } = account;
const funding = { type: 'FundingRatePublished', instrument: PERP } as const;

describe('funding: longs pay shorts the rate times the notional at the mark', () => {
  it.each([
    // 10 lots at 40,000 = 400.
    { name: '0.01 %', ratePpb: 100_000, long: -0.04, short: 0.04, rounding: 0 },
    { name: '-0.01 %', ratePpb: -100_000, long: 0.04, short: -0.04, rounding: 0 },
    { name: 'nothing', ratePpb: 0, long: 0, short: 0, rounding: 0 },
    { name: '10 %', ratePpb: 100_000_000, long: -40, short: 40, rounding: 0 },
    // 123 ppb of 400 = 0.0000492: the payer pays 0.0001, the receiver gets nothing.
    { name: '0.0000123 %', ratePpb: 123, long: -0.0001, short: 0, rounding: 0.0001 },
    { name: '-0.0000123 %', ratePpb: -123, long: 0, short: -0.0001, rounding: 0.0001 },
  ])('$name', ({ ratePpb, long, short, rounding }) => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 1_000));
    driver.accept(deposit(bob, 1_000));
    driver.accept(trade(alice, bob, 10, 390_000)); // the trade price does not matter
    const before = [driver.balance(alice), driver.balance(bob)];
    const started = eventOf(driver.accept({ ...funding, ratePpb }), 'SweepStarted');
    expect(started).toMatchObject({ sweepKind: 1, priceTicks: 400_000, ratePpb });
    driver.drain();
    expect(driver.balance(alice) - (before[0] ?? 0)).toBe(usd(long));
    expect(driver.balance(bob) - (before[1] ?? 0)).toBe(usd(short));
    expect(driver.ledger(L.rounding)).toBe(usd(rounding));
    expect([driver.lots(alice), driver.cost(alice)]).toEqual([10, usd(390)]);
  });

  it('is refused where it does not belong', () => {
    const driver = smallHouse();
    const dated = listed(driver, future, 400_000);
    listed(driver, inversePerpetual, 400_000);
    expect(driver.refuse({ ...funding, instrument: 4, ratePpb: 1 })).toBe(103);
    expect(driver.refuse({ ...funding, instrument: dated, ratePpb: 1 })).toBe(509);
    expect(driver.refuse({ ...funding, ratePpb: 100_000_001 })).toBe(510);
    expect(driver.refuse({ ...funding, ratePpb: -100_000_001 })).toBe(510);
    driver.accept({ ...funding, ratePpb: 1 });
    expect(driver.refuse({ ...funding, ratePpb: 1 })).toBe(506);
    driver.drain();
    driver.time(DAY + 600 * SECOND); // no price for ten minutes: stale
    expect(driver.refuse({ ...funding, ratePpb: 1 })).toBe(511);
  });

  it('may take an account below its margin: it is judged with its slice', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 30));
    driver.accept(deposit(bob, 1_000));
    driver.accept(trade(alice, bob, 10, 400_000)); // equity 29.80, maintenance 20
    driver.accept({ ...funding, ratePpb: 25_000_000 }); // 2.5 % of 400 = 10
    const events = driver.drain();
    expect(eventOf(events, 'MarginBreached')).toMatchObject({
      account: alice,
      equityMinor: usd(19.8),
      maintenanceMinor: usd(20),
      deficitMinor: usd(0.2),
      ordinal: 0,
    });
  });
});
