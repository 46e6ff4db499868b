import { SafeBands } from '#libs/clearing-house';
import { SAGA } from '#libs/clearing';
import { inversePerpetual, listed, option } from '../support/contracts.js';
import { type HouseDriver, namesOf } from '../support/house-driver.js';
import { flatSurface, scenarioRulebook } from '../support/scenario-rulebook.js';
import {
  account,
  BTC,
  CLEARED,
  DAY,
  deposit,
  priced,
  rulebook,
  SECOND,
  smallHouse,
  trade,
} from '../support/small-house.js';

/** The points of docs/safe-bands.md ("what is left of it here"), each on a house that fits in the head. */

const { alice, bob, maker, client1, house1 } = account;
const MONTH = DAY + 30 * 86_400 * SECOND;
const WIDE = 10_000;

/** Alice is short ten calls at 40,000.0 and long five lots of the perpetual, under a model. */
function house(model: 'linear' | 'scenario', dollars = WIDE) {
  const driver = smallHouse(3);
  if (model === 'scenario') driver.accept({ ...scenarioRulebook });
  driver.drain();
  driver.accept(deposit(alice, dollars));
  driver.accept(deposit(bob, 1_000_000));
  driver.accept(deposit(maker, 1_000_000));
  driver.accept(flatSurface(MONTH, DAY));
  const call = listed(
    driver,
    { ...option('call', 'variation', 400_000), expiresAt: MONTH },
    20_000,
  );
  driver.drain();
  driver.accept({ ...trade(bob, alice, 10, 20_000), instrument: call });
  driver.accept(trade(alice, bob, 5, 400_000));
  driver.drain();
  return { driver, call };
}

/** Units that were judged while something was done. */
function judged({ house: { judgement } }: HouseDriver, action: () => unknown): number {
  const before = judgement.evaluation.evaluations;
  action();
  return judgement.evaluation.evaluations - before;
}

function isInside(driver: HouseDriver, unit: number): boolean {
  const { bands } = driver.house.judgement;
  if (!(bands instanceof SafeBands)) throw new TypeError('the house has safe bands');
  return bands.isInside(unit);
}

describe('a unit with options under scenarios, within an epoch', () => {
  it('needs the same at every price, and its equity follows each leg by its lots', () => {
    const { driver, call } = house('scenario');
    const before = driver.figures(alice);
    const epoch = driver.state.valuation.number;
    driver.accept(priced(driver, 401_000));
    driver.accept(priced(driver, 21_000, call));
    expect(driver.state.valuation.number).toBe(epoch);
    expect(driver.figures(alice)).toEqual({
      ...before,
      equity: before.equity + 5 * 1_000 - 10 * 1_000,
    });
  });

  it('has a band, and prices inside it have nobody judged', () => {
    const { driver, call } = house('scenario');
    expect([isInside(driver, alice), isInside(driver, bob)]).toEqual([true, true]);
    const prices = () => {
      driver.accept(priced(driver, 400_500));
      driver.accept(priced(driver, 30_000, call));
      driver.accept(priced(driver, 1, call));
    };
    expect(judged(driver, prices)).toBe(0);
  });

  it('is judged where the price of an option leaves the band, though the coin has not moved', () => {
    const { driver, call } = house('scenario', 140);
    driver.drain();
    const { equity, maintenance } = driver.figures(alice);
    const left = equity - Math.ceil(maintenance * 1.2);
    expect(left).toBeGreaterThan(0);
    const mark = 20_000 + Math.floor(left / 10);
    expect(namesOf(driver.accept(priced(driver, mark, call)))).toEqual(['PriceObserved']);
    const events = namesOf(driver.accept(priced(driver, mark + 1, call)));
    expect(events.slice(0, 2)).toEqual(['PriceObserved', 'AccountWarned']);
  });

  it('is judged at each of its trades', () => {
    const { driver, call } = house('scenario');
    const one = { ...trade(alice, bob, 1, 20_000), instrument: call };
    expect(judged(driver, () => driver.accept(one))).toBe(2);
    expect(judged(driver, () => driver.accept(trade(alice, bob, 1, 400_000)))).toBe(2);
  });

  it('is released by the next epoch, whatever opens it, and judged by its sweep', () => {
    const { driver } = house('scenario');
    const opened = (action: () => unknown): void => {
      const before = driver.state.valuation.number;
      expect(isInside(driver, alice)).toBe(true);
      action();
      expect(driver.state.valuation.number).toBe(before + 1);
      expect(isInside(driver, bob)).toBe(false);
      expect(judged(driver, () => driver.drain())).toBeGreaterThanOrEqual(2);
      expect(isInside(driver, alice)).toBe(true);
    };
    opened(() => driver.accept(flatSurface(MONTH, DAY, 510_000)));
    opened(() => {
      driver.house.advanceTime(DAY + 61 * SECOND);
      driver.house.beginFrame();
    });
  });

  it('is hot where no band is wide enough, and left alone where a market is not open', () => {
    const { driver, call } = house('scenario', 140);
    const { equity, maintenance } = driver.figures(alice);
    const left = equity - Math.ceil(maintenance * 1.2);
    // A loss of all that is left but one unit, by the option's own price.
    driver.accept(priced(driver, 20_000 + Math.floor((left - 1) / 10), call));
    expect(isInside(driver, alice)).toBe(false);
    driver.accept({ type: 'MarketStateSet', instrument: 1, marketState: 1 });
    driver.accept(deposit(alice, 100));
    expect(isInside(driver, alice)).toBe(false);
  });

  it('does not release the units of a pool that is margined otherwise', () => {
    const { driver } = house('scenario');
    driver.accept(deposit(client1, 1_000));
    driver.accept(deposit(house1, 1_000));
    driver.accept(trade(client1, house1, 2, 400_000));
    expect(isInside(driver, client1)).toBe(true);
    driver.accept(flatSurface(MONTH, DAY, 520_000));
    expect([isInside(driver, client1), isInside(driver, alice)]).toEqual([true, false]);
  });
});

