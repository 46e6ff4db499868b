import { Evaluation } from '#libs/clearing-house';
import { breakdownOf } from '#libs/replay';
import { future, listed } from '../support/contracts.js';
import { eventOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import { scenarioRulebook } from '../support/scenario-rulebook.js';
import {
  account,
  BTC,
  deposit,
  executed,
  priced,
  smallHouse,
  trade,
  USD,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;
const PERP = 1;
const moving = [{ currency: BTC, underlying: PERP }];

/** Alice has 0.1 BTC, 4,000 USD of which 90 % count; the pool moves coin with the perpetual, or does not. */
function house(
  scenarioCollateral: readonly { currency: number; underlying: number }[],
  logicVersion = 3,
): HouseDriver {
  const driver = smallHouse(logicVersion);
  driver.accept({ ...scenarioRulebook, scenarioCollateral });
  driver.drain();
  driver.accept({ type: 'CollateralDeposited', account: alice, currency: BTC, amountMinor: 1e7 });
  for (const unit of [bob, maker]) driver.accept(deposit(unit, 1_000_000));
  return driver;
}

const bookOf = (driver: HouseDriver) => {
  const evaluation = new Evaluation(driver.state);
  evaluation.evaluate(alice);
  return breakdownOf(driver.state, evaluation, alice)!;
};

describe('collateral inside the scenarios', () => {
  it('makes a long with coin as collateral need what the coin loses as well', () => {
    const apart = house([]);
    apart.accept(trade(bob, alice, 1, 400_000));
    const driver = house(moving);
    for (const each of [apart, driver]) each.accept(trade(alice, bob, 101, 400_000));
    // 4,000 USD of the perpetual lose 800 at 20 % down; of 3,600 counted the coin loses 720.
    driver.accept(trade(bob, alice, 1, 400_000));
    expect(apart.figures(alice)).toMatchObject({ maintenance: usd(800), initial: usd(1_000) });
    expect(driver.figures(alice)).toMatchObject({ maintenance: usd(1_520), initial: usd(1_900) });
    expect(driver.figures(alice).equity).toBe(apart.figures(alice).equity);
  });

  it('takes off a short what the coin gains while it loses', () => {
    const driver = house(moving);
    driver.accept(trade(bob, alice, 100, 400_000));
    // Up 20 % the short loses 800 and the coin gains 720; down it is the other way round.
    expect(driver.figures(alice)).toMatchObject({ maintenance: usd(80), initial: usd(100) });
    // The minor unit that 1.25 rounds up to is nobody's: it stands with the position.
    const { charges, positions, maintenanceMinor } = bookOf(driver);
    expect(positions.map((own) => own.maintenanceMinor)).toEqual([usd(800)]);
    expect(charges).toEqual([
      { name: 'collateral', maintenanceMinor: usd(-720), initialMinor: usd(-900) },
    ]);
    expect(maintenanceMinor).toBe(usd(80));
  });

  it('needs nothing where there is no position', () => {
    const driver = house(moving);
    expect(driver.figures(alice)).toMatchObject({ maintenance: 0, initial: 0, equity: usd(3_600) });
    expect(bookOf(driver)).toMatchObject({ maintenanceMinor: 0, charges: [] });
  });

  it('breaches a wrong-way account at a price at which it would have been sound', () => {
    const breached = [house([]), house(moving)].map((driver) => {
      driver.accept(trade(alice, bob, 300, 400_000)); // 12,000 USD, fee 6
      driver.drain();
      // 38,000: 3,594 - 600 = 2,994 against 20 % of 11,400 = 2,280, and 720 more with the coin.
      const events = driver.accept(priced(driver, 380_000));
      return namesOf([...events, ...driver.drain()]).includes('MarginBreached');
    });
    expect(breached).toEqual([false, true]);
  });

  it('is worth what the coin is: a fall of its price alone asks for less, and counts for less', () => {
    const driver = house(moving);
    driver.accept(trade(alice, bob, 100, 400_000));
    const before = driver.figures(alice);
    driver.accept({ type: 'CurrencyPriceObserved', currency: BTC, priceMicros: 20_000_000_000 });
    driver.drain();
    const after = driver.figures(alice);
    expect(before.maintenance - after.maintenance).toBe(usd(360));
    expect(before.equity - after.equity).toBe(usd(1_800));
  });

  it.each([3, 4])('has a liquidation plan that the coin is part of, by logic %i', (logic) => {
    const driver = house(moving, logic);
    driver.accept(trade(alice, bob, 300, 400_000));
    driver.drain();
    const events = [...driver.accept(priced(driver, 380_000)), ...driver.drain()];
    const order = eventOf(events, 'LiquidationOrderIssued');
    const { maintenanceMinor, maintenanceAfterMinor, quantityLots } = order;
    // Each lot frees 20 % of 38; the 720 of the coin stay.
    expect(maintenanceMinor - maintenanceAfterMinor).toBe(usd(quantityLots * 7.6));
    expect(maintenanceAfterMinor).toBeGreaterThan(usd(720));
    executed(driver, order, maker, order.limitPriceTicks);
    expect(driver.figures(alice).maintenance).toBe(maintenanceAfterMinor);
    expect(driver.saga(alice)).toBe(0);
  });

  it.each([3, 4])('needs nothing any more when everything is closed, by logic %i', (logic) => {
    const driver = house(moving, logic);
    driver.accept(deposit(alice, 100));
    driver.accept(trade(alice, bob, 300, 400_000));
    driver.drain();
    // 29,000: 3,694 - 3,300 = 394, which nothing but closing all of it makes enough.
    const events = [...driver.accept(priced(driver, 290_000)), ...driver.drain()];
    const order = eventOf(events, 'LiquidationOrderIssued');
    expect(order).toMatchObject({ quantityLots: 300, maintenanceAfterMinor: 0 });
    executed(driver, order, maker, order.limitPriceTicks);
    driver.drain();
    expect(driver.figures(alice)).toMatchObject({ maintenance: 0 });
    expect(driver.figures(alice).equity).toBeGreaterThan(0);
    expect(driver.saga(alice)).toBe(0);
  });

  it.each([
    ['the base currency', [{ currency: USD, underlying: PERP }]],
    ['a currency twice', [...moving, ...moving]],
    ['a currency that is none', [{ currency: 9, underlying: PERP }]],
    ['an instrument that is none', [{ currency: BTC, underlying: 9 }]],
    ['what expires', [{ currency: BTC, underlying: 2 }]],
    ['a perpetual without a mark', [{ currency: BTC, underlying: 3 }]],
  ])('is refused with %s', (_name, scenarioCollateral) => {
    const driver = smallHouse(3);
    listed(driver, future, 401_000);
    driver.accept({ ...future, name: 'ETH-PERP', kind: 0, expiresAt: 0 });
    expect(driver.refuse({ ...scenarioRulebook, scenarioCollateral })).toBe(505);
    driver.accept({ ...scenarioRulebook, scenarioCollateral: moving });
  });
});
