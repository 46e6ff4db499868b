import { listed, option } from '../support/contracts.js';
import { type HouseDriver, eventsOf, namesOf } from '../support/house-driver.js';
import { flatSurface, scenarioRulebook } from '../support/scenario-rulebook.js';
import {
  account,
  answered,
  CLEARED,
  DAY,
  deposit,
  executed,
  fill,
  orderOf,
  priced,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;
const MONTH = DAY + 30 * 86_400 * SECOND;

/** The small house with its exchange pool under scenarios, and money for everybody. */
function house(aliceDollars = 10_000): HouseDriver {
  const driver = smallHouse(3);
  driver.accept({ ...scenarioRulebook });
  driver.drain();
  driver.accept(deposit(alice, aliceDollars));
  driver.accept(deposit(bob, 1_000_000));
  driver.accept(deposit(maker, 1_000_000));
  return driver;
}

/** The same with a put at 40,000.0 for a month, marked at 2,285.5. */
function withPut(aliceDollars?: number) {
  const driver = house(aliceDollars);
  driver.accept(flatSurface(MONTH, DAY));
  const put = listed(driver, { ...option('put', 'equity', 400_000), expiresAt: MONTH }, 22_855);
  driver.drain();
  return { driver, put };
}

const epochs = (driver: HouseDriver): number => driver.state.valuation.number;

describe('a pool margined by scenarios', () => {
  it('opens a valuation epoch when its rulebook comes into force', () => {
    const driver = smallHouse(3);
    const events = driver.accept({ ...scenarioRulebook });
    expect(namesOf(events)).toEqual(['RulebookPublished', 'ValuationEpochOpened', 'SweepStarted']);
    expect(epochs(driver)).toBe(1);
  });

  it('requires the worst loss, and of the initial level more', () => {
    const driver = house();
    // 100 lots are 0.1 BTC, 4,000 USD: 20 % of it.
    driver.accept(trade(alice, bob, 100, 400_000));
    expect(driver.figures(alice)).toMatchObject({ maintenance: usd(800), initial: usd(1_000) });
    expect(driver.figures(bob)).toMatchObject({ maintenance: usd(800), initial: usd(1_000) });
  });

  it('requires less where one position hedges another', () => {
    const { driver, put } = withPut();
    driver.accept(trade(alice, bob, 100, 400_000));
    driver.accept({ ...trade(alice, bob, 100, 22_855), instrument: put });
    // 20 % down the perpetual loses 800 and the put gains 0.1 x (8,131.668440 - 2,285.507004) =
    // 584.616144 (Black-76, volatility 50 %, 30 days): 215.383856 are lost.
    const { maintenance } = driver.figures(alice);
    expect(maintenance).toBe(usd(215.3839));
    // Bob is short both: 20 % up he loses 800 and gains 0.1 x (2,285.507004 - 302.944176). What an expiry is
    // worth is rounded before the difference is taken: up to a minor unit.
    expect(driver.figures(bob).maintenance).toBe(usd(800 - 198.2563));
  });

  it('computes requirements at the epoch, equity at every price', () => {
    const driver = house();
    driver.accept(trade(alice, bob, 100, 400_000));
    const { equity } = driver.figures(alice);
    // Half a percent: the epoch stays. 100 lots gain 20 USD.
    expect(namesOf(driver.accept(priced(driver, 402_000)))).toEqual(['PriceObserved']);
    expect(driver.figures(alice)).toMatchObject({
      equity: equity + usd(20),
      maintenance: usd(800),
    });
    // A percent: the next one.
    const names = namesOf(driver.accept(priced(driver, 404_000)));
    expect(names).toEqual(['PriceObserved', 'ValuationEpochOpened', 'SweepStarted']);
    expect(driver.figures(alice)).toMatchObject({
      equity: equity + usd(40),
      maintenance: usd(808),
    });
  });

  it('ends an epoch after its time, and at new volatilities', () => {
    const { driver } = withPut();
    const before = epochs(driver);
    const events = driver.time(DAY + 60 * SECOND);
    expect(namesOf(events).slice(0, 2)).toEqual(['ValuationEpochOpened', 'SweepStarted']);
    driver.accept(flatSurface(MONTH, DAY + 1, 600_000));
    expect(epochs(driver)).toBe(before + 2);
    // One timer an epoch: the one that was ended by the surface does not fire.
    driver.time(DAY + 119 * SECOND);
    expect(epochs(driver)).toBe(before + 2);
    driver.time(DAY + 120 * SECOND);
    expect(epochs(driver)).toBe(before + 3);
  });

  it('refuses what it cannot value, and orders in it', () => {
    const driver = house();
    const call = listed(driver, { ...option('call', 'equity', 400_000), expiresAt: MONTH }, 22_855);
    const orders = {
      type: 'OpenOrderExposureReported',
      venue: 1,
      account: alice,
      instrument: call,
      buyLots: 1,
      sellLots: 0,
      venueSequence: 1,
    } as const;
    expect(driver.refuse({ ...trade(alice, bob, 1, 22_855), instrument: call })).toBe(118);
    expect(driver.refuse(orders)).toBe(118);
    driver.accept(flatSurface(MONTH, DAY));
    driver.accept({ ...trade(alice, bob, 1, 22_855), instrument: call });
    driver.accept(orders);
  });

  it('counts open orders on the worst side of the whole portfolio', () => {
    const driver = house();
    driver.accept(trade(alice, bob, 100, 400_000));
    const report = (buyLots: number, sellLots: number, venueSequence: number): number => {
      driver.accept({
        type: 'OpenOrderExposureReported',
        venue: 1,
        account: alice,
        instrument: 1,
        buyLots,
        sellLots,
        venueSequence,
      });
      driver.figures(alice);
      return driver.house.judgement.evaluation.figures.orderMarginMinor;
    };
    expect(report(50, 0, 1)).toBe(usd(500)); // 150 lots long: 1,500 initial
    expect(report(0, 150, 2)).toBe(0); // 50 lots short: less than now
    expect(report(0, 300, 3)).toBe(usd(1_000)); // 200 lots short: 2,000 initial
  });
});

describe('a liquidation under scenarios', () => {
  it('takes the fewest lots that restore the target', () => {
    const driver = house(1_000);
    driver.accept(trade(alice, bob, 100, 400_000)); // fee 2
    // 38,800: equity 998 - 120 = 878 against 776; 37,200: 718 < 744.
    driver.accept(priced(driver, 388_000));
    driver.drain();
    const events = driver.accept(priced(driver, 372_000));
    const order = orderOf(events);
    expect(order).toMatchObject({
      equityMinor: usd(718),
      maintenanceMinor: usd(744),
      limitPriceTicks: 368_280,
      side: 1,
    });
    // A lot sold at 36.828 costs 0.372 + fee 0.18414 and frees 7.44 x 1.1 = 8.184; short by
    // 818.4 - 718 = 100.4: 100.4 / (8.184 - 0.55614) = 13.2.
    expect(order.quantityLots).toBe(14);
    expect(order.maintenanceAfterMinor).toBe(usd(744 - 14 * 7.44));
    driver.accept(fill(order, maker, 372_000));
    driver.accept(answered(order.order, 'filled', 14));
    expect(driver.saga(alice)).toBe(0);
  });

  it('keeps the hedge: it sells what the put insures, not the put', () => {
    const { driver, put } = withPut(1_500);
    driver.accept({ ...trade(alice, bob, 100, 22_855), instrument: put });
    driver.accept(trade(alice, bob, 250, 400_000));
    const before = driver.figures(alice);
    expect(before.maintenance).toBe(usd(2_000 - 584.6161));
    const events = driver.accept(priced(driver, 390_000));
    const orders = eventsOf(events, 'LiquidationOrderIssued');
    expect(orders.map(({ instrument, side }) => [instrument, side])).toEqual([[1, 1]]);
    expect(driver.lots(alice, put)).toBe(100);
    executed(driver, orders[0]!, maker, 390_000);
    expect(driver.saga(alice)).toBe(0);
  });

  it('is no matter of the pool beside it', () => {
    const driver = house();
    expect(driver.state.rulebooks.inForce(CLEARED)?.scenario).toBeUndefined();
  });
});

describe('a rulebook under scenarios', () => {
  const [terms] = scenarioRulebook.scenarioTerms;
  const [scenario] = scenarioRulebook.scenarios;
  it.each([
    ['no parameters', { scenarioTerms: [] }],
    ['no scenarios', { scenarios: [] }],
    ['scenarios under linear', { model: 0 }],
    ['an epoch shorter than a second', { scenarioTerms: [{ ...terms, epochUs: 999_999 }] }],
    ['an epoch that every price ends', { scenarioTerms: [{ ...terms, epochMovePpm: 0 }] }],
    ['no risk unit', { scenarioTerms: [{ ...terms, riskUnitsPerMinor: 0 }] }],
    ['a flag that is neither', { scenarioTerms: [{ ...terms, addOnsScaled: 2 }] }],
    ['initial below maintenance', { scenarioTerms: [{ ...terms, initialPpb: 999_999_999 }] }],
    [
      'a price that falls below 0',
      { scenarios: [{ ...scenario!, priceShockPpb: -1_000_000_000 }] },
    ],
    ['an offset of nothing known', { scenarioOffsets: [{ underlying: 9, gainPpb: 1 }] }],
    ['an offset above all', { scenarioOffsets: [{ underlying: 1, gainPpb: 1_000_000_001 }] }],
  ])('is refused with %s', (_name, change) => {
    const driver = smallHouse(3);
    const root = driver.businessRoot();
    expect(driver.refuse({ ...scenarioRulebook, ...change })).toBe(505);
    expect(driver.businessRoot()).toBe(root);
  });
});
