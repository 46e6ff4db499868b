import { eventOf, eventsOf, namesOf } from '../support/house-driver.js';
import {
  account,
  BTC,
  DAY,
  deposit,
  EXCHANGE,
  priced,
  rulebook,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob } = account;
const HOUR = 3_600 * SECOND;
const [tier] = rulebook.tiers;

describe('a rulebook with a later effective time', () => {
  it('comes into force at its time, and everybody is judged by it', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 3_000));
    driver.accept(deposit(bob, 1_000_000));
    driver.accept(trade(alice, bob, 1_000, 400_000)); // equity 2,980; maintenance 2,000
    // Maintenance 8 % instead of 5 %: 3,200. Taker fee 0.1 %.
    const tiers = [{ ...tier, maintenancePpm: 80_000 }];
    const stricter = { ...rulebook, rulebookVersion: 2, takerFeePpm: 1_000, tiers };
    const events = driver.accept({ ...stricter, effectiveAt: DAY + HOUR });
    expect(namesOf(events)).toEqual(['RulebookPublished']);
    driver.time(DAY + HOUR - 1);
    driver.accept(priced(driver, 400_000));
    expect(driver.figures(alice).maintenance).toBe(usd(2_000));
    const inForce = driver.time(DAY + HOUR);
    expect(namesOf(inForce)).toEqual([
      'DeadlineReached',
      'SweepStarted',
      'SweepContinued',
      'MarginBreached',
      'LiquidationOpened',
      'LiquidationOrderIssued',
    ]);
    expect(eventOf(inForce, 'DeadlineReached')).toMatchObject({
      timerKind: 5,
      subject: EXCHANGE,
      reference: 2,
    });
    expect(eventOf(inForce, 'MarginBreached')).toMatchObject({
      equityMinor: usd(2_980),
      maintenanceMinor: usd(3_200),
    });
    const novated = eventOf(driver.accept(trade(bob, account.maker, 1, 400_000)), 'TradeNovated');
    expect(novated.buyerFeeMinor).toBe(usd(0.04));
  });

  it('is in force at once when its time is not later, with the same sweep', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 2_500));
    driver.accept(deposit(bob, 1_000_000));
    driver.accept(trade(alice, bob, 1_000, 400_000)); // 2,480 >= 2,400
    const next = { ...rulebook, rulebookVersion: 2, warningPpm: 1_250_000, effectiveAt: DAY };
    expect(namesOf(driver.accept(next))).toEqual(['RulebookPublished', 'SweepStarted']);
    expect(eventsOf(driver.drain(), 'AccountWarned')).toHaveLength(1); // 2,480 < 2,500
  });
});

describe('a rulebook that is refused', () => {
  it.each([
    { name: 'unknown pool', reason: 230, terms: { pool: 9 } },
    { name: 'version repeated', reason: 505, terms: { rulebookVersion: 1 } },
    { name: 'version skipped', reason: 505, terms: { rulebookVersion: 3 } },
    { name: 'fee above 10 %', reason: 505, terms: { takerFeePpm: 100_001 } },
    { name: 'warning below 1', reason: 505, terms: { warningPpm: 999_999 } },
    { name: 'exit below warning', reason: 505, terms: { warningClearPpm: 1_199_999 } },
    { name: 'target above 10', reason: 505, terms: { targetPpm: 10_000_001 } },
    { name: 'slippage of 100 %', reason: 505, terms: { slippagePpm: 1_000_000 } },
    { name: 'no window', reason: 505, terms: { callWindowUs: 0 } },
    { name: 'window of 366 days', reason: 505, terms: { orderTimeoutUs: 366 * 24 * HOUR } },
    { name: 'option share above 1', reason: 505, terms: { shortOptionFloorPpm: 1_000_001 } },
    { name: 'no tiers', reason: 505, terms: { tiers: [] } },
    { name: 'class dropped', reason: 505, terms: { tiers: [{ ...tier, marginClass: 2 }] } },
    { name: 'tiers not ascending', reason: 505, terms: { tiers: [tier, tier] } },
    {
      name: 'maintenance above initial',
      reason: 505,
      terms: { tiers: [{ ...tier, maintenancePpm: 100_001 }] },
    },
    { name: 'unknown coin', reason: 505, terms: { haircuts: [{ currency: 9, haircutPpm: 1 }] } },
    {
      name: 'haircut above 1',
      reason: 505,
      terms: { haircuts: [{ currency: BTC, haircutPpm: 1_000_001 }] },
    },
    {
      name: 'kind named twice',
      reason: 505,
      terms: { policies: [rulebook.policies[0], rulebook.policies[0]] },
    },
  ])('$reason: $name', ({ reason, terms }) => {
    const driver = smallHouse();
    const before = driver.businessRoot();
    expect(driver.refuse({ ...rulebook, rulebookVersion: 2, ...terms })).toBe(reason);
    expect(driver.businessRoot()).toBe(before);
  });

  it('505: not later than one that still waits', () => {
    const driver = smallHouse();
    driver.accept({ ...rulebook, rulebookVersion: 2, effectiveAt: DAY + HOUR });
    const third = { ...rulebook, rulebookVersion: 3 } as const;
    expect(driver.refuse({ ...third, effectiveAt: DAY + HOUR })).toBe(505);
    expect(driver.refuse({ ...third, effectiveAt: 0 })).toBe(505);
    driver.accept({ ...third, effectiveAt: DAY + HOUR + 1 });
  });
});
