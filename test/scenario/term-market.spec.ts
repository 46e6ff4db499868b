import { restoreState, writeStateRows } from '#libs/clearing-house';
import { future, listed, option } from '../support/contracts.js';
import { HouseDriver, type Input, namesOf } from '../support/house-driver.js';
import { forward, rate, said, threeSources } from '../support/market-feeds.js';
import { flatSurface, scenarioRulebook, type Terms } from '../support/scenario-rulebook.js';
import {
  account,
  CLEARED,
  DAY,
  deposit,
  ON_ACK,
  PERP,
  priced,
  rulebook,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob } = account;
const MONTH = DAY + 30 * 86_400 * SECOND;
const WEEK = DAY + 7 * 86_400 * SECOND;

/** Alice is long 0.1 BTC and a put on as much at 40,000.0 for a month, under scenarios of 20 %. */
function hedged(terms: Partial<Terms> = {}, aliceDollars = 10_000): HouseDriver {
  const driver = smallHouse(3);
  const [own] = scenarioRulebook.scenarioTerms;
  driver.accept({ ...scenarioRulebook, scenarioTerms: [{ ...own, ...terms }] });
  driver.drain();
  driver.accept(deposit(alice, aliceDollars));
  driver.accept(deposit(bob, 1_000_000));
  driver.accept(flatSurface(MONTH, DAY));
  const put = listed(driver, { ...option('put', 'equity', 400_000), expiresAt: MONTH }, 22_855);
  driver.drain();
  driver.accept({ ...trade(alice, bob, 100, 22_855), instrument: put });
  driver.accept(trade(alice, bob, 100, 400_000));
  return driver;
}

const PUT = PERP + 1;
const maintenance = (driver: HouseDriver): number => driver.figures(alice).maintenance;

