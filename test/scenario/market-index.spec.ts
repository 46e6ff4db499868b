import { restoreState, writeStateRows } from '#libs/clearing-house';
import { I, OPEN, STALE } from '#libs/market';
import { eventOf, HouseDriver, namesOf } from '../support/house-driver.js';
import { said, threeSources } from '../support/market-feeds.js';
import {
  account,
  DAY,
  deposit,
  PERP,
  priced,
  SECOND,
  smallHouse,
  trade,
} from '../support/small-house.js';

const { alice, bob } = account;

/** The small house with the index in force; alice is long 0.1 BTC at 40,000.0 on 300 USD. */
function house(definition: Partial<typeof threeSources> = {}): HouseDriver {
  const driver = smallHouse(3);
  driver.accept(deposit(alice, 300));
  driver.accept(deposit(bob, 1_000_000));
  driver.accept(trade(alice, bob, 100, 400_000));
  driver.accept({ ...threeSources, ...definition });
  return driver;
}

const mark = ({ state }: HouseDriver): number => state.instruments.get(PERP, I.markTicks);
const market = ({ state }: HouseDriver): number => state.instruments.get(PERP, I.marketState);

describe('a market that is marked by several sources', () => {
  it('has the median of those that agree as its mark, as an event of its own', () => {
    const driver = house();
    expect(namesOf(driver.accept(said(driver, 1, 400_100)))).toEqual(['IndexSourceObserved']);
    const two = driver.accept(said(driver, 2, 400_400));
    expect(eventOf(two, 'IndexPriceDetermined')).toMatchObject({ priceTicks: 400_250 });
    const three = driver.accept(said(driver, 7, 420_000));
    // The median of three is 400,400; 420,000 is 4.9 % away.
    expect(eventOf(three, 'IndexPriceDetermined')).toMatchObject({
      priceTicks: 400_250,
      freshSources: 3,
      usedSources: 2,
      spreadPpm: 375,
      confidencePpm: 999_625,
      excluded: [{ source: 7, fault: 1 }],
    });
    expect(mark(driver)).toBe(400_250);
  });

  it('is not moved by one source alone, however it lies', () => {
    const driver = house();
    for (const source of [1, 2, 7]) driver.accept(said(driver, source, 400_000));
    for (const lie of [1, 100_000, 379_000, 90_000_000]) {
      driver.accept(said(driver, 2, lie));
      expect(mark(driver)).toBe(400_000);
    }
    expect(driver.saga(alice)).toBe(0);
  });

  it('liquidates when the sources fall together, caused by the price that they make', () => {
    const driver = house();
    for (const source of [1, 2]) driver.accept(said(driver, source, 400_000));
    // 0.1 BTC at 37,500: equity 298 - 250 = 48 < 5 % of 3,750.
    driver.accept(said(driver, 7, 375_000));
    expect(driver.saga(alice)).toBe(0);
    driver.accept(said(driver, 1, 375_000));
    const events = driver.events.slice(-6);
    expect(mark(driver)).toBe(375_000);
    const breach = events.find(({ message }) => message.type === 'MarginBreached');
    const cause = events.find(({ sequence }) => sequence === breach?.cause);
    expect(cause?.message).toMatchObject({ type: 'IndexPriceDetermined', priceTicks: 375_000 });
  });

  it('turns stale, and liquidates nobody, when too few sources can be used', () => {
    const driver = house();
    for (const source of [1, 2]) driver.accept(said(driver, source, 400_000));
    // Two that differ by more than 2 %: neither is within 1 % of their mean.
    const events = driver.accept(said(driver, 2, 370_000));
    expect(namesOf(events)).toEqual([
      'IndexSourceObserved',
      'IndexUndetermined',
      'MarketStateChanged',
    ]);
    expect(eventOf(events, 'IndexUndetermined')).toMatchObject({ freshSources: 2, usedSources: 0 });
    expect([market(driver), mark(driver), driver.saga(alice)]).toEqual([STALE, 400_000, 0]);
    // The third agrees with the second: it opens, and alice breaches.
    const opened = driver.accept(said(driver, 7, 370_000));
    expect(namesOf(opened).slice(0, 4)).toEqual([
      'IndexSourceObserved',
      'IndexPriceDetermined',
      'MarketStateChanged',
      'MarginBreached',
    ]);
    expect(market(driver)).toBe(OPEN);
  });

  it('is looked at again when a price becomes too old: the rest decide, or it turns stale', () => {
    const driver = house();
    driver.accept(said(driver, 1, 400_000));
    driver.time(DAY + 2 * SECOND);
    driver.accept(said(driver, 2, 400_200));
    driver.time(DAY + 4 * SECOND);
    driver.accept(said(driver, 7, 400_600));
    expect(mark(driver)).toBe(400_200);
    expect(namesOf(driver.time(DAY + 10 * SECOND - 1))).toEqual([]);
    const first = driver.time(DAY + 10 * SECOND);
    expect(namesOf(first)).toEqual(['DeadlineReached', 'IndexPriceDetermined']);
    expect([mark(driver), market(driver)]).toEqual([400_400, OPEN]);
    const second = driver.time(DAY + 12 * SECOND);
    expect(namesOf(second)).toEqual(['DeadlineReached', 'IndexUndetermined', 'MarketStateChanged']);
    expect(market(driver)).toBe(STALE);
    // Nothing more is due: the market is not open.
    expect(namesOf(driver.time(DAY + 600 * SECOND))).toEqual([]);
  });

  it('does not believe a source whose prices were seen long ago', () => {
    const driver = house();
    driver.accept({ ...said(driver, 1, 400_000), observedAt: DAY - 10 * SECOND });
    expect(mark(driver)).toBe(400_000);
    expect(namesOf(driver.accept(said(driver, 2, 400_100)))).toEqual([
      'IndexSourceObserved',
      'IndexUndetermined',
      'MarketStateChanged',
    ]);
  });

  it('goes stale again when an operator opens it without sources', () => {
    const driver = house();
    for (const source of [1, 2]) driver.accept(said(driver, source, 400_000));
    driver.time(DAY + 20 * SECOND);
    expect(market(driver)).toBe(STALE);
    driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 0 });
    expect(market(driver)).toBe(OPEN);
    driver.time(DAY + 20 * SECOND + 1);
    expect(market(driver)).toBe(STALE);
  });

  it('quarantines a leap of all sources, until it is confirmed', () => {
    const driver = house();
    for (const source of [1, 2, 7]) driver.accept(said(driver, source, 400_000));
    driver.accept(said(driver, 1, 200_000));
    const leap = driver.accept(said(driver, 2, 200_000));
    expect(namesOf(leap)).toEqual([
      'IndexSourceObserved',
      'IndexPriceDetermined',
      'PriceQuarantined',
    ]);
    expect(mark(driver)).toBe(400_000);
    driver.accept(said(driver, 7, 200_000));
    expect(mark(driver)).toBe(200_000);
  });

  it('goes on after a restore as if nothing had been', () => {
    const driver = house();
    for (const source of [1, 2, 7]) driver.accept(said(driver, source, 400_000 + source));
    driver.time(DAY + 3 * SECOND);
    driver.accept(said(driver, 7, 400_500));
    const chunks: Uint8Array[] = [];
    writeStateRows(driver.state, 'all', (chunk) => chunks.push(chunk.slice()));
    const second = new HouseDriver(restoreState(Buffer.concat(chunks)));
    expect(second.businessRoot()).toBe(driver.businessRoot());
    for (const at of [DAY + 10 * SECOND, DAY + 13 * SECOND]) {
      expect(second.time(at)).toEqual(driver.time(at));
      expect(second.businessRoot()).toBe(driver.businessRoot());
    }
    expect(market(second)).toBe(STALE);
  });
});

