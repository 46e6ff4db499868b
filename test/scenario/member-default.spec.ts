import { L, M, MEMBER, POOL, SAGA } from '#libs/clearing';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  answered,
  CLEARED,
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

const { client1, house1 } = account;
const house2 = 10;

/** What the layers of the cleared pool hold, dollars. */
interface Layers {
  readonly share: number;
  readonly fund: number;
  readonly capital: number;
}

/**
 * client1 owes 1,020 as in the member's payment. The house account (499 after its fee) is long 50
 * lots from 40,000: at 35,000 it has 249, of which 175 are initial margin: it cannot pay.
 */
function owing(layers: Layers): HouseDriver {
  const driver = smallHouse();
  driver.accept({ type: 'MemberAdmitted', name: 'M2' });
  const house = { accountKind: 1, pool: CLEARED, member: 2, parent: 0 };
  driver.accept({ type: 'AccountOpened', name: 'M2-house', ...house });
  const put = { type: 'FundContributed', pool: CLEARED } as const;
  driver.accept({ ...put, layer: 2, member: 1, amountMinor: usd(layers.share) });
  driver.accept({ ...put, layer: 0, member: 0, amountMinor: usd(layers.fund) });
  driver.accept({ ...put, layer: 1, member: 0, amountMinor: usd(layers.capital) });
  driver.accept(deposit(house2, 1_000_000));
  driver.accept(deposit(client1, 4_000));
  driver.accept(deposit(house1, 500));
  driver.accept(trade(client1, house2, 1_000, 400_000)); // fee 20
  driver.accept(trade(house1, house2, 50, 400_000)); // fee 1
  const order = orderOf(driver.accept(priced(driver, 350_000)));
  const events = executed(driver, order, house2, 350_000);
  expect(eventOf(events, 'MemberCalled').amountMinor).toBe(usd(1_020));
  return driver;
}

/** Log time goes to the member's last deadline with fresh prices; returns what happens then. */
function defaulted(driver: HouseDriver) {
  driver.time(DAY + 1_800 * SECOND);
  driver.time(DAY + 3_590 * SECOND);
  driver.accept(priced(driver, 350_000));
  return driver.time(DAY + 3_600 * SECOND);
}

