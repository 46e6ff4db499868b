import { writeRecord, readRecord, recordLengthOf, type MessageNamed } from '#libs/events';
import { firstArbitrage, volatilityAt, VolatilitySurface, yearsBetween } from './index.js';

const DAY = 86_400_000_000;
const NOW = 1_621_382_400_000_000;

type Surface = MessageNamed<'VolatilitySurfaceObserved'>;
type Point = readonly [strikeTicks: number, volatilityPpm: number];

/** A surface of one smile for each list of points, the first in 30 days and each 30 days later. */
function surface(...smiles: readonly (readonly Point[])[]): VolatilitySurface {
  const message: Surface = {
    type: 'VolatilitySurfaceObserved',
    publisherSequence: 0,
    publisher: 1,
    instrument: 1,
    observedAt: NOW,
    confidencePpm: 1_000_000,
    expiries: smiles.map((_, place) => ({
      expiry: NOW + (place + 1) * 30 * DAY,
      forwardTicks: 1000 + 10 * place,
    })),
    points: smiles.flatMap((points, expiryPlace) =>
      points.map(([strikeTicks, volatilityPpm]) => ({ expiryPlace, strikeTicks, volatilityPpm })),
    ),
  };
  const view = new DataView(new ArrayBuffer(recordLengthOf(message)));
  writeRecord(view, 0, message, 0);
  const read = readRecord(view, 0);
  if (read.type !== 'VolatilitySurfaceObserved') throw new Error('it is a surface');
  return new VolatilitySurface(read);
}

const smile: readonly Point[] = [
  [800, 700_000],
  [1000, 500_000],
  [1250, 600_000],
];

describe('a smile', () => {
  const [only] = surface(smile).smiles;
  const at = (strike: number) => volatilityAt(only!, strike);

  it('has its volatilities at its strikes and the nearest outside', () => {
    expect([1, 800, 1000, 1250, 9999].map(at)).toEqual([0.7, 0.7, 0.5, 0.6, 0.6]);
  });

  it('is linear in between: the square of the volatility in the logarithm of the strike', () => {
    // The geometric mean of two strikes is half way.
    expect(at(Math.sqrt(800 * 1000))).toBeCloseTo(Math.sqrt((0.49 + 0.25) / 2), 14);
    expect(at(Math.sqrt(1000 * 1250))).toBeCloseTo(Math.sqrt((0.25 + 0.36) / 2), 14);
  });

  it('is found by its expiry', () => {
    const known = surface(smile, smile);
    expect(known.smile(NOW + 60 * DAY)).toMatchObject({ forwardTicks: 1010 });
    expect(known.smile(NOW)).toBeUndefined();
  });

  it('refuses a strike of 0 and a time that goes back', () => {
    expect(() => at(0)).toThrow('a strike is above 0');
    expect(() => yearsBetween(NOW, NOW - 1)).toThrow('0 or more');
    expect(yearsBetween(NOW, NOW + 365 * DAY)).toBe(1);
  });
});

describe('an arbitrage', () => {
  it.each<readonly [name: string, smiles: readonly (readonly Point[])[], found: unknown]>([
    ['none in a smile', [smile], undefined],
    ['none in one strike', [[[1000, 500_000]]], undefined],
    ['none in two equal smiles of later expiries', [smile, smile, smile], undefined],
    [
      'a put in the middle that costs more than its neighbours',
      [[smile[0]!, [900, 900_000], smile[1]!, smile[2]!]],
      'butterfly',
    ],
    [
      'a call in the middle that does',
      [[smile[0]!, smile[1]!, [1100, 900_000], smile[2]!]],
      'butterfly',
    ],
    [
      'a first put that costs more than its share of the next',
      [
        [
          [800, 2_500_000],
          [1000, 500_000],
        ],
      ],
      'butterfly',
    ],
    [
      'a last call that costs more than the one before',
      [
        [
          [1000, 500_000],
          [1250, 2_500_000],
        ],
      ],
      'butterfly',
    ],
    ['an expiry with less variance than the one before', [smile, [[1010, 350_000]]], 'calendar'],
    ['none where it has a little more', [[[1000, 500_000]], [[1010, 353_554]]], undefined],
    ['none that half a ppm explains', [[[1000, 500_000]], [[1010, 353_553]]], undefined],
    ['one that a ppm does not', [[[1000, 500_000]], [[1010, 353_551]]], 'calendar'],
    [
      'one between the strikes of the earlier',
      [
        smile,
        [
          [808, 550_000],
          [909, 420_000],
          [1010, 400_000],
        ],
      ],
      'calendar',
    ],
  ])('%s', (_name, smiles, found) => {
    expect(firstArbitrage(surface(...smiles))).toBe(found);
  });
});
