import { SAGA } from '#libs/clearing';
import type { Message } from '#libs/events';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  cancelled,
  CLEARED,
  DAY,
  deposit,
  executed,
  ON_ACK,
  openOrders,
  orderOf,
  PERP,
  priced,
  rulebook,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, gross1, gross1a, gross1b, house1, maker } = account;

interface Asked {
  readonly driver: HouseDriver;
  readonly events: Message[];
  readonly request: ReturnType<typeof requestOf>;
}

function requestOf(events: readonly Message[]) {
  return eventOf(events, 'OrderCancellationRequested');
}

/** alice (3,980) is long 1 BTC with so many lots in open orders; at 37,900 she breaches. */
function asked(buyLots: number, sellLots: number): Asked {
  const driver = smallHouse();
  driver.accept(deposit(alice, 4_000));
  for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
  driver.accept(trade(alice, bob, 1_000, 400_000));
  driver.accept(openOrders(alice, buyLots, sellLots));
  const events = driver.accept(priced(driver, 379_000));
  return { driver, events, request: requestOf(events) };
}

describe('before a liquidation open orders are cancelled', () => {
  it('the venue is asked first, nothing is sold, and the unit waits', () => {
    const { driver, events, request } = asked(20, 50);
    expect(namesOf(events)).toEqual([
      'PriceObserved',
      'MarginBreached',
      'LiquidationOpened',
      'OrderCancellationRequested',
    ]);
    const breach = driver.sequence - 2;
    expect(request).toEqual({
      type: 'OrderCancellationRequested',
      cancellation: breach * 4096,
      account: alice,
      venue: 1,
      breach,
      deadline: DAY + 10 * SECOND,
    });
    expect(driver.saga(alice)).toBe(SAGA.liquidating);
    expect(driver.state.cancellations.isWaiting(alice)).toBe(true);
    expect(namesOf(driver.accept(priced(driver, 370_000)))).toEqual(['PriceObserved']);
    expect(driver.refuse({ type: 'AccountClosed', account: alice })).toBe(542);
  });

  it('cancelled: the unit is judged again and planned as if there had been none', () => {
    const { driver, request } = asked(20, 50);
    const events = driver.accept(cancelled(request));
    expect(namesOf(events)).toEqual(['OrderCancellationAnswered', 'LiquidationOrderIssued']);
    // 135 lots, as without open orders (test/scenario/liquidation.spec.ts); the next command id.
    const order = orderOf(events);
    expect(order).toMatchObject({ quantityLots: 135, order: request.cancellation + 1 });
    expect(order).toMatchObject({ equityMinor: usd(1_880), maintenanceMinor: usd(1_895) });
    const done = executed(driver, order, maker, 379_000);
    expect(namesOf(done)).toContain('LiquidationCompleted');
  });

  it('cancelled after the price came back: recovered, and nothing was sold', () => {
    const { driver, request } = asked(20, 50);
    driver.accept(priced(driver, 390_000)); // equity 2,980; the target is 1.1 x 1,950
    const events = driver.accept(cancelled(request));
    expect(namesOf(events)).toEqual(['OrderCancellationAnswered', 'LiquidationCompleted']);
    expect(driver.lots(alice)).toBe(1_000);
  });

  it('while a market is not open nobody is reduced; the next price goes on', () => {
    const { driver, request } = asked(20, 50);
    driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 1 });
    expect(namesOf(driver.accept(cancelled(request)))).toEqual(['OrderCancellationAnswered']);
    const events = driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 0 });
    expect(orderOf(events).quantityLots).toBe(135);
  });

  it('a unit that has nothing left is not defaulted before its new orders are gone', () => {
    const { driver, request } = asked(20, 0);
    const first = orderOf(driver.accept(cancelled(request)));
    driver.accept(priced(driver, 300_000));
    const rest = orderOf(executed(driver, first, maker, 375_210));
    expect(rest.quantityLots).toBe(865);
    driver.accept(openOrders(alice, 30, 0));
    const flat = executed(driver, rest, maker, 297_000);
    expect(eventsOf(flat, 'AccountDefaulted')).toEqual([]);
    const events = driver.accept(cancelled(requestOf(flat)));
    expect(eventOf(events, 'AccountDefaulted').shortfallMinor).toBeGreaterThan(usd(4_900));
    expect(driver.saga(alice)).toBe(SAGA.closedOut);
  });
});

describe('orders that the venue could not cancel', () => {
  it('a position is not reduced by lots that they may reduce as well', () => {
    const { driver, request } = asked(0, 900);
    const left = [{ instrument: PERP, buyLots: 0, sellLots: 900 }];
    expect(orderOf(driver.accept(cancelled(request, left)))).toMatchObject({ quantityLots: 100 });
  });

  it('are not asked for again in this liquidation, unless the venue reports orders anew', () => {
    const { driver, request } = asked(0, 900);
    const left = [{ instrument: PERP, buyLots: 0, sellLots: 900 }];
    const order = orderOf(driver.accept(cancelled(request, left)));
    const next = executed(driver, order, maker, 375_210);
    expect(eventsOf(next, 'OrderCancellationRequested')).toEqual([]);
    expect(eventsOf(next, 'LiquidationOrderIssued')).toEqual([]); // 900 lots, 900 uncertain
    const again = driver.accept(openOrders(alice, 0, 899));
    expect(namesOf(again)).toEqual(['OpenOrderExposureReported', 'OrderCancellationRequested']);
    expect(requestOf(again).cancellation).toBe(request.cancellation + 2);
    expect(orderOf(driver.accept(cancelled(requestOf(again)))).quantityLots).toBeGreaterThan(0);
  });
});

