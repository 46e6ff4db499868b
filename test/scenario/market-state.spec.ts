import { SAGA } from '#libs/clearing';
import { HALTED, I, OPEN, STALE } from '#libs/market';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import { future, listed } from '../support/contracts.js';
import {
  account,
  DAY,
  deposit,
  PERP,
  price,
  priced,
  SECOND,
  smallHouse,
  trade,
} from '../support/small-house.js';

const { alice, bob } = account;
const mark = (driver: HouseDriver) => driver.state.instruments.get(PERP, I.markTicks);
const market = (driver: HouseDriver) => driver.state.instruments.get(PERP, I.marketState);

/** alice (3,980) is long 1 BTC from 40,000: any price below 37,915.8 breaches. */
function exposed(): HouseDriver {
  const driver = smallHouse();
  driver.accept(deposit(alice, 4_000));
  driver.accept(deposit(bob, 1_000_000));
  driver.accept(trade(alice, bob, 1_000, 400_000));
  return driver;
}

describe('a stale market', () => {
  it('is stale ten minutes after its last price and open again with the next', () => {
    const driver = exposed();
    driver.time(DAY + 300 * SECOND);
    driver.accept(priced(driver, 400_000));
    expect(driver.time(DAY + 600 * SECOND)).toEqual([]);
    const events = driver.time(DAY + 900 * SECOND);
    expect(namesOf(events)).toEqual(['DeadlineReached', 'MarketStateChanged']);
    expect(market(driver)).toBe(STALE);
    const opened = driver.accept(priced(driver, 400_000));
    expect(eventOf(opened, 'MarketStateChanged').marketState).toBe(OPEN);
  });

  it('liquidates nobody, not even for another market that moves', () => {
    const driver = exposed();
    const dated = listed(driver, future, 400_000);
    driver.accept({ ...trade(alice, bob, 10, 400_000), instrument: dated });
    driver.time(DAY + 600 * SECOND); // both stale
    // The future falls to 1: alice would have lost 400 more; she holds a stale market: not judged.
    expect(namesOf(driver.accept(priced(driver, 1, dated)))).toEqual([
      'PriceObserved',
      'MarketStateChanged',
    ]);
    expect(driver.saga(alice)).toBe(SAGA.healthy);
    const events = driver.accept(priced(driver, 379_000));
    expect(eventsOf(events, 'MarginBreached')).toMatchObject([{ account: alice }]);
  });
});

describe('a price that is further from the mark than 30 %', () => {
  it('is quarantined and used for nothing', () => {
    const driver = exposed();
    const events = driver.accept(priced(driver, 279_999));
    expect(namesOf(events)).toEqual(['PriceObserved', 'PriceQuarantined']);
    expect(eventOf(events, 'PriceQuarantined')).toMatchObject({
      priceTicks: 279_999,
      markTicks: 400_000,
    });
    expect(mark(driver)).toBe(400_000);
    expect(driver.saga(alice)).toBe(SAGA.healthy);
    // 30 % exactly is no outlier.
    expect(eventsOf(driver.accept(priced(driver, 280_000)), 'PriceQuarantined')).toEqual([]);
  });

  it.each([
    { name: 'a second one near it confirms it', next: 200_000, quarantined: false },
    { name: 'one far from both is quarantined too', next: 100_000, quarantined: true },
    { name: 'one near the mark ends it', next: 399_000, quarantined: false },
  ])('$name', ({ next, quarantined }) => {
    const driver = exposed();
    driver.accept(priced(driver, 270_000));
    const events = driver.accept(priced(driver, next));
    expect(eventsOf(events, 'PriceQuarantined')).toHaveLength(quarantined ? 1 : 0);
    expect(mark(driver)).toBe(quarantined ? 400_000 : next);
    expect(driver.saga(alice)).toBe(next === 200_000 ? SAGA.liquidating : SAGA.healthy);
    if (next !== 399_000) return;
    // The quarantine is over: the outlier needs two again.
    const again = driver.accept(priced(driver, 270_000));
    expect(eventsOf(again, 'PriceQuarantined')).toHaveLength(1);
  });

  it('moves the time of the source all the same: an older price is refused', () => {
    const driver = exposed();
    driver.accept({ type: 'PriceObserved', ...price(270_000, DAY + 5) });
    const older = { type: 'PriceObserved', ...price(400_000, DAY + 4) } as const;
    expect(driver.refuse(older)).toBe(120);
    driver.accept({ ...older, observedAt: DAY + 5 });
  });

  it.each([
    { reason: 103, terms: { instrument: 9 } },
    { reason: 109, terms: { priceTicks: 0 } },
    { reason: 109, terms: { priceTicks: 100_000_001 } },
    { reason: 120, terms: { observedAt: DAY - 1 } },
  ])('other refusals: $reason', ({ reason, terms }) => {
    const driver = exposed();
    expect(driver.refuse({ ...priced(driver, 400_000), ...terms })).toBe(reason);
  });
});

describe('a halted market', () => {
  it('takes prices and liquidates nobody; when it opens everybody is judged', () => {
    const driver = exposed();
    driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 1 });
    expect(namesOf(driver.accept(priced(driver, 379_000)))).toEqual(['PriceObserved']);
    expect(market(driver)).toBe(HALTED);
    expect(mark(driver)).toBe(379_000);
    expect(namesOf(driver.accept(trade(alice, bob, 1, 379_000)))).toEqual(['TradeNovated']);
    const opened = driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 0 });
    expect(namesOf(opened)).toEqual([
      'MarketStateSet',
      'MarginBreached',
      'LiquidationOpened',
      'LiquidationOrderIssued',
    ]);
    const state = { type: 'MarketStateSet', marketState: 1 } as const;
    expect(driver.refuse({ ...state, instrument: 2 })).toBe(103);
  });
});
