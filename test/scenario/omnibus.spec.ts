import { SAGA } from '#libs/clearing';
import { eventOf, eventsOf, namesOf } from '../support/house-driver.js';
import {
  account,
  DAY,
  deposit,
  executed,
  orderOf,
  priced,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { house1, omnibus1, gross1, gross1a, gross1b } = account;

describe('an omnibus gross account: one purse, margin client by client', () => {
  it('adds the requirements of clients whose positions would cancel', () => {
    const driver = smallHouse();
    driver.accept(deposit(gross1, 1_000));
    expect(driver.refuse(deposit(gross1a, 1))).toBe(202);
    // One client sells 100 lots to the other: fees 2 and 0.80 out of the parent's purse.
    const events = driver.accept(trade(gross1a, gross1b, 100, 400_000));
    expect(namesOf(events)).toEqual(['TradeNovated']);
    expect(driver.balance(gross1)).toBe(usd(997.2));
    expect([driver.lots(gross1a), driver.lots(gross1b), driver.lots(gross1)]).toEqual([
      100, -100, 0,
    ]);
    expect(driver.figures(gross1)).toEqual({
      equity: usd(997.2),
      maintenance: usd(400), // 2 x 5 % of 4,000
      initial: usd(800),
    });
  });

  it('is called as one; its orders name the client whose position is reduced', () => {
    const driver = smallHouse();
    driver.accept(deposit(gross1, 500));
    driver.accept(deposit(house1, 1_000_000));
    driver.accept(trade(gross1a, house1, 100, 400_000)); // fee 2
    driver.accept(trade(house1, gross1b, 40, 400_000)); // fee 0.32
    // At 38,000: 497.68 - 200 + 80 = 377.68 >= 190 + 76 = 266.
    expect(eventsOf(driver.accept(priced(driver, 380_000)), 'MarginCallIssued')).toEqual([]);
    // At 35,500: 497.68 - 450 + 180 = 227.68 < 177.50 + 71 = 248.50.
    const issued = eventOf(driver.accept(priced(driver, 355_000)), 'MarginCallIssued');
    expect(issued).toMatchObject({
      account: gross1,
      callee: 1,
      member: 1,
      amountMinor: usd(497 - 227.68),
    });
    driver.time(DAY + 3_599 * SECOND);
    driver.accept(priced(driver, 355_000));
    // Target 273.35; a lot of the first client at 35.145 costs 0.355 + 0.175725 and frees
    // 1.775 x 1.1 = 1.9525: gains 1.421775; 45.67 / 1.421775 = 32.1: 33 lots.
    const order = orderOf(driver.time(DAY + 3_600 * SECOND));
    expect(order).toMatchObject({ account: gross1a, side: 1, quantityLots: 33 });
    const done = executed(driver, order, house1, 355_000);
    // Fee 0.5 % of 33 x 35.5 = 5.8575 out of the parent's purse.
    expect(eventOf(done, 'LiquidationOrderClosed')).toMatchObject({
      account: gross1a,
      equityMinor: usd(227.68 - 5.8575),
      maintenanceMinor: usd(67 * 1.775 + 71),
    });
    expect(driver.lots(gross1a)).toBe(67);
    expect(driver.saga(gross1)).toBe(SAGA.healthy);
    expect(driver.saga(gross1a)).toBe(SAGA.healthy);
  });
});

describe('an omnibus net account: one position over all its clients', () => {
  it('nets what its clients buy and sell', () => {
    const driver = smallHouse();
    driver.accept(deposit(omnibus1, 1_000));
    driver.accept(deposit(house1, 1_000_000));
    driver.accept(trade(omnibus1, house1, 100, 400_000)); // a client buys: 2
    expect(driver.figures(omnibus1).maintenance).toBe(usd(200));
    driver.accept(trade(house1, omnibus1, 100, 400_000)); // another sells: 0.80
    expect(driver.figures(omnibus1)).toEqual({
      equity: usd(997.2),
      maintenance: 0,
      initial: 0,
    });
  });
});