describe('a member that does not pay', () => {
  it('called, late, defaulted: its house account is closed out, whatever its margin', () => {
    const driver = owing({ share: 300, fund: 100, capital: 200 });
    const events = defaulted(driver);
    expect(namesOf(events)).toEqual([
      'DeadlineReached',
      'MemberDefaulted',
      'LiquidationOpened',
      'LiquidationOrderIssued',
    ]);
    expect(eventOf(events, 'MemberDefaulted').obligationMinor).toBe(usd(1_020));
    expect(eventOf(events, 'LiquidationOpened')).toMatchObject({
      account: house1,
      breach: driver.sequence - 2,
      equityMinor: usd(249),
    });
    expect(orderOf(events)).toMatchObject({ quantityLots: 50, limitPriceTicks: 346_500 });
  });

  it.each([
    // Sold at 35,000: 249 - fee 8.75 (to the fund) = 240.25 from the house account; 779.75 left.
    // Share 300: 479.75; fund 100 + 8.75: 371; capital 200: 171 nobody can pay.
    {
      layers: { share: 300, fund: 100, capital: 200 },
      paid: [240.25, 300, 108.75, 200, 171],
    },
    // Share 700: 79.75, paid out of the 108.75 of the fund.
    { layers: { share: 700, fund: 100, capital: 200 }, paid: [240.25, 700, 79.75, 0, 0] },
    // The share is enough.
    { layers: { share: 779.75, fund: 1, capital: 1 }, paid: [240.25, 779.75, 0, 0, 0] },
    // 679.75 after the share; fund 500 + 8.75: 171; the whole of it from own capital.
    { layers: { share: 100, fund: 500, capital: 171 }, paid: [240.25, 100, 508.75, 171, 0] },
  ])('the ladder, with $layers', ({ layers, paid }) => {
    const driver = owing(layers);
    const order = orderOf(defaulted(driver));
    const events = executed(driver, order, house2, 350_000);
    const steps = eventsOf(events, 'ShortfallCovered').map((m) => [
      m.account,
      m.payer,
      m.member,
      m.amountMinor,
    ]);
    const expected = paid.map((dollars, payer) => [
      client1,
      payer,
      payer < 2 ? 1 : 0,
      usd(dollars),
    ]);
    expect(steps).toEqual(expected.filter(([, , , amount]) => amount !== 0));
    expect(namesOf(events).slice(-2)).toEqual(['AccountClosedOut', 'MemberClosedOut']);
    const [, share = 0, fund = 0, capital = 0, uncovered = 0] = paid;
    const { pools, members } = driver.state;
    expect(members.get(1, M.sagaState)).toBe(MEMBER.closedOut);
    expect(members.get(1, M.fundShareMinor)).toBe(usd(layers.share - share));
    expect(pools.get(CLEARED, POOL.liquidationFundMinor)).toBe(usd(layers.fund + 8.75 - fund));
    expect(pools.get(CLEARED, POOL.ownCapitalMinor)).toBe(usd(layers.capital - capital));
    expect(pools.get(CLEARED, POOL.uncoveredMinor)).toBe(usd(0 - uncovered));
    expect(driver.ledger(L.uncovered)).toBe(usd(0 - uncovered));
    // The house account gave all it owned, and not the 250 that its losses still have to take.
    expect(driver.figures(house1).equity).toBe(0);
    expect(driver.balance(house1)).toBe(usd(250));
    expect(driver.figures(client1).equity).toBe(0);
    expect(driver.saga(client1)).toBe(SAGA.closedOut);
  });

  it("a house account that ends below zero is an obligation of its own, after the client's", () => {
    const driver = owing({ share: 300, fund: 1_000, capital: 1 });
    const order = orderOf(defaulted(driver));
    driver.accept(answered(order.order, 'expired', 0));
    // Worth 199 at 34,000; at 30,000 another 50 x 4 = 200 are lost.
    const next = orderOf(driver.accept(priced(driver, 300_000)));
    const events = executed(driver, next, house2, 300_000);
    // Sold at the mark: 199 - 200 = -1, and no fee, because nothing is left.
    expect(eventOf(events, 'AccountDefaulted')).toMatchObject({
      account: house1,
      shortfallMinor: usd(1),
    });
    expect(eventsOf(events, 'ShortfallCovered')).toMatchObject([
      { account: client1, payer: 1, amountMinor: usd(300) },
      { account: client1, payer: 2, amountMinor: usd(720) },
      { account: house1, payer: 2, amountMinor: usd(1) },
    ]);
    expect(eventsOf(events, 'AccountClosedOut').map((m) => m.account)).toEqual([client1, house1]);
    const fund = driver.state.pools.get(CLEARED, POOL.liquidationFundMinor);
    expect(fund).toBe(usd(1_000 - 720 - 1));
  });

  it('is closed out at once when its house account holds nothing, and can be reinstated', () => {
    const driver = owing({ share: 2_000, fund: 1, capital: 1 });
    driver.accept(trade(house2, house1, 50, 350_000)); // sells out: fee 0.35
    const events = defaulted(driver);
    expect(eventsOf(events, 'ShortfallCovered')).toMatchObject([
      { payer: 0, amountMinor: usd(248.65) },
      { payer: 1, amountMinor: usd(771.35) },
    ]);
    expect(namesOf(events).at(-1)).toBe('MemberClosedOut');
    driver.accept({ type: 'MemberReinstated', member: 1 });
    expect(driver.state.members.get(1, M.sagaState)).toBe(MEMBER.current);
    expect(driver.refuse({ type: 'MemberReinstated', member: 1 })).toBe(541);
    expect(driver.refuse({ type: 'MemberReinstated', member: 9 })).toBe(540);
  });
});
