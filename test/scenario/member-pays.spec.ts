import { M, MEMBER, SAGA } from '#libs/clearing';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  CLEARED,
  DAY,
  deposit,
  executed,
  orderOf,
  priced,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { client1, house1 } = account;
const house2 = 10;
const CALLED = DAY;

/**
 * client1 (3,980 after the fee) is long 1 BTC from 40,000 against another member. At 35,000 it owes
 * 1,020; sold there without a fee (nothing is left to take one from) that is the shortfall.
 * The member's own house account holds `houseDollars`.
 */
function shortfall(houseDollars: number): {
  driver: HouseDriver;
  events: ReturnType<HouseDriver['accept']>;
} {
  const driver = smallHouse();
  driver.accept({ type: 'MemberAdmitted', name: 'M2' });
  const house = { accountKind: 1, pool: CLEARED, member: 2, parent: 0 };
  driver.accept({ type: 'AccountOpened', name: 'M2-house', ...house });
  driver.accept(deposit(house2, 1_000_000));
  driver.accept(deposit(client1, 4_000));
  if (houseDollars > 0) driver.accept(deposit(house1, houseDollars));
  driver.accept(trade(client1, house2, 1_000, 400_000));
  const order = orderOf(driver.accept(priced(driver, 350_000)));
  return { driver, events: executed(driver, order, house2, 350_000) };
}

function memberSaga(driver: HouseDriver): number {
  return driver.state.members.get(1, M.sagaState);
}

describe("a client's shortfall of 1,020", () => {
  it('is paid by the house account of its member, at once', () => {
    const { driver, events } = shortfall(1_020);
    expect(eventsOf(events, 'AccountDefaulted')).toMatchObject([{ shortfallMinor: usd(1_020) }]);
    expect(namesOf(events).slice(-3)).toEqual([
      'AccountDefaulted',
      'MemberPaid',
      'AccountClosedOut',
    ]);
    expect(driver.balance(house1)).toBe(0);
    expect(driver.figures(client1).equity).toBe(0);
    expect(driver.saga(client1)).toBe(SAGA.closedOut);
    expect(memberSaga(driver)).toBe(MEMBER.current);
  });

  it('is called for when a ten-thousandth is missing; paid whole or not at all', () => {
    const { driver, events } = shortfall(1_019.9999);
    expect(eventOf(events, 'MemberCalled')).toMatchObject({
      member: 1,
      account: client1,
      amountMinor: usd(1_020),
      deadline: CALLED + 1_800 * SECOND,
    });
    expect(memberSaga(driver)).toBe(MEMBER.called);
    expect(driver.balance(house1)).toBe(usd(1_019.9999));
    expect(driver.refuse({ type: 'MemberReinstated', member: 1 })).toBe(541);
    const paid = driver.accept(deposit(house1, 0.0001));
    expect(namesOf(paid)).toEqual(['CollateralDeposited', 'MemberPaid', 'AccountClosedOut']);
    expect(memberSaga(driver)).toBe(MEMBER.current);
    expect(driver.time(CALLED + 1_800 * SECOND).map((m) => m.type)).not.toContain('MemberLate');
  });

  it('is not paid with money that the house account itself needs', () => {
    const { driver } = shortfall(0);
    driver.accept(deposit(house1, 500));
    driver.accept(trade(house1, house2, 200, 350_000)); // fee 3.50; initial 700, maintenance 350
    expect(eventsOf(driver.accept(deposit(house1, 1_223.4999)), 'MemberPaid')).toEqual([]);
    // 500 + 1,223.50 - 3.50 - 700 = 1,020.
    const paid = eventOf(driver.accept(deposit(house1, 0.0001)), 'MemberPaid');
    expect(paid.amountMinor).toBe(usd(1_020));
    expect(driver.balance(house1)).toBe(usd(700));
  });

  it('leaves the client in default until then: no trade is booked to it', () => {
    const { driver } = shortfall(0);
    expect(driver.saga(client1)).toBe(SAGA.defaulted);
    expect(driver.refuse(trade(client1, house2, 1, 350_000))).toBe(108);
    expect(driver.refuse(trade(house2, client1, 1, 350_000))).toBe(108);
    driver.accept(deposit(house1, 1_020));
    expect(driver.saga(client1)).toBe(SAGA.closedOut);
    expect(driver.refuse(trade(client1, house2, 1, 350_000))).toBe(108);
  });

  it('obligations are paid oldest first, each whole; the first that cannot be paid stops', () => {
    const { driver } = shortfall(0);
    const client = { accountKind: 5, pool: CLEARED, member: 1, parent: 0 };
    driver.accept({ type: 'AccountOpened', name: 'M1-client-2', ...client });
    driver.accept(deposit(11, 1_000));
    driver.accept(trade(11, house2, 100, 350_000)); // fee 1.75; loses 1,000 at 25,000
    const order = orderOf(driver.accept(priced(driver, 250_000)));
    const events = executed(driver, order, house2, 250_000);
    expect(eventOf(events, 'MemberCalled')).toMatchObject({ account: 11, amountMinor: usd(1.75) });
    // 500 would pay the second, but not the first: nothing is paid.
    expect(eventsOf(driver.accept(deposit(house1, 500)), 'MemberPaid')).toEqual([]);
    const both = driver.accept(deposit(house1, 521.75));
    expect(eventsOf(both, 'MemberPaid').map((m) => [m.account, m.amountMinor])).toEqual([
      [client1, usd(1_020)],
      [11, usd(1.75)],
    ]);
    expect(driver.balance(house1)).toBe(0);
    expect(memberSaga(driver)).toBe(MEMBER.current);
  });

  it('may still be paid in the second window, late', () => {
    const { driver } = shortfall(0);
    const late = driver.time(CALLED + 1_800 * SECOND);
    expect(eventOf(late, 'MemberLate').deadline).toBe(CALLED + 3_600 * SECOND);
    expect(memberSaga(driver)).toBe(MEMBER.late);
    const paid = driver.accept(deposit(house1, 1_020));
    expect(eventsOf(paid, 'MemberPaid')).toHaveLength(1);
    expect(memberSaga(driver)).toBe(MEMBER.current);
    expect(driver.time(CALLED + 3_600 * SECOND)).toEqual([]);
  });
});