describe('a forward that is observed by itself', () => {
  it('opens a valuation epoch and is what options of its expiry are valued at', () => {
    const driver = hedged();
    expect(maintenance(driver)).toBe(usd(215.3839));
    const events = driver.accept(forward(driver, MONTH, 420_000));
    expect(namesOf(events)).toEqual(['ForwardObserved', 'ValuationEpochOpened', 'SweepStarted']);
    driver.drain();
    // Black-76 at a forward of 42,000: the put is worth 1,476.784174 and 20 % down 6,684.599797.
    expect(maintenance(driver)).toBe(usd(279.2185));
  });

  it('moves with the mark since it came', () => {
    const driver = hedged();
    driver.accept(forward(driver, MONTH, 400_000));
    driver.accept(priced(driver, 420_000));
    driver.drain();
    // The forward is 42,000 now: the perpetual loses 840, the put gains as above.
    expect(maintenance(driver)).toBe(usd(840 - 520.7815));
  });

  it('is not carried beyond what ever trades', () => {
    const [early, late] = [hedged(), hedged()];
    early.accept(forward(early, MONTH, 100_000_000));
    for (const driver of [early, late]) driver.accept(priced(driver, 440_000));
    late.accept(forward(late, MONTH, 100_000_000));
    for (const driver of [early, late]) driver.drain();
    expect(early.figures(alice)).toEqual(late.figures(alice));
  });

  it('of another expiry is not', () => {
    const driver = hedged();
    driver.accept(forward(driver, WEEK, 420_000));
    driver.drain();
    expect(maintenance(driver)).toBe(usd(215.3839));
  });

  it('gives way to a surface that names its expiry and was seen later', () => {
    const driver = hedged();
    driver.accept(forward(driver, MONTH, 420_000));
    driver.accept(flatSurface(MONTH, DAY));
    driver.drain();
    expect(maintenance(driver)).toBe(usd(279.2185)); // seen at the same time
    driver.accept(flatSurface(MONTH, DAY + 1));
    driver.drain();
    expect(maintenance(driver)).toBe(usd(215.3839));
    driver.accept(flatSurface(WEEK, DAY + 2)); // does not name it
    driver.drain();
    expect(maintenance(driver)).toBe(usd(279.2185));
  });

  it('that is unsure costs initial margin where the rulebook charges for doubt', () => {
    const driver = hedged({ confidenceThresholdPpb: 1e9, confidenceFactorPpb: 500_000_000 });
    const before = driver.figures(alice);
    driver.accept(forward(driver, MONTH, 400_000, { confidencePpm: 980_000 }));
    driver.drain();
    // 2 % of 4,000, by half, for the options of that expiry.
    const after = driver.figures(alice);
    expect(after.initial - before.initial).toBe(usd(40));
    expect(after.maintenance).toBe(before.maintenance);
  });

  it.each<readonly [name: string, reason: number, change: object]>([
    ['of what is not listed', 103, { instrument: 99 }],
    ['of 0', 109, { forwardTicks: 0 }],
    ['that never trades', 109, { forwardTicks: 100_000_001 }],
    ['of an option', 560, { instrument: PUT, forwardTicks: 1 }],
    ['for now', 560, { expiry: DAY }],
    ['seen after its expiry', 560, { observedAt: MONTH }],
    ['seen before time began', 120, { observedAt: -1, expiry: WEEK }],
    ['surer than sure', 560, { confidencePpm: 1_000_001 }],
    ['older than the last one', 120, { observedAt: DAY - 1 }],
  ])('%s is refused [%d]', (_name, reason, change) => {
    const driver = hedged();
    driver.accept(forward(driver, MONTH, 400_000));
    const root = driver.businessRoot();
    expect(driver.refuse(forward(driver, MONTH, 400_000, change))).toBe(reason);
    expect(driver.businessRoot()).toBe(root);
  });

  it('of what settles is refused [111]', () => {
    const driver = smallHouse(3);
    const dated = listed(driver, future, 400_000);
    driver.time(future.expiresAt);
    const instrument = { instrument: dated };
    expect(driver.refuse(forward(driver, MONTH, 400_000, instrument))).toBe(111);
  });

  it('is one of at most 64 expiries, of which those that pass are forgotten', () => {
    const driver = smallHouse(3);
    for (let k = 1; k <= 64; k++) driver.accept(forward(driver, DAY + k * SECOND, 400_000));
    expect(driver.refuse(forward(driver, MONTH, 400_000))).toBe(561);
    driver.accept(forward(driver, DAY + 64 * SECOND, 400_001));
    driver.time(DAY + SECOND);
    driver.accept(forward(driver, MONTH, 400_000));
    expect(driver.state.forwards.at(PERP, DAY + SECOND)).toBeUndefined();
    expect(driver.state.forwards.livingCount(PERP, DAY + SECOND)).toBe(64);
  });
});

