import { SAGA } from '#libs/clearing';
import { I } from '#libs/market';
import { type ExecutionTerms, publishTerms } from '../support/execution-terms.js';
import { eventOf, eventsOf, HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  answered,
  DAY,
  deposit,
  executed,
  fill,
  orderOf,
  PERP,
  priced,
  SECOND,
  smallHouse,
  trade,
} from '../support/small-house.js';

const { alice, bob, maker } = account;

/** alice is long 1,000 lots from 40,000; at 37,900 the plan without execution terms is for 135 lots. */
function longHouse(terms: Partial<ExecutionTerms>): HouseDriver {
  const driver = smallHouse();
  publishTerms(driver, terms);
  driver.accept(deposit(alice, 4_000));
  for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
  driver.accept(trade(alice, bob, 1_000, 400_000));
  return driver;
}

function depth(driver: HouseDriver, bidLots: number, indexTicks = 0) {
  const observedAt = driver.state.clock.timeUs;
  const body = { instrument: PERP, bidLots, askLots: bidLots, indexTicks, observedAt };
  return { type: 'MarketDepthObserved', ...body } as const;
}

describe('what a tranche may order', () => {
  it.each([
    { says: 'no rule', terms: {}, bids: 0, lots: 135, limits: [] },
    {
      says: '5 % of an open interest of 1,000',
      terms: { openInterestSharePpm: 50_000 },
      bids: 0,
      lots: 50,
      limits: [{ instrument: PERP, limitLots: 50, boundBy: 0 }],
    },
    {
      says: '10 % of a depth of 205',
      terms: { depthSharePpm: 100_000 },
      bids: 205,
      lots: 20,
      limits: [{ instrument: PERP, limitLots: 20, boundBy: 1 }],
    },
    {
      says: 'a depth that nobody reported',
      terms: { depthSharePpm: 100_000 },
      bids: 0,
      lots: 135,
      limits: [],
    },
    {
      says: '10 % of the open interest in a window',
      terms: { windowUs: 60 * SECOND, windowSharePpm: 100_000, openInterestSharePpm: 200_000 },
      bids: 0,
      lots: 100,
      limits: [{ instrument: PERP, limitLots: 100, boundBy: 2 }],
    },
  ])('$says: $lots lots', ({ terms, bids, lots, limits }) => {
    const driver = longHouse(terms);
    if (bids > 0) driver.accept(depth(driver, bids));
    const events = driver.accept(priced(driver, 379_000));
    expect(namesOf(events).slice(2)).toEqual([
      'LiquidationOpened',
      'LiquidationPaced',
      'LiquidationOrderIssued',
    ]);
    expect(eventOf(events, 'LiquidationPaced')).toMatchObject({
      limits,
      ordered: [{ instrument: PERP, orderedLots: lots }],
    });
    expect(orderOf(events)).toMatchObject({ quantityLots: lots, limitPriceTicks: 375_210 });
  });

  it('forgets a depth that is older than the rulebook allows', () => {
    const driver = longHouse({ depthSharePpm: 100_000, depthMaxAgeUs: 30 * SECOND });
    driver.accept(depth(driver, 200));
    driver.time(DAY + 31 * SECOND);
    expect(orderOf(driver.accept(priced(driver, 379_000))).quantityLots).toBe(135);
  });

  it('keeps the limit within the band around the index', () => {
    const driver = longHouse({ priceBandPpm: 5_000 });
    driver.accept(depth(driver, 1_000, 379_000));
    // 379,000 x 99.5 % = 377,105, above the mark less 1 %.
    expect(orderOf(driver.accept(priced(driver, 379_000))).limitPriceTicks).toBe(377_105);
  });

  it.each([
    { says: 'a gap', terms: { indexGapPpm: 20_000 } },
    { says: 'a band', terms: { priceBandPpm: 20_000 } },
  ])('orders nothing while the mark is too far from the index: $says', ({ terms }) => {
    const driver = longHouse(terms);
    driver.accept(depth(driver, 1_000, 390_000)); // the mark is 2.8 % below it
    const events = driver.accept(priced(driver, 379_000));
    expect(eventOf(events, 'LiquidationDeferred')).toMatchObject({
      until: DAY + SECOND,
      reason: 1,
    });
    expect(namesOf(driver.accept(priced(driver, 379_000)))).toEqual(['PriceObserved']);
    driver.accept(depth(driver, 1_000, 380_000));
    const resumed = driver.time(DAY + SECOND);
    expect(namesOf(resumed)).toEqual([
      'LiquidationResumed',
      'LiquidationPaced',
      'LiquidationOrderIssued',
    ]);
  });
});

