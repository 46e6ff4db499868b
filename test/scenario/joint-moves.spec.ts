import { Evaluation } from '#libs/clearing-house';
import { FrozenUnit, type JointMoves, jointMoves, STEP_PPM } from '#libs/replay';
import { listed, option } from '../support/contracts.js';
import { type HouseDriver, namesOf } from '../support/house-driver.js';
import { flatSurface, scenarioRulebook } from '../support/scenario-rulebook.js';
import {
  account,
  BTC,
  DAY,
  deposit,
  priced,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker, gross1, gross1a } = account;
const MONTH = DAY + 30 * 86_400 * SECOND;
const CURVE = { rangePpm: 100_000, pointCount: 5 };

/** Alice 1,000 lots long, 40,000 USD, with 4,000 less the fee of 20; so is no house again. */
function leveraged(): HouseDriver {
  const driver = smallHouse(3);
  for (const [unit, dollars] of [
    [alice, 4_000],
    [bob, 1_000_000],
    [maker, 1_000_000],
  ] as const) {
    driver.accept(deposit(unit, dollars));
  }
  driver.accept(trade(alice, bob, 1_000, 400_000));
  return driver;
}

function frozen(driver: HouseDriver, unit: number): FrozenUnit {
  const found = FrozenUnit.of(driver.state, new Evaluation(driver.state), unit);
  if (found === undefined) throw new Error('the pool has a rulebook');
  return found;
}

const movesOf = (driver: HouseDriver, unit: number): Promise<JointMoves> =>
  jointMoves(frozen(driver, unit), CURVE);

describe('the liquidation price under a joint move', () => {
  it('is the first step at which the engine breaches: one step less it does not', async () => {
    const { down, up, nearest, cushionMinor } = await movesOf(leveraged(), alice);
    // 3,980 + 40,000 x against 2,000 (1 + x): x = -1,980 / 38,000 = -5.2105 %.
    expect(down).toMatchObject({
      shockPpm: -52_200,
      equityMinor: usd(1_892),
      maintenanceMinor: usd(1_895.6),
      deficitMinor: usd(3.6),
      marks: [{ instrument: 1, priceTicks: 379_120 }],
      before: { shockPpm: -52_100, equityMinor: usd(1_896), maintenanceMinor: usd(1_895.8) },
      worstScenario: null,
    });
    expect([up, nearest, cushionMinor]).toEqual([undefined, 'down', usd(1_980)]);
    const breaching = leveraged();
    expect(namesOf(breaching.accept(priced(breaching, 379_120)))).toContain('MarginBreached');
    expect(breaching.figures(alice)).toMatchObject({ equity: usd(1_892) });
    const sound = leveraged();
    expect(namesOf(sound.accept(priced(sound, 379_160)))).not.toContain('MarginBreached');
  });

  it('of a short is above, and its requirement grows on the way', async () => {
    const driver = leveraged();
    driver.accept(trade(bob, maker, 1_000, 400_000));
    driver.accept({
      type: 'WithdrawalRequested',
      account: maker,
      currency: 1,
      amountMinor: usd(995_900),
    });
    const { up, nearest } = await movesOf(driver, maker);
    expect(nearest).toBe('up');
    // 1,000,000 - 995,900 - 8 (makers pay 0.02 %) - 40,000 x < 2,000 (1 + x): x > 2,092 / 42,000 = 4.981 %.
    expect(up).toMatchObject({ shockPpm: 49_900, maintenanceMinor: usd(2_099.8) });
  });

  it('moves collateral in coin along: wrong-way collateral breaches sooner', async () => {
    const driver = smallHouse(3);
    // 0.1 BTC is 4,000 USD, of which 90 % count.
    driver.accept({ type: 'CollateralDeposited', account: alice, currency: BTC, amountMinor: 1e7 });
    driver.accept(deposit(alice, 400));
    driver.accept(deposit(bob, 1_000_000));
    driver.accept(trade(alice, bob, 1_000, 400_000));
    const { down } = await movesOf(driver, alice);
    // 380 + 3,600 (1 + x) + 40,000 x against 2,000 (1 + x): x = -1,980 / 41,600 = -4.7596 %.
    expect(down).toMatchObject({ shockPpm: -47_600, equityMinor: usd(380 + 3_428.64 - 1_904) });
  });

  it('is not looked for when it is in breach already, and there may be none', async () => {
    const driver = leveraged();
    driver.accept(priced(driver, 379_000));
    const found = await movesOf(driver, alice);
    expect(found).toMatchObject({ cushionMinor: usd(1_880 - 1_895) });
    expect([found.down, found.up, found.nearest]).toEqual([undefined, undefined, undefined]);
    const safe = await movesOf(leveraged(), maker);
    expect([safe.down, safe.up, safe.nearest]).toEqual([undefined, undefined, undefined]);
    expect(safe.searched).toEqual({ downPpm: 999_900, upPpm: 5_000_000 });
  });

  it('of a client is that of the unit that it is judged with', async () => {
    const driver = leveraged();
    driver.accept(deposit(gross1, 5_000));
    driver.accept(trade(gross1a, account.house1, 100, 400_000));
    expect(() => frozen(driver, gross1a)).toThrow('a client is judged with its parent');
    expect((await movesOf(driver, gross1)).now.maintenanceMinor).toBe(usd(200));
  });
});