describe('a venue that does not answer a cancellation', () => {
  it('is unknown at the deadline, and the plan goes on with what is certain', () => {
    const { driver } = asked(0, 950);
    const events = driver.time(DAY + 10 * SECOND);
    expect(namesOf(events)).toEqual([
      'DeadlineReached',
      'OrderCancellationUnresolved',
      'LiquidationOrderIssued',
    ]);
    // 950 of the 1,000 lots may be sold at the venue by now: 50 are certain, not 135.
    expect(orderOf(events).quantityLots).toBe(50);
    expect(driver.time(DAY + 11 * SECOND)).toEqual([]);
  });

  it('its late answer resolves it: the rest is planned, and no lot was sold twice', () => {
    const { driver, request } = asked(0, 950);
    const order = orderOf(driver.time(DAY + 10 * SECOND));
    // While our order works the answer plans nothing.
    expect(namesOf(driver.accept(cancelled(request)))).toEqual(['OrderCancellationAnswered']);
    const next = orderOf(executed(driver, order, maker, 375_210));
    expect(order.quantityLots + next.quantityLots).toBe(135);
    expect(driver.refuse(cancelled(request))).toBe(404); // answered
  });

  it('with nothing certain, nothing is sold until it answers', () => {
    const { driver, request } = asked(0, 1_000);
    expect(namesOf(driver.time(DAY + 10 * SECOND))).toEqual([
      'DeadlineReached',
      'OrderCancellationUnresolved',
    ]);
    for (const ticks of [370_000, 360_000]) {
      expect(namesOf(driver.accept(priced(driver, ticks)))).toEqual(['PriceObserved']);
    }
    // They were filled all along: alice is flat, sold once.
    const fills = driver.accept(trade(bob, alice, 1_000, 379_000));
    expect(namesOf(fills)).toEqual(['TradeNovated', 'LiquidationCompleted']);
    expect(driver.lots(alice)).toBe(0);
    expect(namesOf(driver.accept(cancelled(request)))).toEqual(['OrderCancellationAnswered']);
  });

  it('its timeout moves with an outage, as that of an order', () => {
    const { driver } = asked(0, 950);
    driver.accept({ type: 'TimeJumpAccepted', resumeAt: DAY + 3_600 * SECOND });
    expect(driver.time(DAY + 3_609 * SECOND)).toEqual([]);
    expect(namesOf(driver.time(DAY + 3_610 * SECOND))).toEqual([
      'DeadlineReached',
      'OrderCancellationUnresolved', // and the market is stale: nobody is judged
    ]);
  });
});

describe('several venues and accounts', () => {
  it('each venue of each client is asked, and the last answer goes on', () => {
    const driver = smallHouse();
    const policies = [{ accountKind: 3, onBreach: 0 }];
    driver.accept({ ...rulebook, pool: CLEARED, rulebookVersion: 2, policies });
    driver.drain();
    driver.accept(deposit(gross1, 4_000));
    driver.accept(deposit(house1, 1_000_000));
    driver.accept(trade(gross1a, house1, 500, 400_000));
    driver.accept(trade(gross1b, house1, 500, 400_000));
    driver.accept(openOrders(gross1b, 1, 0));
    driver.accept(openOrders(gross1a, 1, 0, ON_ACK));
    driver.accept(openOrders(gross1a, 0, 1));
    const requests = eventsOf(driver.accept(priced(driver, 379_000)), 'OrderCancellationRequested');
    expect(requests.map(({ account: id, venue }) => [id, venue])).toEqual([
      [gross1a, 1],
      [gross1a, 2],
      [gross1b, 1],
    ]);
    const [first, second, third] = requests;
    if (first === undefined || second === undefined || third === undefined) throw new Error('3');
    expect(driver.accept(cancelled(third))).toHaveLength(1);
    expect(driver.accept(cancelled(first))).toHaveLength(1);
    const events = driver.accept(cancelled(second));
    expect(eventsOf(events, 'LiquidationOrderIssued')).toHaveLength(1);
  });
});

describe('an answer that is refused', () => {
  it.each([
    { reason: 404, name: 'unknown cancellation', terms: { cancellation: 4096 } },
    { reason: 404, name: 'another account', terms: { account: bob } },
    { reason: 404, name: 'another venue', terms: { venue: ON_ACK } },
    { reason: 403, name: 'older than the report', terms: { venueSequence: 1 } },
    { reason: 103, name: 'unknown', terms: { left: [{ instrument: 9, buyLots: 0, sellLots: 0 }] } },
    {
      reason: 405,
      name: 'an instrument twice',
      terms: { left: [1, 1].map((instrument) => ({ instrument, buyLots: 0, sellLots: 0 })) },
    },
    {
      reason: 110,
      name: 'below none',
      terms: { left: [{ instrument: 1, buyLots: 0, sellLots: -1 }] },
    },
  ])('$reason: $name', ({ reason, terms }) => {
    const { driver, request } = asked(20, 50);
    const before = driver.businessRoot();
    expect(driver.refuse({ ...cancelled(request), ...terms })).toBe(reason);
    expect(driver.businessRoot()).toBe(before);
  });
});
