import { eventOf, type HouseDriver } from '../support/house-driver.js';
import { CLOSE, future, listed, option } from '../support/contracts.js';
import {
  account,
  CLEARED,
  DAY,
  deposit,
  ON_ACK,
  PERP,
  perpetual,
  rulebook,
  SECOND,
  smallHouse,
  trade,
  usd,
  USD,
} from '../support/small-house.js';

const { alice, bob, house1, gross1, maker } = account;
const good = trade(alice, bob, 1, 400_000);

/** Asserts that the trade is refused for `reason` and that no money, lot or state moved. */
function expectRefused(driver: HouseDriver, terms: object, reason: number): void {
  const before = driver.businessRoot();
  const events = driver.submit({ ...good, ...terms });
  expect(events).toHaveLength(1);
  const rejected = eventOf(events, 'TradeRejected');
  expect(rejected.reason).toBe(reason);
  const { details, ...repeated } = { details: '', ...terms };
  expect(rejected).toMatchObject({ ...repeated, type: 'TradeRejected' });
  expect(details).toBe('');
  expect(driver.businessRoot()).toBe(before);
}

describe('a trade that is refused changes nothing', () => {
  it.each([
    { reason: 101, name: 'unknown publisher', terms: { publisher: 9 } },
    { reason: 102, name: 'unknown venue', terms: { venue: 3 } },
    { reason: 103, name: 'unknown instrument', terms: { instrument: 2 } },
    { reason: 104, name: 'unknown buyer', terms: { buyer: 10 } },
    { reason: 105, name: 'unknown seller', terms: { seller: 0 } },
    { reason: 106, name: 'self trade', terms: { seller: alice } },
    { reason: 107, name: 'two pools', terms: { seller: house1 } },
    { reason: 108, name: 'gross parent', terms: { buyer: house1, seller: gross1 } },
    { reason: 109, name: 'no price', terms: { priceTicks: 0 } },
    { reason: 109, name: 'price beyond the limit', terms: { priceTicks: 100_000_001 } },
    { reason: 110, name: 'no lots', terms: { quantityLots: 0 } },
    { reason: 110, name: 'more than maxLots', terms: { quantityLots: 1_000_001 } },
    { reason: 114, name: 'fill without order', terms: { tradeType: 2 } },
    { reason: 114, name: 'order without fill', terms: { liquidationOrder: 4096 } },
    { reason: 114, name: 'unknown order', terms: { tradeType: 2, liquidationOrder: 4096 } },
  ])('$reason: $name', ({ terms, reason }) => {
    expectRefused(smallHouse(), terms, reason);
  });

  it('the first reason in the order of the rules wins', () => {
    const terms = { publisher: 9, venue: 9, instrument: 9, buyer: 99, priceTicks: 0 };
    expectRefused(smallHouse(), terms, 101);
    expectRefused(smallHouse(), { ...terms, publisher: 1 }, 102);
    expectRefused(smallHouse(), { ...terms, publisher: 1, venue: 1 }, 103);
    expectRefused(smallHouse(), { ...terms, publisher: 1, venue: 1, instrument: PERP }, 104);
  });

  it('108: a closed account', () => {
    const driver = smallHouse();
    driver.accept({ type: 'AccountClosed', account: bob });
    expectRefused(driver, {}, 108);
  });

  it('111: a contract at its expiry, before and after it is settled', () => {
    const driver = smallHouse();
    const instrument = listed(driver, future, 400_000);
    driver.time(CLOSE);
    expectRefused(driver, { instrument }, 111);
    driver.accept({ type: 'SettlementPricePublished', instrument, priceTicks: 400_000, final: 1 });
    driver.drain();
    expectRefused(driver, { instrument }, 111);
  });

  it('122: a microsecond after the latest time to accept it, on acknowledgement only', () => {
    const driver = smallHouse();
    for (const id of [alice, bob]) driver.accept(deposit(id, 1_000));
    driver.time(DAY + SECOND);
    const late = { acceptBy: DAY + SECOND - 1 };
    expectRefused(driver, { ...late, venue: ON_ACK }, 122);
    driver.accept({ ...good, venue: ON_ACK, acceptBy: DAY + SECOND });
    driver.accept({ ...good, ...late }); // open offer: cleared at match
  });

  it('112: a position beyond maxLots, and not one lot earlier', () => {
    const driver = smallHouse();
    for (const id of [alice, bob, maker]) driver.accept(deposit(id, 100_000_000));
    driver.accept(trade(alice, bob, 600_000, 400_000));
    expectRefused(driver, { seller: maker, quantityLots: 400_001 }, 112);
    expectRefused(driver, { buyer: maker, seller: bob, quantityLots: 400_001 }, 112);
    driver.accept(trade(alice, maker, 400_000, 400_000));
    expect(driver.lots(alice)).toBe(1_000_000);
  });

  it('113: an amount that would leave the safe range', () => {
    const driver = smallHouse();
    // 2^52 = 4,503,599,627,370,496 minor units; 400,000 + 280 of fees do not fit above the balance.
    const amountMinor = 4_503_599_627_370_000;
    driver.accept({ type: 'CollateralDeposited', account: alice, currency: USD, amountMinor });
    expectRefused(driver, {}, 113);
  });

  it('118: no mark yet, of the contract or of its underlying', () => {
    const driver = smallHouse();
    driver.accept({ ...perpetual, name: 'ETH-PERP' });
    expectRefused(driver, { instrument: 2 }, 118);
    const call = { ...option('call', 'equity', 420_000), underlying: 2 };
    expectRefused(driver, { instrument: listed(driver, call, 15_000) }, 118);
  });

  it('119: a class without tiers, and a pool without a rulebook', () => {
    const driver = smallHouse();
    const other = { ...future, name: 'OTHER-CLASS', marginClass: 2 };
    expectRefused(driver, { instrument: listed(driver, other, 400_000) }, 119);
    driver.accept({ type: 'PoolOpened', name: 'new', baseCurrency: USD, ladder: 0 });
    const open = { type: 'AccountOpened', accountKind: 0, pool: 3, member: 0, parent: 0 } as const;
    driver.accept({ ...open, name: 'new-1' });
    driver.accept({ ...open, name: 'new-2' });
    expectRefused(driver, { buyer: 10, seller: 11 }, 119);
  });
});

