import { SAGA } from '#libs/clearing';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  answered,
  cancelled,
  DAY,
  deposit,
  fill,
  ON_ACK,
  openOrders,
  orderOf,
  priced,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;

/** alice (3,980) is long 1 BTC; at 37,900 an order to sell 135 lots is with the venue. */
function ordered(logicVersion = 2): { driver: HouseDriver; order: ReturnType<typeof orderOf> } {
  const driver = smallHouse(logicVersion);
  driver.accept(deposit(alice, 4_000));
  for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
  driver.accept(trade(alice, bob, 1_000, 400_000));
  return { driver, order: orderOf(driver.accept(priced(driver, 379_000))) };
}

describe("the venue's answer to a liquidation order", () => {
  it('accepted: the order works on, nothing else', () => {
    const { driver, order } = ordered();
    const events = driver.accept(answered(order.order, 'accepted', 0));
    expect(namesOf(events)).toEqual(['LiquidationOrderAnswered']);
    expect(namesOf(driver.accept(priced(driver, 370_000)))).toEqual(['PriceObserved']);
  });

  it.each(['rejected', 'expired'] as const)(
    '%s without a fill: closed; the next price makes a new plan under a new id',
    (answer) => {
      const { driver, order } = ordered();
      const events = driver.accept(answered(order.order, answer, 0));
      expect(namesOf(events)).toEqual(['LiquidationOrderAnswered', 'LiquidationOrderClosed']);
      expect(eventOf(events, 'LiquidationOrderClosed')).toMatchObject({
        filledLots: 0,
        equityMinor: usd(1_880),
        maintenanceMinor: usd(1_895),
      });
      const again = orderOf(driver.accept(priced(driver, 379_000)));
      expect(again).toMatchObject({ quantityLots: 135, order: order.order + 1 });
    },
  );

  it('expired after a part: the rest is planned at once', () => {
    const { driver, order } = ordered();
    driver.accept(fill(order, maker, 379_000, 50)); // fee 0.5 % of 1,895 = 9.475
    expect(driver.refuse(answered(order.order, 'expired', 49))).toBe(402);
    const events = driver.accept(answered(order.order, 'expired', 50));
    // Equity 1,870.525; maintenance 950 x 1.895 = 1,800.25; target 1,980.275; 109.75 missing;
    // a lot at 37.521 gains 2.0845 - 0.566605 = 1.517895: 72.3: 73 lots.
    expect(orderOf(events)).toMatchObject({
      equityMinor: usd(1_870.525),
      maintenanceMinor: usd(1_800.25),
      quantityLots: 73,
      order: order.order + 1,
    });
  });

  it('filled in two parts: a fill judges the other side only', () => {
    const { driver, order } = ordered();
    expect(namesOf(driver.accept(fill(order, maker, 376_000, 100)))).toEqual(['TradeNovated']);
    expect(driver.refuse(answered(order.order, 'filled', 135))).toBe(402);
    driver.accept(fill(order, bob, 376_000, 35));
    const excess = { ...fill(order, maker, 376_000, 1) };
    expect(driver.refuse(excess)).toBe(114);
    const events = driver.accept(answered(order.order, 'filled', 135));
    expect(eventsOf(events, 'LiquidationCompleted')).toHaveLength(1);
    expect(driver.refuse(answered(order.order, 'filled', 135))).toBe(401);
  });

  it('a fill must be of the order: its account, side, contract and lots', () => {
    const { driver, order } = ordered();
    const good = fill(order, maker, 376_000);
    expect(driver.refuse({ ...good, buyer: alice, seller: maker })).toBe(114);
    expect(driver.refuse({ ...good, seller: bob })).toBe(114);
    expect(driver.refuse({ ...good, quantityLots: 136 })).toBe(114);
    expect(driver.refuse({ ...good, liquidationOrder: order.order + 1 })).toBe(114);
    expect(driver.refuse({ ...good, tradeType: 0 })).toBe(114);
    driver.accept(good);
  });

  it('silence: unknown after ten seconds, and nothing is issued again until it is answered', () => {
    const { driver, order } = ordered();
    expect(order.deadline).toBe(DAY + 10 * SECOND);
    const events = driver.time(DAY + 10 * SECOND);
    expect(namesOf(events)).toEqual(['DeadlineReached', 'LiquidationOrderUnresolved']);
    for (const ticks of [375_000, 360_000, 350_000]) {
      expect(namesOf(driver.accept(priced(driver, ticks)))).toEqual(['PriceObserved']);
    }
    expect(driver.time(DAY + 60 * SECOND)).toEqual([]); // unknown once, not every ten seconds
    expect(driver.saga(alice)).toBe(SAGA.liquidating);
    // It was filled all along: 135 lots, not sold twice.
    driver.accept(fill(order, maker, 376_000));
    const late = driver.accept(answered(order.order, 'filled', 135));
    expect(eventsOf(late, 'LiquidationOrderClosed')).toHaveLength(1);
    expect(orderOf(late).order).toBe(order.order + 1);
    expect(driver.lots(alice)).toBe(865);
  });
});