describe('a curve of equity and requirement against the move', () => {
  it('is at no move what the account has, at the others what it would have', async () => {
    const driver = leveraged();
    const { curve, now } = await movesOf(driver, alice);
    expect(curve.map(({ shockPpm }) => shockPpm)).toEqual([-100_000, -50_000, 0, 50_000, 100_000]);
    const { equity, maintenance, initial } = driver.figures(alice);
    expect(now).toMatchObject({ equityMinor: equity, maintenanceMinor: maintenance });
    expect(curve[2]).toEqual(now);
    expect(now.initialMinor).toBe(initial);
    expect(curve[0]).toMatchObject({ equityMinor: usd(-20), initialMinor: usd(3_600) });
    expect(curve[4]).toMatchObject({ equityMinor: usd(7_980), maintenanceMinor: usd(2_200) });
  });
});

describe('under scenarios', () => {
  /** Alice long 100 lots of the perpetual and short 100 calls: covered above, bare below. */
  function covered(): { driver: HouseDriver; call: number } {
    const driver = smallHouse(3);
    driver.accept({ ...scenarioRulebook });
    driver.accept(flatSurface(MONTH, DAY));
    const call = listed(driver, { ...option('call', 'equity', 420_000), expiresAt: MONTH }, 15_135);
    driver.drain();
    driver.accept(deposit(alice, 1_000));
    driver.accept(deposit(bob, 1_000_000));
    driver.accept(trade(alice, bob, 100, 400_000));
    driver.accept({ ...trade(bob, alice, 100, 15_135), instrument: call });
    return { driver, call };
  }

  it('the engine comes to the same figures when these prices arrive, and names the scenario', async () => {
    const { driver, call } = covered();
    const unit = frozen(driver, alice);
    const { down } = await jointMoves(unit, CURVE);
    expect(down?.worstScenario).toEqual([0]);
    for (const shock of [
      0,
      5_000,
      -8_000,
      30_000,
      -120_000,
      down!.shockPpm,
      down!.before.shockPpm,
    ]) {
      const { driver: fresh } = covered();
      // The call first: its writer loses nothing on the way.
      for (const { instrument, priceTicks } of unit.marksAt(shock).reverse()) {
        fresh.accept(priced(fresh, priceTicks, instrument));
        fresh.drain();
      }
      const { equity, maintenance, initial } = fresh.figures(alice);
      expect([shock, unit.at(shock)]).toMatchObject([
        shock,
        { equityMinor: equity, maintenanceMinor: maintenance, initialMinor: initial },
      ]);
      const names = fresh.events.map(({ message }) => message.type);
      expect([shock, names.includes('MarginBreached')]).toEqual([shock, shock <= down!.shockPpm]);
    }
    expect(down!.shockPpm - down!.before.shockPpm).toBe(-STEP_PPM);
    expect(unit.marksAt(0)).toEqual([
      { instrument: 1, priceTicks: 400_000 },
      { instrument: call, priceTicks: 15_135 },
    ]);
  });
});
