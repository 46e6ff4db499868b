import { PLAN, REJECTED } from '#libs/default-management';
import { future, listed, option } from '../support/contracts.js';
import { eventOf, eventsOf, HouseDriver } from '../support/house-driver.js';
import { flatSurface, scenarioRulebook } from '../support/scenario-rulebook.js';
import {
  account,
  DAY,
  deposit,
  executed,
  openOrders,
  PERP,
  priced,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;
const MONTH = DAY + 30 * 86_400 * SECOND;
const LOGIC = 4;

function house(aliceDollars: number, driver?: HouseDriver): HouseDriver {
  const made = smallHouse(LOGIC, driver);
  for (const id of [bob, maker]) made.accept(deposit(id, 1_000_000));
  made.accept(deposit(alice, aliceDollars));
  return made;
}

/** The same under scenarios of 20 % down and up, with a put and a call for a month. */
function scenarioHouse(aliceDollars: number) {
  const driver = smallHouse(LOGIC);
  driver.accept({ ...scenarioRulebook });
  driver.accept(flatSurface(MONTH, DAY));
  driver.drain();
  for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
  driver.accept(deposit(alice, aliceDollars));
  const contract = (right: 'put' | 'call', strike: number): number =>
    listed(driver, { ...option(right, 'equity', strike), expiresAt: MONTH }, 12_000);
  const [put, call] = [contract('put', 360_000), contract('call', 440_000)];
  driver.drain();
  return { driver, put, call };
}

describe('the plan at least cost', () => {
  it('takes the fewest lots that restore the target, and records what it is', () => {
    const driver = house(4_000);
    driver.accept(trade(bob, alice, 1_000, 400_000));
    const events = driver.accept(priced(driver, 419_000));
    // The figures of test/scenario/liquidation-plan.spec.ts: one position, so the same 127 lots.
    const plan = eventOf(events, 'LiquidationPlanned');
    const order = eventOf(events, 'LiquidationOrderIssued');
    expect(order).toMatchObject({ quantityLots: 127, limitPriceTicks: 423_190 });
    expect(plan).toMatchObject({
      account: alice,
      firstOrder: order.order,
      outcome: PLAN.restores,
      equityMinor: usd(2_092),
      maintenanceMinor: usd(2_095),
      targetMinor: usd(2_304.5),
      worstScenario: 0,
      // 127 x 0.419 and the fee of 26.872565, rounded up.
      costMinor: usd(53.213) + 268_726,
      equityAfterMinor: order.equityAfterMinor,
      maintenanceAfterMinor: order.maintenanceAfterMinor,
      rejected: [],
    });
    expect(plan.leastCostMinor).toBeLessThanOrEqual(plan.costMinor);
    expect(plan.leastCostMinor).toBeGreaterThan(plan.costMinor * 0.98);
    expect(plan.tranches).toEqual([
      {
        account: alice,
        instrument: PERP,
        side: 0,
        quantityLots: 127,
        costMinor: plan.costMinor,
        equityAfterMinor: plan.equityAfterMinor,
        maintenanceAfterMinor: plan.maintenanceAfterMinor,
        worstScenario: 0,
      },
    ]);
  });

  it('takes of the position whose margin is freed at least cost, not of the largest', () => {
    const driver = house(9_400);
    // Beyond 1,000 lots the future needs 10 %: its last lots free twice as much for the same cost.
    const dated = listed(driver, future, 400_000);
    driver.accept(trade(alice, bob, 900, 400_000));
    driver.accept({ ...trade(alice, bob, 1_400, 400_000), instrument: dated });
    const events = driver.accept(priced(driver, 352_000));
    const plan = eventsOf(events, 'LiquidationPlanned')[0];
    if (plan === undefined) throw new Error('alice is not liquidated');
    expect(plan.tranches.map(({ instrument }) => instrument)).toEqual([dated]);
    expect(plan.rejected).toMatchObject([
      { instrument: PERP, quantityLots: 900, reason: REJECTED.dearer },
    ]);
    // What would have been taken of it is not a hedge: it would restore, too.
    expect(plan.rejected[0]!.surplusMinor).toBeGreaterThan(0);
  });

  it('says why it left a position alone: what its open orders may take is not certain', () => {
    const driver = house(4_000);
    driver.accept(trade(bob, alice, 1_000, 400_000));
    driver.accept(openOrders(alice, 1_000, 0));
    const asked = driver.accept(priced(driver, 419_000));
    expect(eventsOf(asked, 'OrderCancellationRequested')).toHaveLength(1);
    // The venue is silent: all lots may be bought back by the open order, so none is bought twice.
    const events = driver.time(driver.state.clock.timeUs + 10 * SECOND);
    expect(eventsOf(events, 'LiquidationPlanned')).toEqual([]);
    expect(eventsOf(events, 'LiquidationOrderIssued')).toEqual([]);
  });

  it('is insolvent where even closing everything leaves a debt, and closes everything', () => {
    const driver = house(4_000);
    driver.accept(trade(alice, bob, 1_000, 400_000));
    const events = driver.accept(priced(driver, 359_000));
    expect(eventOf(events, 'LiquidationPlanned')).toMatchObject({
      outcome: PLAN.insolvent,
      leastCostMinor: 0,
      maintenanceAfterMinor: 0,
    });
    expect(eventOf(events, 'LiquidationOrderIssued').quantityLots).toBe(1_000);
  });
});

describe('the plan at least cost under scenarios', () => {
  it('keeps the hedge and says so', () => {
    const { driver, put } = scenarioHouse(2_000);
    driver.accept({ ...trade(alice, bob, 100, 12_000), instrument: put });
    driver.accept(trade(alice, bob, 250, 400_000));
    const events = driver.accept(priced(driver, 376_000));
    const plan = eventOf(events, 'LiquidationPlanned');
    expect(plan.outcome).toBe(PLAN.restores);
    expect(plan.tranches.map(({ instrument, side }) => [instrument, side])).toEqual([[PERP, 1]]);
    expect(plan.worstScenario).toBe(1); // 20 % down
    expect(plan.rejected).toMatchObject([
      { instrument: put, side: 1, quantityLots: 100, reason: REJECTED.hedge },
    ]);
    expect(plan.rejected[0]!.surplusMinor).toBeLessThan(0);
    for (const order of eventsOf(events, 'LiquidationOrderIssued')) {
      executed(driver, order, maker, 376_000);
    }
    expect(driver.saga(alice)).toBe(0);
  });

  it('reduces both sides where both are as bad, and not one side alone', () => {
    const { driver, put, call } = scenarioHouse(600);
    for (const instrument of [put, call]) {
      driver.accept({ ...trade(maker, alice, 150, 12_000), instrument });
    }
    // 20 % down she loses 482, up 486: with five lots of the perpetual both are nearly as bad.
    driver.accept(trade(alice, bob, 5, 400_000));
    const before = driver.figures(alice);
    const withdrawn = before.equity - Math.ceil(before.maintenance * 0.99);
    const price = 12_000 + Math.ceil(withdrawn / 150);
    const events = driver.accept(priced(driver, price, call));
    const plan = eventOf(events, 'LiquidationPlanned');
    expect(plan.outcome).toBe(PLAN.restores);
    expect(plan.tranches.map(({ instrument }) => instrument).sort()).toEqual([put, call]);
    expect(plan.costMinor).toBeLessThanOrEqual(plan.leastCostMinor * 1.1);
    // What was planned is what an evaluation finds when the orders have filled at their limits.
    for (const order of eventsOf(events, 'LiquidationOrderIssued')) {
      executed(driver, order, maker, order.limitPriceTicks);
    }
    expect(driver.saga(alice)).toBe(0);
  });
});
