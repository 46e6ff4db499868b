import { A, P } from '#libs/clearing';
import { blackCall, blackPut } from '#libs/pricing';
import {
  accountExposureView,
  type ExposureView,
  exposureView,
  houseExposureView,
} from '#libs/replay';
import { Random } from '#libs/simulator';
import { future, inversePerpetual, listed, option } from '../support/contracts.js';
import type { HouseDriver } from '../support/house-driver.js';
import { forward, rate } from '../support/market-feeds.js';
import { flatSurface } from '../support/scenario-rulebook.js';
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

const { alice, bob, maker, gross1, gross1a, gross1b, house1 } = account;
const MONTH = DAY + 30 * 86_400 * SECOND;
const YEARS = 30 / 365;

/** The small house with money, a month's put at 38,000.0 and call at 42,000.0, a future and an inverse. */
function house() {
  const driver = smallHouse(3);
  driver.accept(flatSurface(MONTH, DAY));
  const put = listed(driver, { ...option('put', 'equity', 380_000), expiresAt: MONTH }, 12_000);
  const call = listed(driver, { ...option('call', 'equity', 420_000), expiresAt: MONTH }, 15_000);
  const dated = listed(driver, future, 401_000);
  const inverse = listed(driver, inversePerpetual, 400_000);
  for (const unit of [alice, bob, maker, house1, gross1]) driver.accept(deposit(unit, 1_000_000));
  for (const unit of [alice, bob]) {
    driver.accept({ type: 'CollateralDeposited', account: unit, currency: BTC, amountMinor: 1e10 });
  }
  return { driver, put, call, dated, inverse };
}

const bought = (driver: HouseDriver, instrument: number, lots: number, ticks: number) =>
  driver.accept({ ...trade(alice, bob, lots, ticks), instrument });

const named = (view: ExposureView, name: string) =>
  view.instruments.find(({ instrument }) => instrument === name);