describe('a unit with options under linear', () => {
  it('follows its option and, short, the coin; trades in the perpetual use up slack', () => {
    const { driver, call } = house('linear');
    const quiet = () => {
      driver.accept(priced(driver, 402_000));
      driver.accept(priced(driver, 20_100, call));
      driver.accept(trade(alice, bob, 1, 402_000));
    };
    expect(isInside(driver, alice)).toBe(true);
    expect(judged(driver, quiet)).toBe(0);
    const one = { ...trade(alice, bob, 1, 20_000), instrument: call };
    expect(judged(driver, () => driver.accept(one))).toBe(2);
  });

  it('is warned by the coin alone, through the requirement of what it is short', () => {
    const driver = smallHouse(3);
    driver.accept(deposit(alice, 40));
    driver.accept(deposit(bob, 1_000_000));
    const call = listed(
      driver,
      { ...option('call', 'variation', 400_000), expiresAt: MONTH },
      20_000,
    );
    driver.accept({ ...trade(bob, alice, 10, 20_000), instrument: call });
    // 10 x 40 x 7.5 % = 30, at the warning level 36: of 40 less the fee 4 are left, 10 % of the coin.
    const events: string[] = [];
    for (let mark = 400_000; mark <= 450_000; mark += 10_000) {
      events.push(...namesOf(driver.accept(priced(driver, mark))));
    }
    expect(events).toContain('AccountWarned');
    expect(driver.saga(alice)).toBe(SAGA.warned);
    const back = namesOf(driver.accept(priced(driver, 330_000)));
    expect(back).toContain('WarningCleared');
  });
});

describe('a unit in another currency than its pool', () => {
  it('has a band while the exchange rate stays; a new one has it judged', () => {
    const driver = smallHouse(3);
    for (const who of [alice, bob]) driver.accept(deposit(who, WIDE));
    for (const who of [alice, bob]) {
      const coins = { account: who, currency: BTC, amountMinor: 100_000_000 };
      driver.accept({ type: 'CollateralDeposited', ...coins });
    }
    const inverse = listed(driver, inversePerpetual, 400_000);
    driver.accept({ ...trade(alice, bob, 10, 400_000), instrument: inverse });
    expect(isInside(driver, alice)).toBe(true);
    expect(judged(driver, () => driver.accept(priced(driver, 404_000, inverse)))).toBe(0);
    const rate = { currency: BTC, priceMicros: 40_400_000_000 } as const;
    const renewed = () => {
      driver.accept({ type: 'CurrencyPriceObserved', ...rate });
      expect(isInside(driver, alice)).toBe(false);
      driver.drain();
    };
    expect(judged(driver, renewed)).toBeGreaterThanOrEqual(2);
    expect(isInside(driver, alice)).toBe(true);
  });

  it('is released by a rulebook of its pool', () => {
    const driver = smallHouse(3);
    driver.accept(deposit(client1, WIDE));
    driver.drain();
    expect(isInside(driver, client1)).toBe(true);
    driver.accept({ ...rulebook, pool: CLEARED, rulebookVersion: 2 });
    expect(isInside(driver, client1)).toBe(false);
  });
});
