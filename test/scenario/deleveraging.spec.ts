import { L, POOL, SAGA } from '#libs/clearing';
import { DeleveragingQueue } from '#libs/replay';
import { publishTerms } from '../support/execution-terms.js';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  deposit,
  EXCHANGE,
  orderOf,
  priced,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;

/** Opens a direct account with so many dollars; its id. */
function opened(driver: HouseDriver, name: string, dollars: number): number {
  const direct = { accountKind: 0, pool: EXCHANGE, member: 0, parent: 0 };
  driver.accept({ type: 'AccountOpened', name, ...direct });
  const id = driver.state.accounts.count;
  driver.accept(deposit(id, dollars));
  return id;
}

/**
 * alice (3,980 after the fee) is long 1 BTC from 40,000: 400 lots of carol (5,000), 600 of bob (10,000).
 * At 36,000 she lacks 20. Leverage and gain: carol 14,400 / 6,596.80 x 10 %, bob 21,600 / 12,395.20 x 10 %.
 */
function beforeTheFall(fund = 0, attempts = 0): { driver: HouseDriver; carol: number } {
  const driver = smallHouse();
  publishTerms(driver, { deleverages: 1, deleverageAttempts: attempts });
  driver.accept(deposit(alice, 4_000));
  driver.accept(deposit(bob, 10_000));
  driver.accept(deposit(maker, 1_000_000));
  const carol = opened(driver, 'carol', 5_000);
  if (fund > 0) {
    const layer = { pool: EXCHANGE, member: 0, layer: 0 };
    driver.accept({ type: 'FundContributed', ...layer, amountMinor: usd(fund) });
  }
  driver.accept(trade(alice, carol, 400, 400_000));
  driver.accept(trade(alice, bob, 600, 400_000));
  return { driver, carol };
}

describe('auto-deleveraging at the end of the ladder of an exchange pool', () => {
  it('closes against the highest rank first, at the bankruptcy price, to the last unit', () => {
    const { driver, carol } = beforeTheFall();
    const fallen = driver.accept(priced(driver, 360_000));
    expect(namesOf(fallen)).toEqual([
      'PriceObserved',
      'MarginBreached',
      'LiquidationOpened',
      'DeleveragingStarted',
    ]);
    expect(eventOf(fallen, 'DeleveragingStarted').equityMinor).toBe(usd(-20));
    const events = driver.drain();
    expect(namesOf(events)).toEqual([
      'DeleveragingContinued',
      'PositionDeleveraged',
      'PositionDeleveraged',
      'DeleveragingEnded',
      'LiquidationCompleted',
    ]);
    // 20 on 36,000 of notional: 36,020 a BTC. carol gives up 8, bob 12.
    expect(eventsOf(events, 'PositionDeleveraged')).toMatchObject([
      {
        counterparty: carol,
        side: 1,
        quantityLots: 400,
        priceTicks: 360_200,
        costMinor: usd(14_408),
        lossMinor: usd(8),
        score: 218_288,
        counterpartyEquityMinor: usd(6_588.8),
      },
      {
        counterparty: bob,
        quantityLots: 600,
        priceTicks: 360_200,
        costMinor: usd(21_612),
        lossMinor: usd(12),
        score: 174_261,
        counterpartyEquityMinor: usd(12_383.2),
      },
    ]);
    expect(eventOf(events, 'DeleveragingEnded')).toMatchObject({ closedLots: 1_000, leftLots: 0 });
    expect([driver.lots(alice), driver.lots(bob), driver.lots(carol)]).toEqual([0, 0, 0]);
    expect(driver.figures(alice).equity).toBe(0);
    expect(driver.saga(alice)).toBe(SAGA.healthy);
    expect(driver.ledger(L.uncovered)).toBe(0);
  });

  it.each([
    // The fund pays what it has; the other side bears the rest.
    { fund: 5, deleveraged: true, covered: 5, borne: 15 },
    // What the fund can bear by itself is no reason: the position goes to the market.
    { fund: 20, deleveraged: false, covered: 0, borne: 0 },
  ])('a fund of $fund: deleveraged $deleveraged', ({ fund, deleveraged, covered, borne }) => {
    const { driver } = beforeTheFall(fund);
    const events = [...driver.accept(priced(driver, 360_000)), ...driver.drain()];
    expect(namesOf(events).includes('DeleveragingStarted')).toBe(deleveraged);
    expect(namesOf(events).includes('LiquidationOrderIssued')).toBe(!deleveraged);
    const paid = eventsOf(events, 'ShortfallCovered').map((m) => [m.payer, m.amountMinor]);
    expect(paid).toEqual(covered === 0 ? [] : [[2, usd(covered)]]);
    const losses = eventsOf(events, 'PositionDeleveraged').map((m) => m.lossMinor);
    expect(losses.reduce((sum, loss) => sum + loss, 0)).toBe(usd(borne));
    expect(driver.state.pools.get(EXCHANGE, POOL.liquidationFundMinor)).toBe(usd(fund - covered));
  });

  it('waits for as many failed orders as the rulebook says', () => {
    const { driver } = beforeTheFall(0, 1);
    const order = orderOf(driver.accept(priced(driver, 360_000)));
    const ended = driver.accept({
      type: 'LiquidationOrderAnswered',
      order: order.order,
      answer: 2,
      filledLots: 0,
    });
    expect(namesOf(ended)).toEqual([
      'LiquidationOrderAnswered',
      'LiquidationOrderClosed',
      'LiquidationAttemptFailed',
    ]);
    expect(namesOf(driver.accept(priced(driver, 360_000)))).toContain('DeleveragingStarted');
  });

  it('takes only as many lots as are left, from the first of the ranking', () => {
    const { driver, carol } = beforeTheFall(0, 1);
    const order = orderOf(driver.accept(priced(driver, 361_000)));
    // 700 lots of the order fill at the mark; the rest expires.
    driver.accept({
      ...trade(maker, alice, 700, 361_000),
      liquidationOrder: order.order,
      tradeType: 2,
    });
    driver.accept({
      type: 'LiquidationOrderAnswered',
      order: order.order,
      answer: 2,
      filledLots: 700,
    });
    const [second] = [...driver.state.orders.open.keys()];
    driver.accept({
      type: 'LiquidationOrderAnswered',
      order: second ?? 0,
      answer: 1,
      filledLots: 0,
    });
    const events = [...driver.accept(priced(driver, 358_000)), ...driver.drain()];
    const [closed, ...others] = eventsOf(events, 'PositionDeleveraged');
    expect(others).toEqual([]);
    expect(closed).toMatchObject({ counterparty: carol, quantityLots: 300 });
    expect(driver.lots(carol)).toBe(-100);
    expect(driver.figures(alice).equity).toBe(0);
  });

  it('goes down the ranking in passes when the first of it do not suffice', () => {
    const driver = smallHouse();
    publishTerms(driver, { deleverages: 1 });
    driver.accept(deposit(alice, 4_000));
    const holders = Array.from({ length: 40 }, (_, k) => opened(driver, `short-${String(k)}`, 900));
    for (const holder of holders) driver.accept(trade(alice, holder, 25, 400_000));
    const started = driver.accept(priced(driver, 360_000));
    const events = [...started, ...driver.drain()];
    expect(eventsOf(events, 'DeleveragingStarted').map(({ pass }) => pass)).toEqual([1, 2]);
    // Equal ranks: by account.
    const order = eventsOf(events, 'PositionDeleveraged').map(({ counterparty }) => counterparty);
    expect(order).toEqual(holders);
    expect(driver.figures(alice).equity).toBe(0);
    expect(driver.saga(alice)).toBe(SAGA.healthy);
  });
});