describe('a rate of the base currency', () => {
  /** 1 % for the 30 days of the put. */
  const RATE = 121_666_667;

  it('discounts what options are worth, where the rulebook says so', () => {
    const driver = hedged({ discountsValues: 1 });
    expect(maintenance(driver)).toBe(usd(215.3839));
    const events = driver.accept(rate(driver, MONTH, RATE));
    expect(namesOf(events)).toEqual(['RateObserved', 'ValuationEpochOpened', 'SweepStarted']);
    driver.drain();
    // 813.1668 and 228.5507 for 0.1 BTC, each x e^-0.01: 805.0756 - 226.2765 are gained.
    expect(maintenance(driver)).toBe(usd(221.2009));
  });

  it('changes nothing where it does not, nor one of another currency', () => {
    const driver = hedged();
    driver.accept(rate(driver, MONTH, RATE));
    driver.drain();
    expect(maintenance(driver)).toBe(usd(215.3839));
    const other = hedged({ discountsValues: 1 });
    other.accept(rate(other, MONTH, RATE, 2));
    other.drain();
    expect(maintenance(other)).toBe(usd(215.3839));
  });

  it('makes the static discounts of the rulebook what they say', () => {
    const driver = hedged({ discountLongRatePpb: 1_000_000_000 });
    driver.accept(rate(driver, MONTH, RATE));
    driver.drain();
    // Only the shocked value is discounted: 805.0756 - 228.5507.
    expect(maintenance(driver)).toBe(usd(800 - (805.0756 - 228.5507)));
  });

  it('is that of the next later expiry, or the last', () => {
    const driver = hedged({ discountsValues: 1 });
    driver.accept(rate(driver, WEEK, 900_000_000));
    driver.accept(rate(driver, MONTH + SECOND, RATE));
    driver.accept(rate(driver, MONTH + 2 * SECOND, 900_000_000));
    driver.drain();
    expect(maintenance(driver)).toBe(usd(221.2009));
  });

  it('below 0 discounts nothing, and one of 100 % for a lifetime no more than 200 % do', () => {
    const driver = hedged({ discountsValues: 1 });
    driver.accept(rate(driver, MONTH, -500_000_000));
    driver.drain();
    expect(maintenance(driver)).toBe(usd(215.3839));
    const later = DAY + 80 * 365 * 86_400 * SECOND;
    const call = { ...option('call', 'equity', 400_000), expiresAt: later };
    const distant = listed(driver, call, 22_855);
    driver.accept(rate(driver, later, 1_000_000_000));
    driver.drain();
    driver.accept({ ...trade(bob, alice, 1, 22_855), instrument: distant });
    expect(driver.figures(alice).initial).toBeGreaterThan(0);
  });

  it.each<readonly [name: string, reason: number, change: object]>([
    ['of a currency that is not listed', 204, { currency: 9 }],
    ['beyond 100 %', 562, { ratePpb: 1_000_000_001 }],
    ['below -100 %', 562, { ratePpb: -1_000_000_001 }],
    ['for a time that has passed', 560, { expiry: DAY }],
    ['older than the last one', 120, { observedAt: DAY - 1 }],
  ])('%s is refused [%d]', (_name, reason, change) => {
    const driver = smallHouse(3);
    driver.accept(rate(driver, MONTH, RATE));
    const root = driver.businessRoot();
    expect(driver.refuse({ ...rate(driver, MONTH, RATE), ...change })).toBe(reason);
    expect(driver.businessRoot()).toBe(root);
  });
});

describe('what options are valued by, too old', () => {
  const fallen = 360_000;

  it.each<readonly [name: string, terms: Partial<Terms>, fresh: (driver: HouseDriver) => Input]>([
    [
      'volatilities',
      { surfaceMaxAgeUs: 30 * SECOND },
      () => ({
        ...flatSurface(MONTH, DAY + 31 * SECOND),
        expiries: [{ expiry: MONTH, forwardTicks: fallen }],
      }),
    ],
    ['a forward', { forwardMaxAgeUs: 30 * SECOND }, (driver) => forward(driver, MONTH, fallen)],
    ['a rate', { rateMaxAgeUs: 30 * SECOND }, (driver) => rate(driver, MONTH, 0)],
  ])('gates judging: %s', (_name, terms, fresh) => {
    // Of 437.76 USD after fees 37.76 are left at 36,000; about 74 are needed.
    const driver = hedged(terms, 440);
    driver.accept(forward(driver, MONTH, 400_000));
    driver.accept(rate(driver, MONTH, 0));
    driver.drain();
    expect(driver.saga(alice)).toBeLessThan(3);
    driver.time(DAY + 30 * SECOND);
    const events = [...driver.accept(priced(driver, fallen)), ...driver.drain()];
    expect(namesOf(events)).not.toContain('MarginBreached');
    const { equity, maintenance: needed } = driver.figures(alice);
    expect(equity).toBeLessThan(needed);
    const withdrawal = { account: bob, currency: 1, amountMinor: usd(1) };
    expect(driver.refuse({ type: 'WithdrawalRequested', ...withdrawal })).toBe(208);
    const adding = { ...trade(alice, bob, 1, 22_855), instrument: PUT, venue: ON_ACK };
    expect(driver.refuse(adding)).toBe(123);
    driver.time(DAY + 31 * SECOND);
    const judged = [...driver.accept(fresh(driver)), ...driver.drain()];
    expect(namesOf(judged)).toContain('MarginBreached');
  });

  it('does not gate a moment before, nor a unit without options', () => {
    const driver = hedged({ surfaceMaxAgeUs: 30 * SECOND }, 440);
    driver.time(DAY + 30 * SECOND - 1);
    const events = [...driver.accept(priced(driver, fallen)), ...driver.drain()];
    expect(namesOf(events)).toContain('MarginBreached');
    const plain = smallHouse(3);
    const [own] = scenarioRulebook.scenarioTerms;
    const scenarioTerms = [{ ...own, surfaceMaxAgeUs: SECOND }] as Terms[];
    plain.accept({ ...scenarioRulebook, scenarioTerms });
    plain.drain();
    plain.accept(deposit(alice, 1_000));
    plain.accept(deposit(bob, 1_000_000));
    plain.accept(trade(alice, bob, 100, 400_000));
    plain.time(DAY + 30 * SECOND);
    expect(namesOf(plain.accept(priced(plain, fallen)))).toContain('MarginBreached');
  });
});

