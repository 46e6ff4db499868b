import { L } from '#libs/clearing';
import { eventOf, type HouseDriver } from '../support/house-driver.js';
import { CLOSE, future, listed } from '../support/contracts.js';
import {
  account,
  deposit,
  executed,
  orderOf,
  PERP,
  priced,
  smallHouse,
  trade,
  usd,
  USD,
} from '../support/small-house.js';

const { alice, bob, maker } = account;
const settle = { type: 'SettlementPricePublished', instrument: PERP, final: 0 } as const;

/** Trades and returns the request that busts the trade. */
function traded(driver: HouseDriver, terms: ReturnType<typeof trade> & object) {
  const novated = eventOf(driver.accept(terms), 'TradeNovated');
  const { instrument, buyer, seller, quantityLots } = novated;
  const { costMinor, buyerFeeMinor, sellerFeeMinor } = novated;
  const tradeSequence = driver.events.findLast((e) => e.message === novated)?.sequence ?? 0;
  const fees = { buyerFeeMinor, sellerFeeMinor };
  const parties = { tradeSequence, instrument, buyer, seller };
  return { type: 'TradeBustRequested', ...parties, quantityLots, costMinor, ...fees } as const;
}

function funded(): HouseDriver {
  const driver = smallHouse();
  for (const id of [alice, bob, maker]) driver.accept(deposit(id, 1_000));
  return driver;
}

describe('a bust', () => {
  it('gives back lots, cost and fees; variation paid meanwhile is offset by the reversed cost', () => {
    const driver = funded();
    const bust = traded(driver, trade(alice, bob, 10, 400_000));
    driver.accept({ ...settle, priceTicks: 410_000 });
    driver.drain();
    expect(driver.balance(alice)).toBe(usd(1_009.8)); // + 10 - 0.20
    driver.accept(bust);
    // The day's 10 stay with alice, against a cost of 10 without lots: her equity is 1,000 again.
    expect(driver.balance(alice)).toBe(usd(1_010));
    expect([driver.lots(alice), driver.cost(alice)]).toEqual([0, usd(10)]);
    expect(driver.figures(alice)).toEqual({ equity: usd(1_000), maintenance: 0, initial: 0 });
    expect(driver.ledger(L.fees)).toBe(0);
    // The next settlement takes the 10 back, whatever its price.
    driver.accept({ ...settle, priceTicks: 350_000 });
    driver.drain();
    expect(driver.balance(alice)).toBe(usd(1_000));
    expect(driver.balance(bob)).toBe(usd(1_000));
  });

  it('may breach whoever had hedged with the trade', () => {
    const driver = funded();
    driver.accept(deposit(alice, 9_000));
    driver.accept(trade(bob, alice, 300, 400_000)); // bob pays 6, keeps 994 against 600
    const hedge = traded(driver, trade(alice, bob, 300, 400_000)); // bob is flat; fee 2.40
    driver.accept(priced(driver, 380_000));
    // Without the hedge bob has lost 600: 1,000 - 6 - 600 = 394 < 5 % of 11,400 = 570.
    expect(eventOf(driver.accept(hedge), 'MarginBreached')).toMatchObject({
      account: bob,
      equityMinor: usd(394),
      maintenanceMinor: usd(570),
    });
  });

  it.each([
    { reason: 301, terms: { tradeSequence: 1 } },
    { reason: 302, terms: { quantityLots: 9 } },
    { reason: 302, terms: { costMinor: usd(400) + 1 } },
    { reason: 302, terms: { buyerFeeMinor: usd(0.3) } },
    { reason: 302, terms: { sellerFeeMinor: 0 } },
    { reason: 302, terms: { buyer: maker } },
    { reason: 302, terms: { seller: maker } },
  ])('is refused for $reason: $terms', ({ reason, terms }) => {
    const driver = funded();
    const bust = traded(driver, trade(alice, bob, 10, 400_000));
    const before = driver.businessRoot();
    expect(driver.refuse({ ...bust, ...terms })).toBe(reason);
    expect(driver.businessRoot()).toBe(before);
  });

  it('303: busted once; 304: while a sweep runs and after the expiry', () => {
    const driver = funded();
    const bust = traded(driver, trade(alice, bob, 10, 400_000));
    driver.accept({ ...settle, priceTicks: 400_000 });
    expect(driver.refuse(bust)).toBe(304);
    driver.drain();
    driver.accept(bust);
    expect(driver.refuse(bust)).toBe(303);
    const instrument = listed(driver, future, 400_000);
    const late = traded(driver, { ...trade(alice, bob, 1, 400_000), instrument } as never);
    driver.time(CLOSE);
    driver.accept({ ...settle, instrument, priceTicks: 400_000, final: 1 });
    driver.drain();
    expect(driver.refuse(late)).toBe(304);
  });

  it('108: a closed account gets no position back', () => {
    const driver = funded();
    const bust = traded(driver, trade(alice, bob, 10, 400_000));
    driver.accept(trade(bob, alice, 10, 400_000));
    const whole = { type: 'WithdrawalRequested', account: alice, currency: USD } as const;
    driver.accept({ ...whole, amountMinor: driver.balance(alice) });
    const withdrawal = driver.house.lastSequence;
    driver.accept({ type: 'WithdrawalReleased', withdrawal });
    driver.accept({ type: 'PaymentConfirmed', withdrawal });
    driver.accept({ type: 'AccountClosed', account: alice });
    const before = driver.businessRoot();
    expect(driver.refuse(bust)).toBe(108);
    expect(driver.businessRoot()).toBe(before);
  });

  it('306: a liquidation fill stays', () => {
    const driver = funded();
    driver.accept(trade(alice, bob, 300, 400_000)); // equity 994
    const order = orderOf(driver.accept(priced(driver, 380_000))); // 394 < 570
    executed(driver, order, maker, 380_000);
    const fillEvent = driver.events.findLast((e) => e.message.type === 'TradeNovated');
    const bust = traded(driver, trade(alice, bob, 1, 380_000));
    expect(driver.refuse({ ...bust, tradeSequence: fillEvent?.sequence ?? 0 })).toBe(306);
  });

  it('112: not when a position would exceed its limit', () => {
    const driver = funded();
    for (const id of [alice, bob, maker]) driver.accept(deposit(id, 100_000_000));
    const bust = traded(driver, trade(alice, bob, 1_000_000, 400_000));
    driver.accept(trade(maker, alice, 1_000_000, 400_000));
    driver.accept(trade(bob, alice, 1_000_000, 400_000));
    expect(driver.refuse(bust)).toBe(112); // alice would be short 2,000,000 lots
  });
});