describe('a novation-on-ack venue', () => {
  const atAck = { ...trade(alice, bob, 25, 400_000), venue: ON_ACK };

  it.each([
    // 25 lots at 40,000 = 1,000: initial margin 10 % = 100, fee 0.50: 100.50 is enough, exactly.
    { dollars: 100.5, reason: 0 },
    { dollars: 100.4999, reason: 116 },
  ])('with $dollars in the account: $reason', ({ dollars, reason }) => {
    const driver = smallHouse();
    driver.accept(deposit(alice, dollars));
    driver.accept(deposit(bob, 10_000));
    if (reason !== 0) expectRefused(driver, atAck, reason);
    else driver.accept(atAck);
    expect(driver.lots(alice)).toBe(reason === 0 ? 25 : 0);
  });

  it('never refuses what reduces the position, and halts with the market', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 10));
    driver.accept(deposit(bob, 10_000));
    // At the open-offer venue lack of margin is a breach (9.80 < 5 % of 400) and not a refusal.
    driver.accept(trade(alice, bob, 10, 400_000));
    expectRefused(driver, { ...atAck, quantityLots: 1 }, 116);
    driver.accept({ ...trade(bob, alice, 10, 400_000), venue: ON_ACK });
    expect(driver.balance(alice)).toBe(usd(10 - 0.2 - 0.08));
    driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 1 });
    expectRefused(driver, { ...atAck, quantityLots: 1 }, 115);
    driver.accept(trade(alice, bob, 1, 400_000));
  });

  it('pays the fees of the rulebook of its own pool', () => {
    const driver = smallHouse();
    const stricter = { ...rulebook, pool: CLEARED, rulebookVersion: 2, takerFeePpm: 1_000 };
    driver.accept(stricter);
    driver.drain();
    // 40 x 0.1 % = 0.04 in the cleared pool, 0.02 in the exchange pool.
    const cleared = driver.accept(trade(house1, account.client1, 1, 400_000));
    expect(eventOf(cleared, 'TradeNovated').buyerFeeMinor).toBe(usd(0.04));
    expect(eventOf(driver.accept(good), 'TradeNovated').buyerFeeMinor).toBe(usd(0.02));
  });
});
