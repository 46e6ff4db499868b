import { L, POOL, SAGA } from '#libs/clearing';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  deposit,
  EXCHANGE,
  executed,
  orderOf,
  PERP,
  priced,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;

/** alice (3,980) is long 1 BTC from 40,000; at 36,100 she has 80 left and all is to be sold. */
function collapsed(fund = 0): { driver: HouseDriver; order: ReturnType<typeof orderOf> } {
  const driver = smallHouse();
  driver.accept(deposit(alice, 4_000));
  for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
  if (fund > 0) {
    const liquidationFund = { pool: EXCHANGE, member: 0, layer: 0 };
    driver.accept({ type: 'FundContributed', ...liquidationFund, amountMinor: usd(fund) });
  }
  driver.accept(trade(alice, bob, 1_000, 400_000));
  const order = orderOf(driver.accept(priced(driver, 361_000)));
  expect(order).toMatchObject({ quantityLots: 1_000, equityMinor: usd(80) });
  return { driver, order };
}

describe('the liquidation fee (0.5 %)', () => {
  it('takes what equity is left and does not bankrupt', () => {
    const { driver, order } = collapsed();
    // Sold at the mark: 36,100 x 0.5 % = 180.50, but 80 are left: 80, to the liquidation fund.
    const done = executed(driver, order, maker, 361_000);
    expect(eventsOf(done, 'LiquidationCompleted')).toMatchObject([{ equityMinor: 0 }]);
    expect(driver.state.pools.get(EXCHANGE, POOL.liquidationFundMinor)).toBe(usd(80));
    expect(driver.ledger(L.fees)).toBe(usd(28)); // of the first trade; the counterparty pays none
    expect(driver.balance(maker)).toBe(usd(1_000_000));
    expect(driver.saga(alice)).toBe(SAGA.healthy);
  });

  it('is nothing when equity is below zero before the fill', () => {
    const { driver, order } = collapsed();
    driver.accept(priced(driver, 360_000)); // 80 - 100
    const before = driver.balance(alice);
    executed(driver, order, maker, 360_000);
    // The shortfall of 20 is uncovered: 20 come in, and no fee goes out.
    expect(driver.balance(alice)).toBe(before + usd(20));
    expect(driver.ledger(L.uncovered)).toBe(usd(-20));
  });
});

describe('the default of a direct account', () => {
  it.each([
    // Sold at the limit, 35,739: 80 - 361 = -281; nothing is left, so no fee is taken.
    { fund: 0, covered: 0, uncovered: 281 },
    { fund: 100, covered: 100, uncovered: 181 },
    { fund: 281, covered: 281, uncovered: 0 },
    { fund: 1_000, covered: 281, uncovered: 0 },
  ])('with $fund in the fund: $covered covered, $uncovered uncovered', (row) => {
    const { driver, order } = collapsed(row.fund);
    const events = executed(driver, order, maker, 357_390);
    expect(eventOf(events, 'AccountDefaulted').shortfallMinor).toBe(usd(281));
    const paid = eventsOf(events, 'ShortfallCovered').map((m) => [m.payer, m.amountMinor]);
    const expected = [
      [2, usd(row.covered)],
      [4, usd(row.uncovered)],
    ];
    expect(paid).toEqual(expected.filter(([, amount]) => amount !== 0));
    expect(namesOf(events).at(-1)).toBe('AccountClosedOut');
    expect(driver.ledger(L.uncovered)).toBe(usd(0 - row.uncovered));
    const left = driver.state.pools.get(EXCHANGE, POOL.liquidationFundMinor);
    expect(left).toBe(usd(row.fund - row.covered));
    expect(driver.figures(alice).equity).toBe(0);
    expect(driver.saga(alice)).toBe(SAGA.closedOut);
    // The loss itself is settled in cash with the day; nothing is left then.
    driver.accept({
      type: 'SettlementPricePublished',
      instrument: PERP,
      priceTicks: 361_000,
      final: 0,
    });
    driver.drain();
    expect([driver.balance(alice), driver.cost(alice)]).toEqual([0, 0]);
    expect(driver.refuse(trade(alice, bob, 1, 361_000))).toBe(108);
  });
});
