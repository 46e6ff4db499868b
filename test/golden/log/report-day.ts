import { canonicalObject } from '#libs/events';
import type { HouseDriver } from '../../support/house-driver.js';
import {
  account,
  DAY,
  deposit,
  ON_ACK,
  OPEN_OFFER,
  PERP,
  priced,
  SECOND,
  smallHouse,
  trade,
} from '../../support/small-house.js';

const { alice, bob, maker } = account;

/**
 * A day of reports that say more than a trade needs: accepted and refused, with and without an id, and a
 * market that turns stale. It made a golden log, as TradingDay did.
 */
export class ReportDay {
  private numbers = 0;

  constructor(private readonly driver: HouseDriver) {}

  run(): void {
    const { driver } = this;
    smallHouse(3, driver);
    for (const id of [alice, bob, maker]) driver.accept(deposit(id, 10_000));
    for (const venue of [OPEN_OFFER, ON_ACK]) {
      driver.submit({ ...this.trade(alice, bob), venue });
      driver.submit({ ...this.trade(alice, bob), venue, details: this.details() });
      driver.submit({ ...this.trade(bob, maker), venue, details: this.details() }, this.id());
    }
    this.refusals();
    this.repetitions();
    this.stale();
  }

  private refusals(): void {
    const { driver } = this;
    const late = { venue: ON_ACK, acceptBy: DAY - 1 };
    driver.submit({ ...this.trade(alice, bob), ...late, details: this.details() });
    driver.submit({ ...this.trade(alice, bob), ...late, details: this.details() }, this.id());
    driver.submit({ ...this.trade(alice, alice), details: this.details() }, this.id());
  }

  /** The same id with the same report, with other details, and with none. */
  private repetitions(): void {
    const { driver } = this;
    const report = { ...this.trade(alice, maker), details: this.details() };
    const messageId = this.id();
    driver.submit(report, messageId);
    driver.submit(report, messageId);
    driver.submit({ ...report, details: this.details() }, messageId);
    driver.submit({ ...report, details: '' }, messageId);
  }

  private stale(): void {
    const { driver } = this;
    driver.time(DAY + 600 * SECOND);
    driver.submit({ ...this.trade(maker, bob), venue: ON_ACK, details: this.details() });
    driver.submit({ ...this.trade(bob, alice), venue: ON_ACK }); // alice only reduces, bob too
    driver.submit({ ...this.trade(maker, bob), details: this.details() });
    driver.accept(priced(driver, 401_000, PERP));
    driver.submit({ ...this.trade(maker, bob), venue: ON_ACK, details: this.details() });
  }

  private trade(buyer: number, seller: number) {
    this.numbers += 1;
    const numbered = { matchId: this.numbers, tradeId: this.numbers };
    return { ...trade(buyer, seller, 2, 400_000), ...numbered };
  }

  private id(): string {
    this.numbers += 1;
    return `${String(this.numbers).padStart(6, '0')}-report`;
  }

  private details(): string {
    this.numbers += 1;
    const uti = `XNOV${String(this.numbers).padStart(8, '0')}`;
    const said = { uti, buySide: { trader: 'Größe', orderId: 'B1' }, house: { desk: [7, 0.1, true] } };
    return canonicalObject(said, 'details');
  }
}
