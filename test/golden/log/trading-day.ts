import { A } from '#libs/clearing';
import { I } from '#libs/market';
import { CLOSE, future, inversePerpetual, listed, option } from '../../support/contracts.js';
import { eventOf, type HouseDriver } from '../../support/house-driver.js';
import {
  account,
  answered,
  BTC,
  CLEARED,
  DAY,
  deposit,
  EXCHANGE,
  ON_ACK,
  PERP,
  priced,
  rulebook,
  SECOND,
  smallHouse,
  trade,
  usd,
  USD,
} from '../../support/small-house.js';

const { alice, bob, client1, gross1a, gross1b, house1, omnibus1, maker } = account;
const house2 = 10;
const client2 = 11;
const FIRST_OF_CROWD = 12;
const CROWD = 40;

/**
 * Drives a house through one invented day in which everything happens at least once: logic version
 * 1 in the morning, version 2 from then on. It made the golden log; a later program need not make
 * the same bytes from it, but it must verify the log that was made.
 */
export class TradingDay {
  private trades = 0;

  constructor(private readonly driver: HouseDriver) {}

  run(): void {
    smallHouse(1, this.driver);
    this.open();
    this.morning();
    this.changeLogic();
    this.liquidation();
    this.marginCalls();
    this.memberDefault();
    this.crowd();
    this.settlement();
    this.outage();
    this.expiry();
  }

  private trade(buyer: number, seller: number, lots: number, ticks: number, instrument = PERP) {
    this.trades += 1;
    const ids = { matchId: this.trades, tradeId: this.trades };
    return { ...trade(buyer, seller, lots, ticks), ...ids, instrument } as const;
  }

  private price(ticks: number, instrument = PERP): void {
    this.driver.accept(priced(this.driver, ticks, instrument));
  }

  /** The venue fills every open order at the mark, and what follows from it, until none is open. */
  private serveVenue(): void {
    const { driver } = this;
    const { open } = driver.state.orders;
    for (let [next] = open; next !== undefined; [next] = open) {
      const [id, order] = next;
      const pool = driver.state.accounts.get(order.account, A.pool);
      const other = pool === EXCHANGE ? maker : house2;
      const isBuy = order.side === 0;
      const lots = order.quantityLots - order.filledLots;
      const mark = driver.state.instruments.get(order.instrument, I.markTicks);
      const [buyer, seller] = isBuy ? [order.account, other] : [other, order.account];
      const fill = this.trade(buyer, seller, lots, mark, order.instrument);
      driver.accept({ ...fill, liquidationOrder: id, tradeType: 2 });
      driver.accept(answered(id, 'filled', order.quantityLots));
    }
  }

  /** Members, accounts, contracts and money. */
  private open(): void {
    const { driver } = this;
    driver.accept({ type: 'PublisherRegistered', name: 'feed' });
    driver.accept({ type: 'MemberAdmitted', name: 'M2' });
    const opened = { type: 'AccountOpened', parent: 0 } as const;
    const cleared = { ...opened, pool: CLEARED };
    driver.accept({ ...cleared, name: 'M2-house', accountKind: 1, member: 2 });
    driver.accept({ ...cleared, name: 'M1-client-2', accountKind: 5, member: 1 });
    for (let k = 0; k < CROWD; k++) {
      const name = `crowd-${String(k)}`;
      driver.accept({ ...opened, pool: EXCHANGE, name, accountKind: 0, member: 0 });
    }
    listed(driver, inversePerpetual, 400_000);
    listed(driver, future, 400_000);
    listed(driver, option('call', 'equity', 420_000), 15_000);
    listed(driver, option('put', 'variation', 420_000), 25_000);
    for (const id of [bob, maker, house2]) driver.accept(deposit(id, 1_000_000));
    driver.submitAll([deposit(alice, 4_000), deposit(client1, 4_000), deposit(omnibus1, 4_000)]);
    driver.submitAll([deposit(client2, 4_000), deposit(house1, 500)]);
    const coins = { type: 'CollateralDeposited', account: bob, currency: BTC } as const;
    driver.accept({ ...coins, amountMinor: 1_000_000_000 });
    driver.accept({ ...coins, account: maker, amountMinor: 1_000_000_000 });
    const fund = { type: 'FundContributed', pool: CLEARED } as const;
    driver.accept({ ...fund, layer: 2, member: 1, amountMinor: usd(300) });
    driver.accept({ ...fund, layer: 0, member: 0, amountMinor: usd(100) });
    driver.accept({ ...fund, layer: 1, member: 0, amountMinor: usd(200) });
    driver.accept({ ...fund, pool: EXCHANGE, layer: 0, member: 0, amountMinor: usd(100_000) });
  }