describe('a silent venue, since logic version 3', () => {
  /** As above, silent past the deadline; the price came back, so that margin is no obstacle. */
  function silent(logicVersion: number) {
    const { driver, order } = ordered(logicVersion);
    driver.time(DAY + 10 * SECOND);
    driver.accept(deposit(alice, 100_000));
    return { driver, order };
  }
  const onAck = { venue: ON_ACK } as const;

  it('the account only reduces at a novation-on-ack venue: its order may fill yet', () => {
    const { driver } = silent(3);
    expect(driver.refuse({ ...trade(alice, bob, 1, 379_000), ...onAck })).toBe(121);
    expect(driver.refuse({ ...trade(bob, alice, 2_000, 379_000), ...onAck })).toBe(121);
    driver.accept({ ...trade(bob, alice, 1, 379_000), ...onAck });
    driver.accept(trade(alice, bob, 1, 379_000)); // open offer: cleared at match
    driver.accept({ ...trade(maker, bob, 1, 379_000), ...onAck });
  });

  it.each([1, 2])('logic %i took the trade', (logicVersion) => {
    const { driver } = silent(logicVersion);
    driver.accept({ ...trade(alice, bob, 1, 379_000), ...onAck });
  });

  it('an answer resolves it, accepted too', () => {
    const { driver, order } = silent(3);
    driver.accept(answered(order.order, 'accepted', 0));
    driver.accept({ ...trade(alice, bob, 1, 379_000), ...onAck });
  });

  it('late fills resolve it: filled whole it has ended, without an answer', () => {
    const { driver, order } = silent(3);
    driver.accept(fill(order, maker, 379_000, 134));
    expect(driver.refuse({ ...trade(alice, bob, 1, 379_000), ...onAck })).toBe(121);
    const events = driver.accept(fill(order, maker, 379_000, 1));
    expect(namesOf(events)).toEqual([
      'TradeNovated',
      'LiquidationOrderClosed',
      'LiquidationCompleted',
      'CreditLimitSet',
    ]);
    expect(driver.refuse(answered(order.order, 'filled', 135))).toBe(401);
    driver.accept({ ...trade(alice, bob, 1, 379_000), ...onAck });
  });

  it('filled whole before the deadline and not answered by then: ended at the deadline', () => {
    const { driver, order } = ordered(3);
    driver.accept(fill(order, maker, 379_000));
    expect(namesOf(driver.time(DAY + 10 * SECOND))).toEqual([
      'DeadlineReached',
      'LiquidationOrderClosed',
      'LiquidationCompleted',
      'CreditLimitSet',
    ]);
  });

  it('a silent cancellation bars the account at that venue alone', () => {
    const driver = smallHouse(3);
    driver.accept(deposit(alice, 4_000));
    for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
    driver.accept(trade(alice, bob, 1_000, 400_000));
    driver.accept(openOrders(alice, 0, 1_000, ON_ACK));
    const request = eventOf(driver.accept(priced(driver, 379_000)), 'OrderCancellationRequested');
    driver.time(DAY + 10 * SECOND);
    driver.accept(deposit(alice, 100_000)); // recovered; the venue is silent still
    expect(driver.saga(alice)).toBe(SAGA.healthy);
    expect(driver.refuse({ ...trade(alice, bob, 1, 379_000), ...onAck })).toBe(121);
    driver.accept(cancelled(request));
    driver.accept({ ...trade(alice, bob, 1, 379_000), ...onAck });
  });
});
