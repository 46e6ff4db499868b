import { EXPIRED, I } from '#libs/market';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import { CLOSE, future, listed, option } from '../support/contracts.js';
import { account, deposit, PERP, smallHouse, trade, usd } from '../support/small-house.js';

const { alice, bob } = account;

function funded(): HouseDriver {
  const driver = smallHouse();
  driver.accept(deposit(alice, 1_000));
  driver.accept(deposit(bob, 10_000));
  return driver;
}

/** Reaches the expiry and settles it at the final price. */
function expire(driver: HouseDriver, instrument: number, priceTicks: number) {
  const reached = driver.time(CLOSE);
  driver.accept({ type: 'SettlementPricePublished', instrument, priceTicks, final: 1 });
  return { reached, swept: driver.drain() };
}

describe('the expiry of a future', () => {
  it.each([
    // 10 lots (0.01 BTC) from 40,000.
    { final: 410_000, gain: 10 },
    { final: 380_000, gain: -20 },
  ])('at $final pays the buyer $gain and ends the position', ({ final, gain }) => {
    const driver = funded();
    const instrument = listed(driver, future, 400_000);
    driver.accept({ ...trade(alice, bob, 10, 400_000), instrument }); // fees 0.20 and 0.08
    const price = { type: 'SettlementPricePublished', instrument, priceTicks: final } as const;
    expect(driver.refuse({ ...price, final: 1 })).toBe(508); // not before the expiry
    const { reached, swept } = expire(driver, instrument, final);
    const timers = eventsOf(reached, 'DeadlineReached').filter((t) => t.subject === instrument);
    // Its market turned stale ten minutes after the last price, and settles at the expiry.
    expect(timers.map((t) => t.timerKind)).toEqual([3, 4]);
    expect(namesOf(swept)).toEqual(['SweepContinued', 'MarketStateChanged']);
    expect(eventOf(swept, 'MarketStateChanged').marketState).toBe(EXPIRED);
    expect(driver.balance(alice)).toBe(usd(1_000 - 0.2 + gain));
    expect(driver.balance(bob)).toBe(usd(10_000 - 0.08 - gain));
    expect([driver.lots(alice, instrument), driver.cost(alice, instrument)]).toEqual([0, 0]);
    expect(driver.state.instruments.get(instrument, I.openInterestLots)).toBe(0);
    // Nothing more can happen to it.
    const observed = {
      type: 'PriceObserved',
      instrument,
      priceTicks: 1,
      observedAt: CLOSE,
    } as const;
    expect(driver.refuse({ ...observed, confidencePpm: 0 })).toBe(111);
    expect(driver.refuse({ ...price, final: 0 })).toBe(507);
    expect(driver.refuse({ ...price, final: 1 })).toBe(508);
    expect(driver.refuse({ type: 'MarketStateSet', instrument, marketState: 0 })).toBe(111);
  });
});

describe('the expiry of an option: intrinsic value at the final price of the underlying', () => {
  // alice buys 10 lots (0.01 BTC), strike 42,000, at 1,500.0: premium 15; fees 0.0075 and 0.003.
  it.each([
    { right: 'call', style: 'equity', final: 430_000, intrinsic: 10 }, // in the money by 1,000
    { right: 'call', style: 'equity', final: 420_000, intrinsic: 0 }, // at the money
    { right: 'call', style: 'equity', final: 410_000, intrinsic: 0 }, // out of the money
    { right: 'put', style: 'equity', final: 410_000, intrinsic: 10 },
    { right: 'put', style: 'equity', final: 430_000, intrinsic: 0 },
    { right: 'call', style: 'variation', final: 430_000, intrinsic: 10 },
    { right: 'call', style: 'variation', final: 410_000, intrinsic: 0 },
    { right: 'put', style: 'variation', final: 400_000, intrinsic: 20 },
    { right: 'put', style: 'variation', final: 430_000, intrinsic: 0 },
  ] as const)('$right, $style style, final $final: $intrinsic', (row) => {
    const driver = funded();
    const instrument = listed(driver, option(row.right, row.style, 420_000), 15_000);
    driver.accept({ ...trade(alice, bob, 10, 15_000), instrument });
    const paid = row.style === 'equity' ? 15 : 0;
    expect(driver.balance(alice)).toBe(usd(1_000 - 0.0075 - paid));
    const { swept } = expire(driver, instrument, row.final);
    // Premium paid first or last: either way alice has paid 15 and got the intrinsic value.
    expect(driver.balance(alice)).toBe(usd(1_000 - 0.0075 - 15 + row.intrinsic));
    expect(driver.balance(bob)).toBe(usd(10_000 - 0.003 + 15 - row.intrinsic));
    expect([driver.lots(alice, instrument), driver.cost(bob, instrument)]).toEqual([0, 0]);
    expect(eventOf(swept, 'MarketStateChanged').marketState).toBe(EXPIRED);
  });

  it('a seller who has sold on is out of it; the last holder is exercised', () => {
    const driver = funded();
    driver.accept(deposit(account.maker, 1_000));
    const instrument = listed(driver, option('call', 'equity', 420_000), 15_000);
    driver.accept({ ...trade(alice, bob, 10, 15_000), instrument });
    driver.accept({ ...trade(account.maker, alice, 10, 20_000), instrument }); // 20; 0.01, 0.004
    expire(driver, instrument, 450_000); // intrinsic 30
    expect(driver.balance(alice)).toBe(usd(1_000 - 15 - 0.0075 + 20 - 0.004));
    expect(driver.balance(account.maker)).toBe(usd(1_000 - 20 - 0.01 + 30));
    expect(driver.balance(bob)).toBe(usd(10_000 + 15 - 0.003 - 30));
  });

  it('a perpetual never expires', () => {
    const driver = funded();
    driver.time(CLOSE + 365 * 86_400_000_000);
    const last = { type: 'SettlementPricePublished', instrument: PERP, priceTicks: 1 } as const;
    expect(driver.refuse({ ...last, final: 1 })).toBe(508);
  });
});
