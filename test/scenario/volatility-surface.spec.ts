import { HouseState, writeStateRows } from '#libs/clearing-house';
import type { MessageNamed } from '#libs/events';
import { CLOSE, future, listed } from '../support/contracts.js';
import { type HouseDriver, namesOf } from '../support/house-driver.js';
import { DAY, PERP, SECOND, smallHouse } from '../support/small-house.js';

const WEEK = 7 * 86_400 * SECOND;
type Surface = Omit<MessageNamed<'VolatilitySurfaceObserved'>, 'publisher' | 'publisherSequence'>;

/** Two expiries on the perpetual at 40,000.0: 60 % at the money, more outside. */
const sound: Surface = {
  type: 'VolatilitySurfaceObserved',
  instrument: PERP,
  observedAt: DAY,
  confidencePpm: 1_000_000,
  expiries: [
    { expiry: DAY + WEEK, forwardTicks: 400_000 },
    { expiry: DAY + 4 * WEEK, forwardTicks: 404_000 },
  ],
  points: [
    { expiryPlace: 0, strikeTicks: 360_000, volatilityPpm: 680_000 },
    { expiryPlace: 0, strikeTicks: 400_000, volatilityPpm: 600_000 },
    { expiryPlace: 0, strikeTicks: 440_000, volatilityPpm: 640_000 },
    { expiryPlace: 1, strikeTicks: 320_000, volatilityPpm: 700_000 },
    { expiryPlace: 1, strikeTicks: 400_000, volatilityPpm: 610_000 },
    { expiryPlace: 1, strikeTicks: 500_000, volatilityPpm: 650_000 },
  ],
};

/** The surface with one point changed. */
function withPoint(place: number, change: Partial<Surface['points'][number]>): Surface {
  const points = sound.points.map((point, at) => (at === place ? { ...point, ...change } : point));
  return { ...sound, points };
}

const known = (driver: HouseDriver) => driver.state.surfaces.of(PERP);

describe('a volatility surface', () => {
  it('is kept, replaces the last one, and causes nothing', () => {
    const driver = smallHouse();
    expect(namesOf(driver.accept({ ...sound }))).toEqual(['VolatilitySurfaceObserved']);
    expect(known(driver)?.smiles.map(({ forwardTicks }) => forwardTicks)).toEqual([
      400_000, 404_000,
    ]);
    driver.time(DAY + 60 * SECOND);
    const next = withPoint(1, { volatilityPpm: 610_000 });
    driver.accept({ ...next, observedAt: DAY + 59 * SECOND });
    expect(known(driver)?.smiles[0]?.volatilitiesPpm[1]).toBe(610_000);
    expect(driver.state.surfaces.observedAt(PERP)).toBe(DAY + 59 * SECOND);
    expect(driver.state.surfaces.receivedAt(PERP)).toBe(DAY + 60 * SECOND);
  });

  it('is a row of the state, the business root too, and none is none', () => {
    const driver = smallHouse();
    const before = driver.businessRoot();
    const lengthOf = (state: HouseState): number => {
      let bytes = 0;
      writeStateRows(state, 'all', (chunk) => (bytes += chunk.length));
      return bytes;
    };
    const length = lengthOf(driver.state);
    driver.accept({ ...sound });
    expect(driver.businessRoot()).not.toBe(before);
    expect(lengthOf(driver.state)).toBeGreaterThan(length + 100);
  });

  it.each<readonly [name: string, reason: number, surface: Surface]>([
    ['on an instrument that is not listed', 103, { ...sound, instrument: 99 }],
    [
      'with a forward of 0',
      109,
      { ...sound, expiries: sound.expiries.map((one) => ({ ...one, forwardTicks: 0 })) },
    ],
    [
      'with a forward that never trades',
      109,
      { ...sound, expiries: sound.expiries.map((one) => ({ ...one, forwardTicks: 1e8 + 1 })) },
    ],
    ['without expiries', 550, { ...sound, expiries: [] }],
    ['without points', 550, { ...sound, points: [] }],
    ['with an expiry that has no points', 550, { ...sound, points: sound.points.slice(0, 3) }],
    ['with points of an expiry that it does not have', 550, withPoint(5, { expiryPlace: 2 })],
    ['with expiries that do not ascend', 550, { ...sound, expiries: sound.expiries.toReversed() }],
    ['with an expiry twice', 550, { ...sound, expiries: [sound.expiries[0]!, sound.expiries[0]!] }],
    [
      'with an expiry that is now',
      550,
      { ...sound, expiries: [{ expiry: DAY, forwardTicks: 400_000 }, sound.expiries[1]!] },
    ],
    ['observed after an expiry', 550, { ...sound, observedAt: DAY + 2 * WEEK }],
    ['with a confidence above full', 550, { ...sound, confidencePpm: 1_000_001 }],
    ['with strikes that do not ascend', 550, withPoint(1, { strikeTicks: 360_000 })],
    ['with a strike of 0', 550, withPoint(0, { strikeTicks: 0 })],
    ['with a volatility of 0', 550, withPoint(2, { volatilityPpm: 0 })],
    ['with a volatility above 10,000 %', 550, withPoint(2, { volatilityPpm: 100_000_001 })],
    // 660.0 for the 36,000 put at 90 %, 1,328 for the 40,000 put, of which 9/10 would pay as much.
    [
      'in which a put costs more than its neighbours',
      551,
      withPoint(0, { volatilityPpm: 2_000_000 }),
    ],
    ['in which a call does', 551, withPoint(2, { volatilityPpm: 1_500_000 })],
    // 60 % for a week is as much as 30 % for four.
    ['in which the later expiry has less variance', 552, withPoint(4, { volatilityPpm: 299_000 })],
  ])('%s is refused [%d]', (_name, reason, surface) => {
    const driver = smallHouse();
    const before = driver.businessRoot();
    expect(driver.refuse({ ...surface })).toBe(reason);
    expect(known(driver)).toBeUndefined();
    expect(driver.businessRoot()).toBe(before);
  });

  it('older than the last one is refused [120], one as old is not', () => {
    const driver = smallHouse();
    driver.accept({ ...sound });
    driver.accept({ ...sound });
    expect(driver.refuse({ ...sound, observedAt: DAY - 1 })).toBe(120);
  });

  it('of an underlying that settles is refused [111]', () => {
    const driver = smallHouse();
    const instrument = listed(driver, future, 400_000);
    driver.accept({ ...sound, instrument });
    driver.time(CLOSE);
    const later = { ...sound, instrument, observedAt: CLOSE };
    expect(driver.refuse(later)).toBe(111);
  });
});
