import { I, OPEN, STALE } from '#libs/market';
import { eventOf, type HouseDriver } from '../support/house-driver.js';
import { listed, option } from '../support/contracts.js';
import {
  account,
  DAY,
  deposit,
  ON_ACK,
  PERP,
  priced,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;

/** alice is long 10 lots (400 USD) against bob; the last price is ten minutes old. */
function stale(logicVersion: number): HouseDriver {
  const driver = smallHouse(logicVersion);
  for (const id of [alice, bob, maker]) driver.accept(deposit(id, 1_000));
  driver.accept(trade(alice, bob, 10, 400_000));
  driver.time(DAY + 600 * SECOND);
  expect(driver.state.instruments.get(PERP, I.marketState)).toBe(STALE);
  return driver;
}

/** The reason for which a trade at the novation-on-ack venue is refused; 0: it is novated. */
function onAck(driver: HouseDriver, buyer: number, seller: number, lots: number): number {
  return driver.refuse({ ...trade(buyer, seller, lots, 400_000), venue: ON_ACK });
}

describe('a trade in a market whose price is too old', () => {
  it.each([
    { name: 'both sides grow', buyer: alice, seller: bob, lots: 1, reason: 123 },
    { name: 'the seller grows', buyer: bob, seller: maker, lots: 1, reason: 123 },
    { name: 'both reduce', buyer: bob, seller: alice, lots: 10, reason: 0 },
    { name: 'both turn to the other side', buyer: bob, seller: alice, lots: 11, reason: 123 },
  ])('on acknowledgement: $name: $reason', ({ buyer, seller, lots, reason }) => {
    const driver = stale(3);
    const before = driver.businessRoot();
    expect(onAck(driver, buyer, seller, lots)).toBe(reason);
    expect(driver.businessRoot() === before).toBe(reason !== 0);
  });

  it('is refused however much money there is, and taken after the next price', () => {
    const driver = stale(3);
    driver.accept(deposit(alice, 1_000_000));
    driver.accept(deposit(bob, 1_000_000));
    expect(onAck(driver, alice, bob, 1)).toBe(123);
    driver.accept(priced(driver, 400_000));
    expect(onAck(driver, alice, bob, 1)).toBe(0);
    // 1,001,000 less the taker's 0.05 % of 400 and of 40 USD.
    expect(driver.balance(alice)).toBe(usd(1_001_000 - 0.2 - 0.02));
  });

  it('is never refused for it at an open-offer venue: it is cleared at match', () => {
    const driver = stale(3);
    const novated = driver.accept(trade(alice, bob, 1, 400_000));
    expect(eventOf(novated, 'TradeNovated').costMinor).toBe(usd(40));
  });

  it.each([1, 2])('logic version %i took it', (logicVersion) => {
    expect(onAck(stale(logicVersion), alice, bob, 1)).toBe(0);
  });

  it('a halt is the reason before a stale price is', () => {
    const driver = stale(3);
    driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 1 });
    expect(onAck(driver, alice, bob, 1)).toBe(115);
  });

  it('an option is margined by its underlying, whose price must be fresh too', () => {
    const driver = smallHouse(3);
    const call = listed(driver, option('call', 'equity', 420_000), 15_000);
    for (const id of [alice, bob]) driver.accept(deposit(id, 1_000));
    const terms = { ...trade(alice, bob, 1, 15_000), instrument: call, venue: ON_ACK };
    driver.accept(terms);
    driver.time(DAY + 600 * SECOND);
    expect(driver.state.instruments.get(call, I.marketState)).toBe(OPEN);
    const again = { ...terms, matchId: 9_001 };
    expect(driver.refuse(again)).toBe(123);
    driver.accept(priced(driver, 400_000));
    driver.accept(again);
  });
});
