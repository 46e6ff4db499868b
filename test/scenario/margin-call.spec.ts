import { SAGA } from '#libs/clearing';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  DAY,
  deposit,
  EXCHANGE,
  priced,
  rulebook,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { omnibus1, house1, alice, bob } = account;
const DEADLINE = DAY + 3_600 * SECOND;

/** The omnibus account (4,000, fee 20) is long 1 BTC from 40,000 and called at 37,900: 1,880 < 1,895. */
function called(): { driver: HouseDriver; events: ReturnType<HouseDriver['accept']> } {
  const driver = smallHouse();
  driver.accept(deposit(omnibus1, 4_000));
  driver.accept(deposit(house1, 1_000_000));
  driver.accept(trade(omnibus1, house1, 1_000, 400_000));
  return { driver, events: driver.accept(priced(driver, 379_000)) };
}

describe("a call of a client's member", () => {
  it('asks for what is missing to initial margin', () => {
    const { driver, events } = called();
    expect(namesOf(events)).toEqual(['PriceObserved', 'MarginBreached', 'MarginCallIssued']);
    // Initial 10 % of 37,900 = 3,790; 3,790 - 1,880 = 1,910.
    const breach = driver.sequence - 1;
    expect(eventOf(events, 'MarginCallIssued')).toEqual({
      type: 'MarginCallIssued',
      account: omnibus1,
      callee: 1,
      member: 1,
      breach,
      amountMinor: usd(1_910),
      deadline: DEADLINE,
    });
    expect(driver.saga(omnibus1)).toBe(SAGA.called);
    expect(driver.refuse({ ...withdrawal, amountMinor: 1 })).toBe(207);
    // While called, nothing is liquidated and nothing is called twice.
    expect(namesOf(driver.accept(priced(driver, 370_000)))).toEqual(['PriceObserved']);
  });

  it('is met by the last ten-thousandth of a dollar', () => {
    const { driver, events } = called();
    const call = driver.sequence;
    expect(namesOf(driver.accept(deposit(omnibus1, 1_909.9999)))).toEqual(['CollateralDeposited']);
    const met = driver.accept(deposit(omnibus1, 0.0001));
    expect(eventOf(met, 'MarginCallMet')).toMatchObject({ call, equityMinor: usd(3_790) });
    expect(driver.saga(omnibus1)).toBe(SAGA.healthy);
    expect(eventsOf(events, 'MarginCallIssued')).toHaveLength(1);
    // Its deadline is gone.
    expect(eventsOf(driver.time(DEADLINE), 'DeadlineReached').map((d) => d.timerKind)).toEqual([3]);
  });

  it('is met by the market', () => {
    const { driver } = called();
    expect(namesOf(driver.accept(priced(driver, 400_000)))).toEqual(['PriceObserved']); // 3,980
    const met = driver.accept(priced(driver, 401_000)); // 4,080 >= 4,010
    expect(eventOf(met, 'MarginCallMet').equityMinor).toBe(usd(4_080));
  });

  it('is missed at its deadline, not a microsecond earlier: the account is liquidated', () => {
    const { driver } = called();
    const call = driver.sequence;
    driver.time(DEADLINE - 10 * SECOND);
    driver.accept(priced(driver, 379_000));
    expect(driver.time(DEADLINE - 1)).toEqual([]);
    const events = driver.time(DEADLINE);
    expect(namesOf(events)).toEqual([
      'DeadlineReached',
      'MarginCallMissed',
      'LiquidationOpened',
      'LiquidationOrderIssued',
    ]);
    expect(eventOf(events, 'MarginCallMissed')).toMatchObject({ call, equityMinor: usd(1_880) });
    // As in the partial liquidation: 204.5 missing to the target, 1.517895 a lot: 135 lots.
    const order = eventOf(events, 'LiquidationOrderIssued');
    expect(order).toMatchObject({ quantityLots: 135, limitPriceTicks: 375_210 });
    expect(order.order).toBe((call - 1) * 4_096);
  });

  it('is extended when a market is not open at the deadline', () => {
    const { driver } = called();
    const call = driver.sequence;
    const events = driver.time(DEADLINE); // no price for ten minutes: stale long ago
    expect(namesOf(events)).toEqual([
      'DeadlineReached', // stale-price
      'MarketStateChanged',
      'DeadlineReached', // margin-call
      'MarginCallExtended',
    ]);
    const deadline = DEADLINE + 3_600 * SECOND;
    expect(eventOf(events, 'MarginCallExtended')).toMatchObject({ call, deadline });
    driver.time(deadline - SECOND);
    driver.accept(priced(driver, 379_000));
    expect(eventOf(driver.time(deadline), 'MarginCallMissed').call).toBe(call);
  });
});

const withdrawal = { type: 'WithdrawalRequested', account: omnibus1, currency: 1 } as const;

describe('who is called', () => {
  it.each([
    { onBreach: 1, name: 'call-account' },
    { onBreach: 2, name: 'call-member, of an account without a member' },
  ])('$name: the account itself', ({ onBreach }) => {
    const driver = smallHouse();
    const policies = [{ accountKind: 0, onBreach }];
    driver.accept({ ...rulebook, pool: EXCHANGE, rulebookVersion: 2, policies });
    driver.drain();
    driver.accept(deposit(alice, 4_000));
    driver.accept(deposit(bob, 1_000_000));
    driver.accept(trade(alice, bob, 1_000, 400_000));
    const issued = eventOf(driver.accept(priced(driver, 379_000)), 'MarginCallIssued');
    expect(issued).toMatchObject({ account: alice, callee: 0, member: 0 });
  });
});