  /** Logic 1: trades of every contract, refusals, ids, sessions, cash. */
  private morning(): void {
    const { driver } = this;
    driver.accept(this.trade(alice, bob, 1, 400_001)); // fees rounded down: 0.0200 and 0.0080
    driver.accept({ ...this.trade(bob, maker, 7, 300_001, 2), aggressor: 2 });
    driver.accept(this.trade(maker, bob, 10, 399_999, 3));
    driver.accept(this.trade(maker, bob, 10, 15_001, 4));
    driver.accept({ ...this.trade(bob, maker, 10, 25_001, 5), aggressor: 0 });
    driver.accept({ ...this.trade(maker, bob, 1, 400_003), venue: ON_ACK });
    driver.submit({ ...this.trade(alice, bob, 1, 400_000), venue: 9 });
    driver.submit(deposit(99, 1));
    driver.submit(deposit(maker, 1), '0001-deposit');
    driver.submit(deposit(maker, 2), '0001-deposit');
    driver.submit({ ...this.trade(maker, bob, 0, 400_000) }, '0002-trade');
    driver.submit({ ...this.trade(maker, bob, 3, 400_007), publisher: 2, publisherSequence: 1 });
    driver.submit({ ...this.trade(maker, maker, 3, 400_007), publisher: 2, publisherSequence: 2 });
    const request = { type: 'WithdrawalRequested', account: bob, currency: USD } as const;
    for (const type of ['PaymentConfirmed', 'PaymentFailed'] as const) {
      driver.accept({ ...request, amountMinor: usd(100) });
      const withdrawal = driver.house.lastSequence;
      driver.accept({ type: 'WithdrawalReleased', withdrawal });
      driver.accept({ type, withdrawal });
    }
  }

  /** Logic 2, the same trade again, and a bust. */
  private changeLogic(): void {
    const { driver } = this;
    driver.time(DAY + SECOND);
    driver.accept({ type: 'LogicActivated', logicVersion: 2 });
    driver.accept(this.trade(alice, bob, 1, 400_001)); // fees rounded up: 0.0201 and 0.0081
    const novated = eventOf(driver.accept(this.trade(maker, bob, 5, 400_001)), 'TradeNovated');
    driver.accept({
      type: 'TradeBustRequested',
      tradeSequence: driver.house.lastSequence,
      instrument: PERP,
      buyer: maker,
      seller: bob,
      quantityLots: 5,
      costMinor: novated.costMinor,
      buyerFeeMinor: novated.buyerFeeMinor,
      sellerFeeMinor: novated.sellerFeeMinor,
    });
  }

  /** alice is warned, recovers, breaches; the venue accepts, fills a part, is silent, refuses. */
  private liquidation(): void {
    const { driver } = this;
    driver.accept(this.trade(alice, bob, 1_000, 400_000));
    for (const ticks of [383_000, 390_000, 270_000, 379_000]) this.price(ticks);
    const [first] = driver.state.orders.open.keys();
    if (first === undefined) throw new Error('alice is under liquidation');
    driver.accept(answered(first, 'accepted', 0));
    driver.accept({
      ...this.trade(maker, alice, 50, 378_500),
      liquidationOrder: first,
      tradeType: 2,
    });
    driver.time(DAY + 20 * SECOND);
    driver.accept(answered(first, 'expired', 50));
    const [second] = driver.state.orders.open.keys();
    if (second === undefined) throw new Error('the rest is planned');
    driver.accept(answered(second, 'rejected', 0));
    this.price(379_000);
    this.serveVenue();
  }

