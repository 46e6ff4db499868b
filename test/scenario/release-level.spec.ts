import { type HouseDriver, eventOf } from '../support/house-driver.js';
import {
  account,
  deposit,
  EXCHANGE,
  priced,
  rulebook,
  smallHouse,
  trade,
  USD,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;
const request = { type: 'WithdrawalRequested', account: alice, currency: USD } as const;

/**
 * Vega's four levels: maintenance 5 %, search (warned) at 1.2 of it, initial 10 %, which is 2 of it,
 * release at 2.5 of it. Alice has 1,000 less a fee of 4 and holds 8,000 USD: 400, 480, 800, 1,000.
 */
function house(releasePpm: number): HouseDriver {
  const driver = smallHouse(3);
  driver.accept({ ...rulebook, pool: EXCHANGE, rulebookVersion: 2, releasePpm });
  driver.drain();
  driver.accept(deposit(alice, 1_004));
  for (const unit of [bob, maker]) driver.accept(deposit(unit, 100_000));
  driver.accept(trade(alice, bob, 200, 400_000));
  return driver;
}

describe('the level at which collateral is released', () => {
  it('620: a withdrawal leaves it, to the minor unit; without one the initial requirement is enough', () => {
    const driver = house(2_500_000);
    expect(driver.figures(alice)).toMatchObject({ equity: usd(1_000), maintenance: usd(400) });
    expect(driver.refuse({ ...request, amountMinor: 1 })).toBe(620);
    driver.accept(deposit(alice, 50));
    expect(driver.refuse({ ...request, amountMinor: usd(50) + 1 })).toBe(620);
    driver.accept({ ...request, amountMinor: usd(50) });
    const plain = house(0);
    plain.accept({ ...request, amountMinor: usd(200) });
    expect(plain.refuse({ ...request, amountMinor: 1 })).toBe(211);
  });

  it('211 comes first where equity would fall below initial too', () => {
    expect(house(2_500_000).refuse({ ...request, amountMinor: usd(200) + 1 })).toBe(211);
  });

  it('cancels a release that would go below it by then', () => {
    const driver = house(2_500_000);
    driver.accept(deposit(alice, 50));
    driver.accept({ ...request, amountMinor: usd(50) });
    const withdrawal = driver.sequence;
    driver.accept(priced(driver, 399_000)); // 200 lots lose 20; 2.5 x 399 = 997.5
    const events = driver.accept({ type: 'WithdrawalReleased', withdrawal });
    expect(eventOf(events, 'WithdrawalCancelled')).toMatchObject({ withdrawal, reason: 620 });
    expect(driver.reserved(alice)).toBe(0);
  });

  it('asks nothing of who holds nothing, and does not stop a trade', () => {
    const driver = house(10_000_000);
    driver.accept({ ...request, account: maker, amountMinor: usd(100_000) });
    driver.accept(trade(alice, bob, 40, 400_000)); // 9,600 USD: initial 960, equity 999.2
    expect(driver.refuse({ ...request, amountMinor: 1 })).toBe(620);
  });

  it.each([1, 999_999, 10_000_001])('is refused at %i ppm', (releasePpm) => {
    const driver = smallHouse(3);
    const published = { ...rulebook, pool: EXCHANGE, rulebookVersion: 2, releasePpm };
    expect(driver.refuse(published)).toBe(505);
  });
});