describe('the definition of an index', () => {
  it('gives its sources their time to speak before the market turns stale', () => {
    const driver = house();
    driver.time(DAY + 10 * SECOND - 1);
    expect(market(driver)).toBe(OPEN);
    expect(namesOf(driver.time(DAY + 10 * SECOND))).toEqual([
      'DeadlineReached',
      'IndexUndetermined',
      'MarketStateChanged',
    ]);
  });

  it('keeps the prices of sources that stay, and is applied at once', () => {
    const driver = house();
    for (const [source, ticks] of [
      [1, 400_000],
      [2, 400_400],
      [7, 400_800],
    ] as const) {
      driver.accept(said(driver, source, ticks));
    }
    const sources = threeSources.sources.slice(1);
    const events = driver.accept({ ...threeSources, sources });
    expect(namesOf(events)).toEqual(['IndexDefined', 'IndexPriceDetermined']);
    expect(mark(driver)).toBe(400_600);
  });

  it('that asks for a younger price takes effect at its own time', () => {
    const driver = house();
    for (const source of [1, 2]) driver.accept(said(driver, source, 400_000));
    driver.accept({ ...threeSources, maxAgeUs: 4 * SECOND });
    expect(namesOf(driver.time(DAY + 4 * SECOND))).toContain('IndexUndetermined');
  });

  it('refuses observed prices while it is in force, and without sources ends', () => {
    const driver = house();
    expect(driver.refuse(priced(driver, 400_000))).toBe(573);
    driver.accept({ ...threeSources, sources: [] });
    driver.accept(priced(driver, 401_000));
    expect(mark(driver)).toBe(401_000);
    expect(driver.refuse(said(driver, 1, 400_000))).toBe(571);
    // The contract's own limit of 600 seconds is in force again.
    expect(namesOf(driver.time(DAY + 600 * SECOND))).toEqual([
      'DeadlineReached',
      'MarketStateChanged',
    ]);
  });

  const [first, second] = threeSources.sources;
  it.each<readonly [name: string, reason: number, change: object]>([
    ['of an instrument that is not listed', 103, { instrument: 99 }],
    ['with sources that do not ascend', 570, { sources: [second, first] }],
    ['with a source twice', 570, { sources: [first, first] }],
    ['with a source 0', 570, { sources: [{ source: 0, speaker: 0 }, first] }],
    ['with a speaker nobody knows', 570, { sources: [{ ...first, speaker: 9 }, second] }],
    ['that needs no source', 570, { minSources: 0 }],
    ['that needs more sources than it has', 570, { minSources: 4 }],
    ['of prices that are always too old', 570, { maxAgeUs: 0 }],
    ['of prices that never are', 570, { maxAgeUs: 31_536_000_000_001 }],
    ['with a distance beyond the whole', 570, { maxDeviationPpm: 1_000_001 }],
  ])('%s is refused [%d]', (_name, reason, change) => {
    const driver = smallHouse(3);
    const root = driver.businessRoot();
    expect(driver.refuse({ ...threeSources, ...change })).toBe(reason);
    expect(driver.businessRoot()).toBe(root);
  });
});

describe('a source', () => {
  it.each<readonly [name: string, reason: number, change: object]>([
    ['of an instrument that is not listed', 103, { instrument: 99 }],
    ['that the index does not name', 571, { source: 3 }],
    ['for which another publisher speaks', 572, { source: 2, publisher: 1 }],
    ['with a price of 0', 109, { priceTicks: 0 }],
    ['with a price that never trades', 109, { priceTicks: 100_000_001 }],
    ['that is older than its last one', 120, { observedAt: DAY - 1 }],
    ['that is surer than sure', 570, { confidencePpm: 1_000_001 }],
  ])('%s is refused [%d]', (_name, reason, change) => {
    const driver = smallHouse(3);
    driver.accept({ type: 'PublisherRegistered', name: 'feed' });
    const sources = [threeSources.sources[0], { source: 2, speaker: 2 }];
    driver.accept({ ...threeSources, sources });
    driver.accept(said(driver, 1, 400_000));
    driver.accept({ ...said(driver, 2, 400_000), publisher: 2 });
    expect(driver.refuse({ ...said(driver, 1, 400_000), ...change })).toBe(reason);
    expect(mark(driver)).toBe(400_000);
  });
});
