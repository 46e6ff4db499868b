import { eventsOf, namesOf } from '../support/house-driver.js';
import {
  account,
  answered,
  CLEARED,
  deposit,
  fill,
  orderOf,
  priced,
  rulebook,
  smallHouse,
  trade,
} from '../support/small-house.js';

const { client1, house1 } = account;
const house2 = 10;

describe('a house account that sells to its own failing client', () => {
  it('is judged in that trade, after it has paid for the client', () => {
    const driver = smallHouse();
    const levels = { warningPpm: 3_000_000, warningClearPpm: 3_100_000 };
    driver.accept({ ...rulebook, ...levels, pool: CLEARED, rulebookVersion: 2 });
    driver.drain();
    driver.accept({ type: 'MemberAdmitted', name: 'M2' });
    const kind = { accountKind: 1, pool: CLEARED, member: 2, parent: 0 };
    driver.accept({ type: 'AccountOpened', name: 'M2-house', ...kind });
    driver.accept(deposit(house2, 10_000_000));
    driver.accept(deposit(client1, 4_000));
    driver.accept(trade(house2, client1, 1_000, 400_000)); // the client is short 1 BTC
    // At 45,000 it has lost 5,000 and is bought back but for 10 lots; the rest is rejected.
    const order = orderOf(driver.accept(priced(driver, 450_000)));
    const bought = order.quantityLots - 10;
    driver.accept(fill(order, house2, 450_000, bought));
    const next = driver.accept(answered(order.order, 'expired', bought));
    for (const again of eventsOf(next, 'LiquidationOrderIssued')) {
      driver.accept(answered(again.order, 'rejected', 0));
    }
    const lots = -driver.lots(client1);
    expect(lots).toBe(10);
    // The house can pay what the client lacks, and has 56 dollars more.
    driver.accept(deposit(house1, -driver.figures(client1).equity / 10_000 + 56));
    // The client buys its last 10 lots from the house: flat, below zero, and the house pays; what
    // it has left is below its own warning level of 3 x 5 % of 450.
    const events = driver.accept(trade(client1, house1, lots, 450_000));
    expect(namesOf(events).slice(-4)).toEqual([
      'AccountDefaulted',
      'MemberPaid',
      'AccountClosedOut',
      'AccountWarned',
    ]);
  });
});
