import { SAGA } from '#libs/clearing';
import { eventOf, eventsOf, namesOf } from '../support/house-driver.js';
import { CLOSE, future, listed } from '../support/contracts.js';
import {
  account,
  answered,
  CLEARED,
  DAY,
  deposit,
  EXCHANGE,
  orderOf,
  priced,
  rulebook,
  SECOND,
  smallHouse,
  trade,
} from '../support/small-house.js';

const { alice, bob, house1, omnibus1, maker } = account;
const TWO_HOURS = 7_200 * SECOND;

describe('a restart after two hours', () => {
  it('liquidates nobody by itself and extends every deadline by the outage', () => {
    const driver = smallHouse();
    driver.accept(deposit(omnibus1, 4_000));
    driver.accept(deposit(house1, 1_000_000));
    driver.accept(trade(omnibus1, house1, 1_000, 400_000));
    const call = eventOf(driver.accept(priced(driver, 379_000)), 'MarginCallIssued');
    driver.time(DAY + 60 * SECOND);
    expect(driver.refuse({ type: 'TimeJumpAccepted', resumeAt: DAY })).toBe(530);
    const resumeAt = DAY + 60 * SECOND + TWO_HOURS;
    expect(namesOf(driver.accept({ type: 'TimeJumpAccepted', resumeAt }))).toEqual([
      'TimeJumpAccepted',
    ]);
    expect(driver.state.clock.timeUs).toBe(resumeAt);
    // The first deadline had passed an hour ago by the clock; nothing fires.
    expect(driver.time(resumeAt)).toEqual([]);
    expect(driver.saga(omnibus1)).toBe(SAGA.called);
    expect(driver.house.nextDeadlineUs()).toBe(call.deadline + TWO_HOURS);
    // Without a fresh price the call is extended, with one it is missed.
    const extended = driver.time(call.deadline + TWO_HOURS);
    const deadline = call.deadline + TWO_HOURS + 3_600 * SECOND;
    expect(eventOf(extended, 'MarginCallExtended').deadline).toBe(deadline);
    driver.accept(priced(driver, 379_000));
    driver.time(deadline - SECOND);
    driver.accept(priced(driver, 379_000));
    expect(eventsOf(driver.time(deadline), 'MarginCallMissed')).toHaveLength(1);
  });

  it('judges with the first fresh price, and gives a silent venue its time again', () => {
    const driver = smallHouse();
    for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
    driver.accept(deposit(alice, 4_000));
    driver.accept(trade(alice, bob, 1_000, 400_000));
    const order = orderOf(driver.accept(priced(driver, 379_000)));
    const resumeAt = DAY + TWO_HOURS;
    driver.accept({ type: 'TimeJumpAccepted', resumeAt });
    expect(driver.time(resumeAt)).toEqual([]);
    expect(driver.house.nextDeadlineUs()).toBe(order.deadline + TWO_HOURS);
    // The venue had rejected it; the market is stale: no new plan before a price.
    const closed = driver.accept(answered(order.order, 'rejected', 0));
    expect(namesOf(closed)).toEqual(['LiquidationOrderAnswered', 'LiquidationOrderClosed']);
    const fresh = driver.accept(priced(driver, 300_000)); // no outlier test against an old mark
    expect(namesOf(fresh)).toEqual([
      'PriceObserved',
      'MarketStateChanged',
      'LiquidationOrderIssued',
    ]);
  });

  it('a deposit, trade or breach meanwhile waits: nothing of a stale market is judged', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 2_600));
    driver.accept(deposit(bob, 1_000_000));
    driver.accept(trade(alice, bob, 1_000, 400_000));
    driver.accept({ type: 'TimeJumpAccepted', resumeAt: DAY + TWO_HOURS });
    expect(namesOf(driver.accept(trade(alice, bob, 500, 400_000)))).toEqual(['TradeNovated']);
    expect(namesOf(driver.accept(priced(driver, 400_000)))).toContain('MarginBreached');
  });

  it('the calendar goes on: expiries and rulebooks in the gap happen', () => {
    const driver = smallHouse();
    const dated = listed(driver, future, 400_000);
    const later = { ...rulebook, rulebookVersion: 2, effectiveAt: DAY + 3_600 * SECOND };
    driver.accept({ ...later, pool: EXCHANGE });
    driver.accept({ ...later, pool: CLEARED, effectiveAt: CLOSE + TWO_HOURS });
    driver.accept({ type: 'TimeJumpAccepted', resumeAt: CLOSE + SECOND });
    const events = driver.time(CLOSE + SECOND + 1); // when log time moves on
    expect(eventsOf(events, 'DeadlineReached')).toMatchObject([
      { timerKind: 5, subject: EXCHANGE, reference: 2 },
      { timerKind: 4, subject: dated },
    ]);
    expect(driver.house.nextDeadlineUs()).toBe(CLOSE + TWO_HOURS);
  });
});
