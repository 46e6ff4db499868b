import type { Message } from '#libs/events';
import { eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  deposit,
  executed,
  orderOf,
  priced,
  smallHouse,
  trade,
} from '../support/small-house.js';

const { alice, bob, house1, maker, omnibus1 } = account;
const LIMITS = ['normal', 'reduce-only', 'blocked'];

/** alice (3,980) and the omnibus account, which is called when it breaches, are long 1 BTC. */
function invested(logicVersion = 3): HouseDriver {
  const driver = smallHouse(logicVersion);
  for (const id of [alice, omnibus1]) driver.accept(deposit(id, 4_000));
  for (const id of [bob, maker, house1]) driver.accept(deposit(id, 1_000_000));
  driver.accept(trade(alice, bob, 1_000, 400_000));
  driver.accept(trade(omnibus1, house1, 1_000, 400_000));
  return driver;
}

/** The limits that events set, as `account limit`. */
function limitsIn(events: readonly Message[]): string[] {
  return eventsOf(events, 'CreditLimitSet').map(
    ({ account: id, limit }) => `${String(id)} ${LIMITS[limit] ?? ''}`,
  );
}

describe('credit limits that venues are told', () => {
  it('follow every step of an account: warned, cleared, warned, blocked, recovered', () => {
    const driver = invested();
    const at = (ticks: number): string[] => limitsIn(driver.accept(priced(driver, ticks)));
    expect(at(395_000)).toEqual([]);
    expect(at(381_000)).toEqual([`${alice} reduce-only`, `${omnibus1} reduce-only`]);
    expect(at(400_000)).toEqual([`${alice} normal`, `${omnibus1} normal`]);
    expect(at(381_000)).toHaveLength(2);
    const breached = driver.accept(priced(driver, 379_000));
    expect(limitsIn(breached)).toEqual([`${alice} blocked`]); // the other is called: as it was
    const done = executed(driver, orderOf(breached), maker, 379_000);
    expect(limitsIn(done)).toEqual([`${alice} normal`]);
    expect(limitsIn(driver.accept(deposit(omnibus1, 2_000)))).toEqual([`${omnibus1} normal`]);
  });

  it('stand right behind the step that sets them, and are caused by it', () => {
    const driver = invested();
    driver.accept(priced(driver, 381_000));
    const events = driver.accept(priced(driver, 379_000));
    expect(namesOf(events).slice(0, 5)).toEqual([
      'PriceObserved',
      'MarginBreached',
      'LiquidationOpened',
      'CreditLimitSet',
      'LiquidationOrderIssued',
    ]);
    const place = driver.events.findIndex(({ message }) => message.type === 'LiquidationOpened');
    expect(driver.events[place + 1]?.cause).toBe(driver.events[place]?.sequence);
    expect(driver.events[place + 2]?.cause).toBe(driver.events[place]?.sequence);
  });

  it('a default leaves it blocked: nothing new to tell', () => {
    const driver = invested();
    const order = orderOf(driver.accept(priced(driver, 379_000)));
    driver.accept(priced(driver, 300_000));
    const rest = orderOf(executed(driver, order, maker, 375_210));
    const end = executed(driver, rest, maker, 297_000);
    expect(namesOf(end)).toContain('AccountDefaulted');
    expect(limitsIn(end)).toEqual([]);
  });

  it.each([1, 2])('logic %i tells none', (logicVersion) => {
    const driver = invested(logicVersion);
    expect(limitsIn(driver.accept(priced(driver, 381_000)))).toEqual([]);
    expect(limitsIn(driver.accept(priced(driver, 379_000)))).toEqual([]);
  });
});
