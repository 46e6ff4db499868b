import { eventOf, type HouseDriver } from '../support/house-driver.js';
import {
  account,
  answered,
  BTC,
  DAY,
  deposit,
  EXCHANGE,
  executed,
  fill,
  orderOf,
  PERP,
  price,
  priced,
  SECOND,
  smallHouse,
  trade,
  usd,
  USD,
} from '../support/small-house.js';

const { alice, bob, gross1a, maker } = account;
const request = {
  type: 'WithdrawalRequested',
  account: alice,
  currency: USD,
  amountMinor: usd(1),
} as const;

/** Asserts a refusal that moves nothing. */
function expectRefused(driver: HouseDriver, reason: number, terms: object = {}): void {
  const before = driver.businessRoot();
  expect(driver.refuse({ ...request, ...terms })).toBe(reason);
  expect(driver.businessRoot()).toBe(before);
}

describe('deposits and withdrawals that are refused', () => {
  it.each([
    { reason: 101, terms: { publisher: 7 } },
    { reason: 201, terms: { account: 99 } },
    { reason: 202, terms: { account: gross1a } },
    { reason: 204, terms: { currency: 4 } },
    { reason: 205, terms: { currency: 3 } }, // listed, never priced
    { reason: 206, terms: { amountMinor: 0 } },
    { reason: 206, terms: { amountMinor: -1 } },
  ])('$reason: $terms', ({ reason, terms }) => {
    const driver = smallHouse();
    driver.accept({ type: 'CurrencyListed', name: 'ETH', minorDigits: 9 });
    driver.accept(deposit(alice, 1_000));
    expectRefused(driver, reason, terms);
    const before = driver.businessRoot();
    expect(driver.refuse({ ...deposit(alice, 1), ...terms })).toBe(reason);
    expect(driver.businessRoot()).toBe(before);
  });

  it('113: what would be worth more than can be computed with', () => {
    const driver = smallHouse();
    driver.accept({ type: 'CurrencyListed', name: 'SHARE', minorDigits: 0 });
    const share = { type: 'CurrencyPriceObserved', currency: 3, priceMicros: 1_000_000 } as const;
    driver.accept(share);
    expectRefused(driver, 113, { currency: 3, amountMinor: 2 ** 51 });
    const before = driver.businessRoot();
    expect(driver.refuse({ ...deposit(alice, 1), currency: 3, amountMinor: 2 ** 51 })).toBe(113);
    expect(driver.businessRoot()).toBe(before);
    // A thousand million shares may cost a dollar, and not 900,000.
    driver.accept({ ...deposit(alice, 1), currency: 3, amountMinor: 1_000_000_000 });
    expect(driver.refuse({ ...share, priceMicros: 900_000_000_000 })).toBe(113);
    driver.accept({ ...share, priceMicros: 2_000_000 });
  });

  it('203: a closed account', () => {
    const driver = smallHouse();
    driver.accept({ type: 'AccountClosed', account: alice });
    expectRefused(driver, 203);
    expect(driver.refuse(deposit(alice, 1))).toBe(203);
  });

  it('113: beyond 2^52 minor units', () => {
    const driver = smallHouse();
    const most = { ...deposit(alice, 1), amountMinor: 4_503_599_627_370_496 };
    driver.accept(most);
    expect(driver.refuse({ ...most, amountMinor: 1 })).toBe(113);
    expect(driver.refuse({ ...most, account: bob, amountMinor: 1 })).toBe(113);
  });

  it('119: margin cannot be computed without a rulebook', () => {
    const driver = smallHouse();
    driver.accept({ type: 'PoolOpened', name: 'new', baseCurrency: USD, ladder: 0 });
    const open = { type: 'AccountOpened', accountKind: 0, pool: 3, member: 0, parent: 0 } as const;
    driver.accept({ ...open, name: 'new-1' });
    driver.accept(deposit(10, 5));
    expectRefused(driver, 119, { account: 10 });
  });
});

describe('withdrawals that margin or the market forbids', () => {
  /** alice has 1,000 and buys 200 lots (8,000): fee 4, initial 800, maintenance 400. */
  function invested(): HouseDriver {
    const driver = smallHouse();
    driver.accept(deposit(alice, 1_000));
    driver.accept(deposit(bob, 100_000));
    driver.accept(deposit(maker, 100_000));
    driver.accept(trade(alice, bob, 200, 400_000));
    return driver;
  }

  it('211: below initial margin, exactly', () => {
    const driver = invested(); // 996 - 800 = 196 free
    expectRefused(driver, 211, { amountMinor: usd(196) + 1 });
    driver.accept({ ...request, amountMinor: usd(196) });
    expectRefused(driver, 211, { amountMinor: 1 });
  });

  it('210: unrealised gains are not cash; a healthy warning does not matter', () => {
    const driver = invested();
    driver.accept(priced(driver, 500_000)); // + 2,000; initial 1,000; equity 2,996
    expectRefused(driver, 210, { amountMinor: usd(996) + 1 });
    expectRefused(driver, 210, { currency: BTC, amountMinor: 1 });
    driver.accept({ ...request, amountMinor: usd(996) });
  });

  it('208: while a market is stale or halted, and again when it is open', () => {
    const driver = invested();
    driver.time(DAY + 600 * SECOND);
    expectRefused(driver, 208);
    driver.accept(priced(driver, 400_000));
    driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 1 });
    expectRefused(driver, 208);
    driver.accept({ type: 'MarketStateSet', instrument: PERP, marketState: 0 });
    driver.accept(request);
  });

  it('207: under liquidation; 209: while the pool has uncovered losses', () => {
    const driver = invested();
    // 34,000: equity 996 - 1,200 = -204: everything is sold; filled there, 204 are missing.
    const order = orderOf(driver.accept(priced(driver, 340_000)));
    expectRefused(driver, 207);
    const events = executed(driver, order, maker, 340_000);
    expect(eventOf(events, 'ShortfallCovered')).toMatchObject({ payer: 4, amountMinor: usd(204) });
    expectRefused(driver, 207);
    expectRefused(driver, 209, { account: bob });
  });

  it('212: more than the house has at the bank', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 4_000));
    driver.accept(deposit(bob, 10_000));
    driver.accept(trade(alice, bob, 1_000, 400_000)); // fees 20 and 8
    driver.accept({ type: 'PriceObserved', ...price(300_000) });
    driver.accept({
      type: 'SettlementPricePublished',
      instrument: PERP,
      priceTicks: 300_000,
      final: 0,
    });
    driver.drain();
    // alice owes 6,020 and is being sold out; bob has 19,992, but the bank holds 14,000.
    expect(driver.balance(alice)).toBe(usd(-6_020));
    expect(driver.balance(bob)).toBe(usd(19_992));
    expectRefused(driver, 212, { account: bob, amountMinor: usd(14_000) + 1 });
    driver.accept({ ...request, account: bob, amountMinor: usd(14_000) });
  });

  it('207 at the release: the account was called or liquidated meanwhile', () => {
    const driver = invested();
    driver.accept({ ...request, amountMinor: usd(100) });
    const withdrawal = driver.house.lastSequence;
    const order = orderOf(driver.accept(priced(driver, 370_000))); // 896 - 600 < 370
    const released = driver.accept({ type: 'WithdrawalReleased', withdrawal });
    expect(eventOf(released, 'WithdrawalCancelled').reason).toBe(207);
    driver.accept(fill(order, maker, 370_000));
    driver.accept(answered(order.order, 'filled', order.quantityLots));
    expect(driver.state.pools.get(EXCHANGE, 4)).toBe(0);
  });
});