describe('the pace of tranches', () => {
  const pace = { trancheDelayUs: 5 * SECOND, openInterestSharePpm: 50_000 };

  it('issues the next one after the delay, from the marks of then', () => {
    const driver = longHouse(pace);
    const first = orderOf(driver.accept(priced(driver, 379_000)));
    const done = executed(driver, first, maker, 379_000);
    expect(namesOf(done)).toEqual([
      'LiquidationOrderAnswered',
      'LiquidationOrderClosed',
      'LiquidationDeferred',
    ]);
    expect(eventOf(done, 'LiquidationDeferred')).toMatchObject({
      until: DAY + 5 * SECOND,
      reason: 0,
    });
    driver.time(DAY + 2 * SECOND);
    driver.accept(priced(driver, 378_000));
    const next = driver.time(DAY + 5 * SECOND);
    expect(namesOf(next)).toEqual([
      'LiquidationResumed',
      'LiquidationPaced',
      'LiquidationOrderIssued',
    ]);
    expect(orderOf(next)).toMatchObject({ quantityLots: 50, limitPriceTicks: 374_220 });
  });

  it('lets the account recover meanwhile', () => {
    const driver = longHouse(pace);
    const first = orderOf(driver.accept(priced(driver, 379_000)));
    executed(driver, first, maker, 379_000);
    expect(namesOf(driver.accept(priced(driver, 390_000)))).toContain('LiquidationCompleted');
    expect(driver.time(DAY + 5 * SECOND)).toEqual([]);
    expect(driver.saga(alice)).toBe(SAGA.healthy);
  });

  it('tries again what a venue rejects, counts it, and never floods the venue', () => {
    const driver = longHouse(pace);
    const first = orderOf(driver.accept(priced(driver, 379_000)));
    const rejected = driver.accept(answered(first.order, 'rejected', 0));
    expect(namesOf(rejected)).toEqual([
      'LiquidationOrderAnswered',
      'LiquidationOrderClosed',
      'LiquidationAttemptFailed',
      'LiquidationDeferred',
    ]);
    const second = orderOf(driver.time(DAY + 5 * SECOND));
    driver.accept(fill(second, maker, 379_000, 10));
    const expired = driver.accept(answered(second.order, 'expired', 10));
    expect(eventOf(expired, 'LiquidationAttemptFailed').attempts).toBe(2);
  });

  it('goes on in the next window when this one is used up, over all accounts', () => {
    const window = { windowUs: 60 * SECOND, windowSharePpm: 100_000 };
    const driver = longHouse(window);
    driver.time(DAY + 10 * SECOND);
    const first = orderOf(driver.accept(priced(driver, 379_000)));
    const done = executed(driver, first, maker, 379_000);
    expect(eventOf(done, 'LiquidationDeferred')).toMatchObject({
      until: DAY + 60 * SECOND,
      reason: 1,
    });
    expect(orderOf(driver.time(DAY + 60 * SECOND)).quantityLots).toBeLessThanOrEqual(100);
  });

  it('moves what is deferred with a jump of log time', () => {
    const driver = longHouse(pace);
    executed(driver, orderOf(driver.accept(priced(driver, 379_000))), maker, 379_000);
    driver.accept({ type: 'TimeJumpAccepted', resumeAt: DAY + 3600 * SECOND });
    driver.accept(priced(driver, 379_000));
    expect(driver.time(DAY + 3604 * SECOND)).toEqual([]);
    expect(namesOf(driver.time(DAY + 3605 * SECOND))).toContain('LiquidationPaced');
  });
});

describe('cascade breakers', () => {
  it('no fill of a liquidation moves a mark, whatever its price', () => {
    const driver = longHouse({ openInterestSharePpm: 50_000 });
    const order = orderOf(driver.accept(priced(driver, 379_000)));
    driver.accept(fill(order, maker, 375_210));
    expect(driver.state.instruments.get(PERP, I.markTicks)).toBe(379_000);
    expect(driver.state.instruments.get(PERP, I.pricedAt)).toBe(DAY);
  });

  const breaker = { haltMovePpm: 50_000, haltWindowUs: 60 * SECOND, haltUs: 30 * SECOND };

  it('halts a market that falls too far too fast, and judges at the mark of its opening', () => {
    const driver = longHouse(breaker);
    expect(namesOf(driver.accept(priced(driver, 390_000)))).toEqual([
      'PriceObserved',
      'BreakerReferenceSet',
    ]);
    // 5.25 % below 40,000: without the breaker this breaches.
    const halted = driver.accept(priced(driver, 379_000));
    expect(namesOf(halted)).toEqual(['PriceObserved', 'MarketHalted']);
    expect(eventOf(halted, 'MarketHalted')).toMatchObject({
      referenceTicks: 400_000,
      markTicks: 379_000,
      resumeAt: DAY + 30 * SECOND,
    });
    driver.accept(priced(driver, 378_500));
    const resumed = driver.time(DAY + 30 * SECOND);
    expect(namesOf(resumed).slice(0, 3)).toEqual([
      'MarketResumed',
      'MarginBreached',
      'LiquidationOpened',
    ]);
    expect(eventOf(resumed, 'MarketResumed').markTicks).toBe(378_500);
  });

  it('liquidates nobody when the price comes back during the halt', () => {
    const driver = longHouse(breaker);
    driver.accept(priced(driver, 379_000));
    driver.accept(priced(driver, 398_000));
    expect(namesOf(driver.time(DAY + 30 * SECOND))).toEqual(['MarketResumed']);
    expect(driver.saga(alice)).toBe(SAGA.healthy);
  });

  it('measures a slow fall window by window', () => {
    const driver = longHouse(breaker);
    for (const [minute, mark] of [392_000, 384_000, 382_000].entries()) {
      driver.time(DAY + (minute + 1) * 60 * SECOND);
      const events = driver.accept(priced(driver, mark));
      expect(eventsOf(events, 'MarketHalted')).toEqual([]);
      expect(eventsOf(events, 'BreakerReferenceSet')).toHaveLength(1);
    }
  });

  it('leaves the market to an operator who has set its state since', () => {
    const driver = longHouse(breaker);
    driver.accept(priced(driver, 379_000));
    driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 1 });
    expect(driver.time(DAY + 30 * SECOND)).toEqual([]);
    const opened = driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 0 });
    expect(namesOf(opened)).toContain('MarginBreached');
  });
});
