import { eventOf, type HouseDriver } from '../../support/house-driver.js';
import {
  account,
  answered,
  cancelled,
  DAY,
  deposit,
  ON_ACK,
  openOrders,
  PERP,
  priced,
  SECOND,
  smallHouse,
  trade,
} from '../../support/small-house.js';

const { alice, bob, client1, house1, maker } = account;

/**
 * A day at the venues: open orders, cancellations that are answered, late or left open, orders that
 * stay silent; logic version 2 until the venues fall silent, then 3. It made a golden log, as
 * TradingDay did.
 */
export class VenueDay {
  private numbers = 0;

  constructor(private readonly driver: HouseDriver) {}

  run(): void {
    smallHouse(2, this.driver);
    for (const id of [bob, maker, house1]) this.driver.accept(deposit(id, 1_000_000));
    for (const id of [alice, client1]) this.driver.accept(deposit(id, 4_000));
    this.reports();
    this.liquidation();
    this.driver.accept({ type: 'LogicActivated', logicVersion: 3 });
    this.silence();
    this.lateness();
  }

  /** The next number of the venue, whatever the tests' helpers gave. */
  private next(): number {
    this.numbers += 1;
    return this.numbers;
  }

  private trade(buyer: number, seller: number, lots: number, ticks: number) {
    const number = this.next();
    return { ...trade(buyer, seller, lots, ticks), matchId: number, tradeId: number } as const;
  }

  private orders(id: number, buyLots: number, sellLots: number, venue = 1) {
    return { ...openOrders(id, buyLots, sellLots, venue), venueSequence: this.next() } as const;
  }

  private cancelled(...[request, left]: Parameters<typeof cancelled>) {
    return { ...cancelled(request, left), venueSequence: this.next() } as const;
  }

  /** Open orders, one report refused; they bar a withdrawal and a trade. */
  private reports(): void {
    const { driver } = this;
    driver.accept(this.orders(alice, 600, 0));
    driver.submit({ ...this.orders(alice, 0, 0), venueSequence: 1 });
    driver.submit({ ...this.trade(alice, bob, 400, 400_000), venue: ON_ACK });
    driver.submit({
      type: 'WithdrawalRequested',
      account: alice,
      currency: 1,
      amountMinor: 20_000_000,
    });
    driver.accept(this.orders(alice, 0, 0));
    driver.accept(this.trade(alice, bob, 1_000, 400_000));
    driver.accept(this.trade(client1, house1, 1_000, 400_000));
  }

  /** alice's orders are cancelled but for some, then she is reduced; the order is never answered. */
  private liquidation(): void {
    const { driver } = this;
    driver.accept(this.orders(alice, 20, 900));
    driver.accept(this.orders(client1, 0, 950, ON_ACK));
    driver.accept(priced(driver, 379_000));
    const requests = [...driver.state.cancellations.open];
    for (const [cancellation, { account: id, venue }] of requests) {
      if (id !== alice) continue;
      const request = { type: 'OrderCancellationRequested', cancellation, account: id, venue };
      const left = [{ instrument: PERP, buyLots: 0, sellLots: 900 }];
      const named = { ...request, breach: 0, deadline: 0 } as Parameters<typeof cancelled>[0];
      driver.accept(this.cancelled(named, left));
    }
  }

  /** Both venues are silent past the deadline; then one answers late, and fills come late. */
  private silence(): void {
    const { driver } = this;
    driver.time(DAY + 20 * SECOND);
    for (const [cancellation, { account: id, venue }] of [...driver.state.cancellations.open]) {
      const request = { type: 'OrderCancellationRequested', cancellation, account: id, venue };
      const named = { ...request, breach: 0, deadline: 0 } as Parameters<typeof cancelled>[0];
      driver.accept(this.cancelled(named));
    }
    for (const [id, order] of [...driver.state.orders.open]) {
      const other = order.account === alice ? maker : house1;
      const fill = this.trade(other, order.account, order.quantityLots, order.limitPriceTicks);
      const novated = driver.accept({ ...fill, liquidationOrder: id, tradeType: 2 });
      eventOf(novated, 'TradeNovated');
      driver.submit(answered(id, 'filled', order.quantityLots));
    }
  }

  /** A trade in time, one too late, one of an account that a venue is silent about. */
  private lateness(): void {
    const { driver } = this;
    const now = driver.state.clock.timeUs;
    const onAck = { ...this.trade(maker, bob, 1, 379_000), venue: ON_ACK } as const;
    driver.accept(deposit(alice, 100_000)); // recovered
    driver.accept({ ...onAck, acceptBy: now });
    driver.submit({ ...onAck, acceptBy: now - 1 });
    driver.accept(deposit(client1, 4_000));
    driver.accept(priced(driver, 360_000));
    driver.time(now + 20 * SECOND);
    driver.accept(deposit(client1, 100_000));
    driver.submit({ ...this.trade(client1, house1, 1, 360_000), venue: ON_ACK });
  }
}
