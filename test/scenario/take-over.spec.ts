import { POOL, SAGA } from '#libs/clearing';
import { type ExecutionTerms, publishTerms } from '../support/execution-terms.js';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  answered,
  deposit,
  EXCHANGE,
  orderOf,
  priced,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;
const backstop = { backstop: maker, backstopCostPpm: 10_000 };

/** alice (3,980 after the fee) is long 1 BTC from 40,000; the maker stands by as the backstop. */
function house(terms: Partial<ExecutionTerms>, makerDollars = 1_000_000, fund = 0): HouseDriver {
  const driver = smallHouse();
  publishTerms(driver, terms);
  driver.accept(deposit(alice, 4_000));
  driver.accept(deposit(bob, 1_000_000));
  driver.accept(deposit(maker, makerDollars));
  if (fund > 0) {
    const layer = { pool: EXCHANGE, member: 0, layer: 0 };
    driver.accept({ type: 'FundContributed', ...layer, amountMinor: usd(fund) });
  }
  driver.accept(trade(alice, bob, 1_000, 400_000));
  return driver;
}

describe('a take-over by the backstop', () => {
  it('below 80 % of maintenance, at the mark, for 1 % of the notional', () => {
    const driver = house({ ...backstop, backstopBelowPpm: 800_000 });
    // At 37,500: equity 1,480 < 80 % of 1,875 = 1,500.
    const events = driver.accept(priced(driver, 375_000));
    expect(namesOf(events)).toEqual([
      'PriceObserved',
      'MarginBreached',
      'LiquidationOpened',
      'PortfolioTakenOver',
      'LiquidationCompleted',
    ]);
    expect(eventOf(events, 'PortfolioTakenOver')).toMatchObject({
      account: alice,
      backstop: maker,
      notionalMinor: usd(37_500),
      costMinor: usd(375),
      equityMinor: usd(1_480),
      positions: [{ instrument: 1, takenLots: 1_000, valueMinor: usd(37_500) }],
    });
    expect([driver.lots(alice), driver.lots(maker)]).toEqual([0, 1_000]);
    expect(driver.figures(alice).equity).toBe(usd(1_105));
    expect(driver.figures(maker).equity).toBe(usd(1_000_375));
    expect(driver.saga(alice)).toBe(SAGA.healthy);
  });

  it('not above that: the smallest order first', () => {
    const driver = house({ ...backstop, backstopBelowPpm: 800_000 });
    expect(orderOf(driver.accept(priced(driver, 379_000))).quantityLots).toBe(135);
  });

  it('after two orders that did not reduce it', () => {
    const driver = house({ ...backstop, backstopAttempts: 2 });
    const first = orderOf(driver.accept(priced(driver, 379_000)));
    driver.accept(answered(first.order, 'rejected', 0));
    const second = orderOf(driver.accept(priced(driver, 378_900)));
    driver.accept(answered(second.order, 'expired', 0));
    const events = driver.accept(priced(driver, 378_800));
    expect(namesOf(events).slice(1)).toEqual(['PortfolioTakenOver', 'LiquidationCompleted']);
    expect(driver.lots(maker)).toBe(1_000);
  });

  it('never bankrupts by its cost: it takes what equity is left', () => {
    const driver = house({ ...backstop, backstopBelowPpm: 800_000 });
    // At 36,100: equity 80, and 1 % would be 361.
    const events = driver.accept(priced(driver, 361_000));
    expect(eventOf(events, 'PortfolioTakenOver').costMinor).toBe(usd(80));
    expect(driver.figures(alice).equity).toBe(0);
  });

  it('of a bankrupt portfolio, where the liquidation fund bears what is missing', () => {
    const driver = house({ ...backstop, backstopBelowPpm: 800_000 }, 1_000_000, 100);
    const events = driver.accept(priced(driver, 360_000));
    expect(eventOf(events, 'ShortfallCovered')).toMatchObject({ payer: 2, amountMinor: usd(20) });
    expect(eventOf(events, 'PortfolioTakenOver').costMinor).toBe(0);
    expect(driver.state.pools.get(EXCHANGE, POOL.liquidationFundMinor)).toBe(usd(80));
    expect(driver.figures(alice).equity).toBe(0);
  });

  it.each([
    {
      says: 'a bankrupt portfolio beyond the fund',
      mark: 360_000,
      terms: {},
      dollars: 1_000_000,
      reason: 0,
    },
    {
      says: 'a backstop without the margin for it',
      mark: 375_000,
      terms: {},
      dollars: 2_000,
      reason: 2,
    },
    {
      says: 'more than the backstop may hold',
      mark: 375_000,
      terms: { backstopLimitMinor: usd(30_000) },
      dollars: 1_000_000,
      reason: 3,
    },
  ])('is declined, and orders go on: $says', ({ mark, terms, dollars, reason }) => {
    const driver = house({ ...backstop, backstopBelowPpm: 800_000, ...terms }, dollars);
    const events = driver.accept(priced(driver, mark));
    expect(eventOf(events, 'TakeOverDeclined').reason).toBe(reason);
    expect(eventsOf(events, 'LiquidationOrderIssued')).toHaveLength(1);
    expect(driver.lots(maker)).toBe(0);
  });
});