  /** The omnibus account is called: met, called again, extended while stale, missed. */
  private marginCalls(): void {
    const { driver } = this;
    driver.accept(this.trade(omnibus1, house2, 1_000, 379_000));
    this.price(355_000);
    this.serveVenue();
    driver.accept(deposit(omnibus1, 2_500));
    this.price(330_000);
    this.serveVenue();
    driver.accept({
      type: 'WithdrawalRequested',
      account: maker,
      currency: USD,
      amountMinor: usd(1),
    });
    const withdrawal = driver.house.lastSequence;
    const extended = DAY + 3_620 * SECOND;
    driver.time(extended);
    driver.submit({ type: 'WithdrawalReleased', withdrawal }); // the market is stale: cancelled
    this.price(330_000);
    driver.time(extended + 3_590 * SECOND);
    this.price(330_000);
    driver.time(extended + 3_600 * SECOND);
    this.serveVenue();
  }

  /** A shortfall that the member pays, and one that it cannot: down the ladder. */
  private memberDefault(): void {
    const { driver } = this;
    driver.accept(this.trade(client1, house2, 1_000, 330_000));
    this.price(290_000);
    this.serveVenue();
    driver.accept(this.trade(house1, house2, 20, 290_000));
    driver.accept(this.trade(client2, house2, 1_000, 290_000));
    this.price(230_000);
    this.serveVenue();
    const called = driver.state.clock.timeUs;
    driver.time(called + 1_800 * SECOND);
    driver.time(called + 3_590 * SECOND);
    this.price(230_000);
    driver.time(called + 3_600 * SECOND);
    this.serveVenue();
    driver.accept({ type: 'MemberReinstated', member: 1 });
    driver.accept({ type: 'AccountClosed', account: gross1b });
    driver.accept({ ...this.trade(gross1a, house2, 1, 230_000) });
  }

  /** Forty small accounts breach at once. */
  private crowd(): void {
    const { driver } = this;
    for (let id = FIRST_OF_CROWD; id < FIRST_OF_CROWD + CROWD; id++) {
      driver.submitAll([
        deposit(id, 28 + ((id * 7) % CROWD) * 0.05),
        this.trade(id, bob, 10, 230_000),
      ]);
    }
    this.price(208_000);
    driver.drain();
    this.serveVenue();
    driver.drain();
  }

  /** Variation margin, funding and the end of the business day. */
  private settlement(): void {
    const { driver } = this;
    const daily = { type: 'SettlementPricePublished', final: 0 } as const;
    driver.accept({ ...daily, instrument: PERP, priceTicks: 209_000 });
    driver.slice();
    driver.drain();
    driver.accept({ ...daily, instrument: 2, priceTicks: 331_111 });
    driver.drain();
    driver.accept({ type: 'FundingRatePublished', instrument: PERP, ratePpb: -12_345 });
    driver.drain();
    driver.accept({ type: 'CurrencyPriceObserved', currency: BTC, priceMicros: 20_800_000_000 });
    driver.drain();
    driver.accept({ type: 'SettlementCycleClosed', closedDate: 18_766, nextDate: 18_767 });
    driver.accept(this.trade(maker, bob, 1, 208_000));
    driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 1 });
    driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 0 });
    this.serveVenue();
  }

  /** An outage of two hours, a rulebook that comes into force in it, an idle minute after it. */
  private outage(): void {
    const { driver } = this;
    const now = driver.state.clock.timeUs;
    const later = { rulebookVersion: 2, effectiveAt: now + 3_600 * SECOND, takerFeePpm: 450 };
    driver.accept({ ...rulebook, ...later });
    const resumeAt = now + 7_200 * SECOND;
    driver.accept({ type: 'TimeJumpAccepted', resumeAt });
    driver.time(resumeAt + SECOND);
    this.price(208_500);
    driver.idle(resumeAt + 60 * SECOND);
    this.serveVenue();
  }

  /** The dated contracts expire. */
  private expiry(): void {
    const { driver } = this;
    driver.time(CLOSE);
    const final = { type: 'SettlementPricePublished', final: 1, priceTicks: 430_000 } as const;
    for (const instrument of [3, 4, 5]) {
      driver.accept({ ...final, instrument });
      driver.drain();
    }
  }
}
