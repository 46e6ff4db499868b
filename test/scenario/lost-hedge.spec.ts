import { SAGA } from '#libs/clearing';
import { CLOSE, listed, option } from '../support/contracts.js';
import { type ExecutionTerms, neutralExecution } from '../support/execution-terms.js';
import { eventOf, eventsOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import { flatSurface, scenarioRulebook } from '../support/scenario-rulebook.js';
import {
  account,
  DAY,
  deposit,
  EXCHANGE,
  priced,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;

/** The small house with the exchange pool under scenarios, 20 % down and up, and execution terms. */
function scenarioHouse(terms: Partial<ExecutionTerms>): { driver: HouseDriver; put: number } {
  const driver = smallHouse(3);
  const executionTerms = [{ ...neutralExecution, ...terms }];
  driver.accept({ ...scenarioRulebook, executionTerms });
  driver.accept(flatSurface(CLOSE + 1, DAY));
  const put = listed(driver, { ...option('put', 'equity', 400_000), staleAfterUs: 0 }, 8_000);
  driver.drain();
  for (const id of [bob, maker]) driver.accept(deposit(id, 1_000_000));
  return { driver, put };
}

/** alice is long 1 BTC and a put on it at 40,000, which expires with the mark at 40,000. */
function untilExpiry(terms: Partial<ExecutionTerms>, dollars: number): HouseDriver {
  const { driver, put } = scenarioHouse(terms);
  driver.accept(deposit(alice, dollars));
  driver.accept({ ...trade(alice, bob, 1_000, 8_000), instrument: put });
  driver.accept(trade(alice, bob, 1_000, 400_000));
  driver.drain();
  driver.time(CLOSE);
  driver.accept(priced(driver, 400_000));
  driver.drain();
  expect(driver.saga(alice)).toBe(SAGA.healthy);
  const final = { type: 'SettlementPricePublished', instrument: put, priceTicks: 400_000 } as const;
  driver.accept({ ...final, final: 1 });
  return driver;
}

const grace = { hedgeGraceUs: 60 * SECOND, hedgeGraceFloorPpm: 500_000 };

describe('an account whose hedge expires', () => {
  it('is liquidated at once without a rule', () => {
    const driver = untilExpiry({}, 6_000);
    expect(namesOf(driver.drain())).toContain('MarginBreached');
  });

  it('is found and given time: no breach until then, and then one', () => {
    const driver = untilExpiry(grace, 6_000);
    const lost = eventOf(driver.drain(), 'HedgeLost');
    expect(lost).toMatchObject({ account: alice, how: 0, until: CLOSE + 60 * SECOND });
    // 20 % of 40,000 without the put; with it, the worst of 20 % down and up loses what it cost.
    expect(lost.maintenanceMinor).toBe(usd(8_000));
    expect(lost.maintenanceBeforeMinor).toBeLessThan(usd(1_000));
    expect(lost.equityMinor).toBeLessThan(usd(6_000));
    expect(namesOf(driver.accept(priced(driver, 399_000)))).not.toContain('MarginBreached');
    const over = driver.time(CLOSE + 60 * SECOND);
    expect(namesOf(over)).toEqual(
      expect.arrayContaining(['HedgeGraceEnded', 'MarginBreached', 'LiquidationOrderIssued']),
    );
  });

  it('hedges again in that time, and nothing follows', () => {
    const driver = untilExpiry(grace, 6_000);
    driver.drain();
    driver.accept(trade(bob, alice, 1_000, 400_000));
    expect(namesOf(driver.time(CLOSE + 60 * SECOND))).toEqual(
      expect.not.arrayContaining(['MarginBreached']),
    );
    expect(driver.saga(alice)).toBe(SAGA.healthy);
  });

  it('is given none below the floor', () => {
    const driver = untilExpiry(grace, 6_000);
    driver.drain();
    // At 37,000: equity below 3,000, and half of 20 % of 37,000 is 3,700.
    const fallen = [...driver.accept(priced(driver, 370_000)), ...driver.drain()];
    expect(namesOf(fallen)).toContain('MarginBreached');
  });
});

describe('deleveraging with the whole portfolio of the other side in view', () => {
  it('takes of a hedge only what leaves its owner healthy; the next rank bears the rest', () => {
    const { driver } = scenarioHouse({ deleverages: 1, ...grace });
    const deep = listed(driver, { ...option('put', 'equity', 520_000), staleAfterUs: 0 }, 120_000);
    const direct = { accountKind: 0, pool: EXCHANGE, member: 0, parent: 0 };
    driver.accept({ type: 'AccountOpened', name: 'carol', ...direct });
    const carol = driver.state.accounts.count;
    driver.accept(deposit(carol, 1_500));
    driver.accept(deposit(alice, 9_000));
    driver.drain();
    // carol is short 400 lots, and as many puts far in the money: what one loses the other gains.
    for (let part = 0; part < 4; part++) {
      driver.accept({ ...trade(bob, carol, 100, 120_000), instrument: deep });
      driver.accept(trade(alice, carol, 100, 400_000));
    }
    driver.accept(trade(alice, maker, 600, 400_000));
    const events = driver.accept(priced(driver, 310_000));
    driver.accept(priced(driver, 210_000, deep)); // before the ranking begins
    events.push(...driver.drain());
    const [first, second, ...others] = eventsOf(events, 'PositionDeleveraged');
    const closed = first?.quantityLots ?? 0;
    // carol is ranked first. 1,500 are 1.2 x 20 % of 31,000 for some 200 puts without a hedge.
    expect(first).toMatchObject({ counterparty: carol, side: 1 });
    expect(closed).toBeGreaterThan(190);
    expect(closed).toBeLessThan(205);
    expect(eventsOf(events, 'DeleveragingSkipped')).toMatchObject([
      { counterparty: carol, keptLots: 400 - closed, reason: 0 },
    ]);
    expect(second).toMatchObject({ counterparty: maker, quantityLots: 600 });
    expect(others).toEqual([]);
    expect(eventOf(events, 'HedgeLost')).toMatchObject({ account: carol, how: 1 });
    const { equity, maintenance } = driver.figures(carol);
    expect(equity).toBeGreaterThanOrEqual(Math.ceil(maintenance * 1.2));
    expect(driver.saga(carol)).toBe(SAGA.healthy);
    // One lot more would have had it warned: what nobody can bear goes to the market.
    expect(eventOf(events, 'DeleveragingEnded').leftLots).toBe(400 - closed);
    expect(eventOf(events, 'LiquidationOrderIssued').quantityLots).toBe(400 - closed);
  });
});