describe('exposures of an account', () => {
  it('of a perpetual are its value per move of 100 %, and nothing else', () => {
    const { driver } = house();
    bought(driver, 1, 100, 400_000);
    const own = accountExposureView(driver.state, alice);
    const nothing = { gammaMinor: 0, vegaMinor: 0, thetaMinor: 0, rhoMinor: 0 };
    expect(named(own, 'BTC-PERP')).toMatchObject({
      netLots: 100,
      grossLots: 100,
      figures: { net: { deltaMinor: usd(4_000), ...nothing } },
    });
    const other = accountExposureView(driver.state, bob);
    expect(other.byUnderlying).toMatchObject([
      { net: { deltaMinor: usd(-4_000) }, gross: { deltaMinor: usd(4_000) } },
    ]);
  });

  it('of an inverse contract are in coin, with the gamma of its curvature', () => {
    const { driver, inverse } = house();
    // 10 lots of 100 USD: 1,000 USD of 1 / 40,000 BTC; delta falls by 2 % where the price rises by 1 %.
    bought(driver, inverse, 10, 400_000);
    expect(named(accountExposureView(driver.state, alice), 'BTC-INVERSE')).toMatchObject({
      currency: 'BTC',
      figures: { net: { deltaMinor: 2_500_000, gammaMinor: -50_000 } },
    });
  });

  it('of options are the slopes of the value that the surface gives', () => {
    const { driver, put, call } = house();
    bought(driver, put, 1_000, 12_000);
    const moves: readonly (readonly [string, number, 'put' | 'call'])[] = [
      ['BTC-380000-put-equity', put, 'put'],
      ['BTC-420000-call-equity', call, 'call'],
    ];
    bought(driver, call, 1_000, 15_000);
    for (const [name, , right] of moves) {
      const strike = right === 'put' ? 380_000 : 420_000;
      const worth = (forward: number, volatility: number, years: number): number =>
        1_000 *
        (right === 'put' ? blackPut : blackCall)(forward, strike, volatility * Math.sqrt(years));
      const at = (price: number) => worth(price, 0.5, YEARS);
      const h = 40;
      const own = named(accountExposureView(driver.state, alice), name);
      const { deltaMinor, gammaMinor, vegaMinor, thetaMinor, rhoMinor } = own!.figures!.net;
      const slope = (at(400_000 + h) - at(400_000 - h)) / (2 * h);
      expect(deltaMinor / 1e6).toBeCloseTo((slope * 400_000) / 1e6, 3);
      const curve = (at(400_000 + h) - 2 * at(400_000) + at(400_000 - h)) / (h * h);
      expect(gammaMinor / 1e6).toBeCloseTo((curve * 400_000 * 400_000) / 100 / 1e6, 2);
      const point = (worth(400_000, 0.5001, YEARS) - worth(400_000, 0.4999, YEARS)) / 0.02;
      expect(vegaMinor / 1e3).toBeCloseTo(point / 1e3, 2);
      const day = worth(400_000, 0.5, YEARS - 1e-4 / 365) - worth(400_000, 0.5, YEARS);
      expect(thetaMinor / 1e3).toBeCloseTo(day / 1e-4 / 1e3, 1);
      expect(rhoMinor).toBe(Math.round(-YEARS * at(400_000) * 0.01));
      expect(own?.pricedWith).toEqual({
        source: 'surface',
        forwardTicks: 400_000,
        volatilityPpb: 500_000_000,
        secondsToExpiry: 30 * 86_400,
      });
    }
  });

  it('of options are discounted at the rate of their currency, at the forward that was observed', () => {
    const { driver, call } = house();
    bought(driver, call, 1_000, 15_000);
    driver.accept(rate(driver, MONTH, 100_000_000));
    driver.accept(forward(driver, MONTH, 404_000));
    const own = named(accountExposureView(driver.state, alice), 'BTC-420000-call-equity');
    const worth = (price: number, years: number): number =>
      1_000 * Math.exp(-0.1 * years) * blackCall(price, 420_000, 0.5 * Math.sqrt(years));
    const slope = (worth(404_040, YEARS) - worth(403_960, YEARS)) / 80;
    const { deltaMinor, thetaMinor, rhoMinor } = own!.figures!.net;
    expect(own?.pricedWith).toMatchObject({ forwardTicks: 404_000, volatilityPpb: 500_000_000 });
    expect(deltaMinor / 1e6).toBeCloseTo((slope * 404_000) / 1e6, 3);
    const day = (worth(404_000, YEARS - 1e-4 / 365) - worth(404_000, YEARS)) / 1e-4;
    expect(thetaMinor / 1e3).toBeCloseTo(day / 1e3, 1);
    expect(rhoMinor).toBe(Math.round(-YEARS * worth(404_000, YEARS) * 0.01));
    // The forward moves with its underlying.
    driver.accept(priced(driver, 396_000));
    const moved = named(accountExposureView(driver.state, alice), 'BTC-420000-call-equity');
    expect(moved?.pricedWith?.forwardTicks).toBe(399_960);
  });

  it('net of one expiry, while gross adds the sizes', () => {
    const { driver, put, call } = house();
    bought(driver, put, 100, 12_000);
    bought(driver, call, 100, 15_000);
    const view = accountExposureView(driver.state, alice);
    const [perExpiry] = view.byExpiry.filter(({ expiresAt }) => expiresAt !== null);
    const parts = view.instruments.map(({ figures }) => figures!.net.deltaMinor);
    expect(parts.map(Math.sign)).toEqual([-1, 1]);
    expect(perExpiry!.gross.deltaMinor).toBeGreaterThan(Math.abs(perExpiry!.net.deltaMinor));
    expect(Math.abs(perExpiry!.net.deltaMinor - parts[0]! - parts[1]!)).toBeLessThanOrEqual(1);
    expect(perExpiry!.expiresAt).toBe('2021-06-18T00:00:00.000000Z');
  });

  it('without a surface take the volatility that the option’s mark implies', () => {
    const driver = smallHouse(3);
    const value = blackCall(400_000, 420_000, 0.6 * Math.sqrt(YEARS));
    const call = listed(
      driver,
      { ...option('call', 'equity', 420_000), expiresAt: MONTH },
      Math.round(value),
    );
    for (const unit of [alice, bob]) driver.accept(deposit(unit, 1_000_000));
    bought(driver, call, 10, Math.round(value));
    const [own] = accountExposureView(driver.state, alice).instruments;
    expect(own?.pricedWith?.source).toBe('mark');
    expect(own!.pricedWith!.volatilityPpb / 1e9).toBeCloseTo(0.6, 4);
    // Worth more than its underlying: no volatility gives that, and it is said.
    driver.accept(priced(driver, 400_001, call));
    const [dear] = accountExposureView(driver.state, alice).instruments;
    expect(dear).toMatchObject({ figures: null, unpriced: 'no-volatility', netLots: 10 });
    expect(accountExposureView(driver.state, alice).byUnderlying).toEqual([]);
  });
});