describe('how much the sources of an index agree', () => {
  it('is charged for where the rulebook asks, from the next epoch on', () => {
    const doubted = { confidenceThresholdPpb: 1e9, confidenceFactorPpb: 500_000_000 };
    const driver = hedged({ ...doubted, indexConfidence: 1 });
    driver.accept(threeSources);
    const before = driver.figures(alice);
    driver.accept(said(driver, 1, 400_000));
    driver.accept(said(driver, 2, 398_000));
    driver.accept(said(driver, 7, 402_000));
    driver.accept(flatSurface(MONTH, DAY)); // opens an epoch
    driver.drain();
    // 0.5 % apart, by half, of 4,000 each for the perpetual and the put.
    const after = driver.figures(alice);
    expect(after.initial - before.initial).toBe(usd(20));
    expect(after.maintenance).toBe(before.maintenance);
    const chunks: Uint8Array[] = [];
    writeStateRows(driver.state, 'all', (chunk) => chunks.push(chunk.slice()));
    const restored = new HouseDriver(restoreState(Buffer.concat(chunks)));
    expect(restored.figures(alice)).toEqual(after);
  });

  it('is charged for by no rulebook that does not', () => {
    const doubted = { confidenceThresholdPpb: 1e9, confidenceFactorPpb: 500_000_000 };
    const driver = hedged(doubted);
    driver.accept(threeSources);
    const before = driver.figures(alice);
    driver.accept(said(driver, 1, 400_000));
    driver.accept(said(driver, 2, 398_000));
    driver.accept(said(driver, 7, 402_000));
    driver.accept(flatSurface(MONTH, DAY));
    driver.drain();
    expect(driver.figures(alice)).toEqual(before);
  });
});