describe('the queue position of an account', () => {
  const queueOf = (driver: HouseDriver, id: number) => {
    const { state, house } = driver;
    const queue = new DeleveragingQueue(state, house.judgement.evaluation, id);
    queue.count(1, state.accounts.count + 1);
    return queue.places();
  };

  it('is its place by the ranking that is used, and the fifth of the lots in which it ends', () => {
    const { driver, carol } = beforeTheFall();
    driver.accept(priced(driver, 364_000));
    const common = { instrument: 1, side: 'short', holders: 2, sideLots: 1_000 };
    expect(queueOf(driver, carol)).toEqual([
      { ...common, quantityLots: 400, score: 203_579, place: 1, aheadLots: 0, percentile: 40 },
    ]);
    expect(queueOf(driver, bob)).toEqual([
      { ...common, quantityLots: 600, score: 161_708, place: 2, aheadLots: 400, percentile: 100 },
    ]);
    // alice is under liquidation, the maker holds nothing.
    for (const id of [alice, maker]) expect(queueOf(driver, id)).toEqual([]);
  });

  it('is empty where the rulebook does not deleverage', () => {
    const driver = smallHouse();
    for (const id of [alice, bob]) driver.accept(deposit(id, 10_000));
    driver.accept(trade(alice, bob, 100, 400_000));
    expect(queueOf(driver, alice)).toEqual([]);
  });
});

describe('whoever trades first', () => {
  it('makes no difference: equal portfolios are deleveraged in one order', () => {
    const orders = [
      [0, 1, 2, 3],
      [3, 1, 0, 2],
      [2, 3, 1, 0],
    ].map((order) => {
      const driver = smallHouse();
      publishTerms(driver, { deleverages: 1 });
      const shorts = [0, 1, 2, 3].map((k) => opened(driver, `short-${String(k)}`, 3_000 + 300 * k));
      driver.accept(deposit(alice, 4_000));
      for (const k of order) {
        driver.accept(trade(alice, shorts[k] ?? 0, 250 - (k % 2) * 10, 400_000));
      }
      const events = [...driver.accept(priced(driver, 358_000)), ...driver.drain()];
      return eventsOf(events, 'PositionDeleveraged').map((m) => ({ ...m, breach: 0 }));
    });
    expect(orders[0]).toHaveLength(4);
    expect(orders[1]).toEqual(orders[0]);
    expect(orders[2]).toEqual(orders[0]);
  });
});