describe('exposures over several accounts', () => {
  it('a parent has those of the clients under it, gross without netting between them', () => {
    const { driver } = house();
    driver.accept(trade(gross1a, house1, 30, 400_000));
    driver.accept(trade(house1, gross1b, 20, 400_000));
    const view = accountExposureView(driver.state, gross1);
    expect(view.instruments).toMatchObject([{ netLots: 10, grossLots: 50 }]);
    const member = exposureView(driver.state, membersOf(driver));
    expect(member.instruments).toMatchObject([{ netLots: 0, grossLots: 60 }]);
    expect(member.byUnderlying).toMatchObject([
      { net: { deltaMinor: 0 }, gross: { deltaMinor: usd(60 * 40) } },
    ]);
  });

  it.each([1, 2, 3])('of the house net to nothing, and members add up to it, seed %i', (seed) => {
    const random = new Random(seed, 77);
    const { driver, put, call, dated, inverse } = house();
    const contracts = [
      [1, 400_000],
      [put, 12_000],
      [call, 15_000],
      [dated, 401_000],
      [inverse, 400_000],
    ] as const;
    for (let k = 0; k < 60; k++) {
      const [instrument, ticks] = contracts[random.below(5)]!;
      const [buyer, seller] = random.below(2) === 0 ? [alice, bob] : [bob, maker];
      const own = random.below(2) === 0 ? [buyer, seller] : [seller, buyer];
      driver.accept({ ...trade(own[0]!, own[1]!, 1 + random.below(90), ticks), instrument });
    }
    const whole = houseExposureView(driver.state);
    for (const { figures, netLots } of whole.instruments) {
      expect(netLots).toBe(0);
      for (const value of Object.values(figures!.net)) expect(value).toBe(0);
    }
    for (const sum of [...whole.byExpiry, ...whole.byUnderlying]) {
      for (const value of Object.values(sum.net)) expect(value).toBe(0);
    }
    const everybody = Array.from({ length: driver.state.accounts.count }, (_, k) => k + 1);
    expect(exposureView(driver.state, everybody)).toEqual(whole);
    expect(exposureView(driver.state, everybody.reverse())).toEqual(whole);
    expect(grossLots(driver)).toBe(whole.instruments.reduce((sum, one) => sum + one.grossLots, 0));
  });
});

function membersOf({ state }: HouseDriver): number[] {
  const ids = Array.from({ length: state.accounts.count }, (_, k) => k + 1);
  return ids.filter((id) => state.accounts.get(id, A.member) === 1);
}

/** Size of every position, counted from the rows. */
function grossLots({ state: { accounts, positions } }: HouseDriver): number {
  let lots = 0;
  for (let id = 1; id <= accounts.count; id++) {
    const first = positions.first(id);
    for (let row = first; row < first + positions.countOf(id); row++) {
      lots += Math.abs(positions.get(row, P.lots));
    }
  }
  return lots;
}