describe('a base currency that leaves its peg', () => {
  it('raises the initial requirement by the gap', () => {
    const driver = smallHouse(3);
    driver.accept({ type: 'CurrencyListed', name: 'USDX', minorDigits: 4 });
    const currency = driver.state.currencies.count;
    driver.accept({ type: 'CurrencyPriceObserved', currency, priceMicros: 1_000_000 });
    driver.accept({ type: 'PoolOpened', name: 'stable', baseCurrency: currency, ladder: 0 });
    const pool = CLEARED + 1;
    const open = { type: 'AccountOpened', accountKind: 0, pool, member: 0, parent: 0 } as const;
    driver.accept({ ...open, name: 'carol' });
    driver.accept({ ...open, name: 'dave' });
    const dave = driver.state.accounts.count;
    const carol = dave - 1;
    const contract = { ...future, name: 'USDX-FUTURE', currency, expiresAt: MONTH };
    const instrument = listed(driver, contract, 400_000);
    const [own] = scenarioRulebook.scenarioTerms;
    const peg = { pegThresholdPpb: 990_000_000, pegFactorPpb: 2_000_000_000 };
    driver.accept({
      ...scenarioRulebook,
      ...{ pool, rulebookVersion: 1, haircuts: [], scenarioTerms: [{ ...own, ...peg }] },
    });
    driver.drain();
    for (const who of [carol, dave]) {
      driver.accept({ ...deposit(who, 100_000), currency });
    }
    driver.accept({ ...trade(carol, dave, 100, 400_000), instrument });
    expect(driver.figures(carol)).toMatchObject({ maintenance: usd(800), initial: usd(1_000) });
    const near = driver.accept({
      ...{ type: 'CurrencyPriceObserved', currency, priceMicros: 990_000 },
    });
    expect(namesOf(near)).toEqual([
      'CurrencyPriceObserved',
      'ValuationEpochOpened',
      'SweepStarted',
    ]);
    driver.drain();
    expect(driver.figures(carol)).toMatchObject({ initial: usd(1_000) });
    driver.accept({ type: 'CurrencyPriceObserved', currency, priceMicros: 940_000 });
    driver.drain();
    // 5 % below the threshold, twice: 1.25 + 0.10 times the loss of 800.
    expect(driver.figures(carol)).toMatchObject({ maintenance: usd(800), initial: usd(1_080) });
    // A currency that is no base of such a pool opens none.
    const other = driver.accept({
      ...{ type: 'CurrencyPriceObserved', currency: 2, priceMicros: 41_000_000_000 },
    });
    expect(namesOf(other)).toEqual(['CurrencyPriceObserved', 'SweepStarted']);
  });
});

describe('a rulebook that asks these things', () => {
  const [terms] = scenarioRulebook.scenarioTerms;
  it.each<readonly [name: string, change: Partial<Terms>]>([
    ['a discount that is neither', { discountsValues: 2 }],
    ['a confidence that is neither', { indexConfidence: 2 }],
    ['an age below 0', { surfaceMaxAgeUs: -1 }],
    ['an age above a year', { forwardMaxAgeUs: 31_536_000_000_001 }],
    ['an age of rates below 0', { rateMaxAgeUs: -1 }],
    ['a threshold below 0', { pegThresholdPpb: -1 }],
    ['a factor above ten', { pegFactorPpb: 10_000_000_001 }],
  ])('is refused with %s', (_name, change) => {
    const driver = smallHouse(3);
    const scenarioTerms = [{ ...terms, ...change }] as Terms[];
    expect(driver.refuse({ ...scenarioRulebook, scenarioTerms })).toBe(505);
  });

  it('is not one of the model linear', () => {
    const driver = smallHouse(3);
    expect(driver.refuse({ ...rulebook, rulebookVersion: 3 })).toBe(505);
    driver.accept(forward(driver, MONTH, 420_000));
    expect(driver.state.valuation.number).toBe(0);
  });
});

describe('a forward of what has no mark yet', () => {
  it('stays as it was observed: there is nothing that it could move with', () => {
    const driver = hedged();
    driver.accept({ ...future, name: 'ETH-FUTURE', expiresAt: MONTH + SECOND });
    const underlying = driver.state.instruments.count;
    driver.accept(forward(driver, MONTH, 420_000, { instrument: underlying }));
    driver.accept({ ...flatSurface(MONTH, DAY), instrument: underlying });
    driver.accept(priced(driver, 500_000, underlying));
    driver.drain();
    const contract = { ...option('put', 'equity', 400_000, 'ETH-PUT'), expiresAt: MONTH };
    const put = listed(driver, { ...contract, underlying }, 14_768);
    driver.drain();
    driver.accept({ ...trade(bob, alice, 100, 14_768), instrument: put });
    const before = maintenance(hedged());
    // At a forward of 42,000, not 52,500: 20 % down 6,684.599797 - 1,476.784174 are lost on 0.1.
    expect(maintenance(driver)).toBe(before + usd(520.7815));
  });
});
