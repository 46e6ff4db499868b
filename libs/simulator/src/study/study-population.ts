import { exp, log, power } from '#libs/pricing';
import { Random } from '../market/random.js';
import { contractId, type HedgeKind, MINOR, tickDigitsOf } from './hedged-contracts.js';
import type { MarketPath } from './price-path.js';
import { LINEAR_POOL, PORTFOLIO_POOL } from './study-rulebooks.js';

/** Streams of a seed, apart from those of the market day. */
const STREAM = { linear: 2001, portfolio: 2002 } as const;
/** Sizes follow a power law with this tail, from the smallest to so many times it. */
const SIZE_TAIL = 1.3;
const SIZE_RANGE = 300;
/** Of the open interest, what single positions without hedges hold; books hold the rest. */
const LINEAR_SHARE = 0.6;
/** Leverage of linear accounts: log-uniform between these. */
const LEVERAGE = [2, 19] as const;
/** What an account has at least, in initial requirements. */
const LEAST_COVER = 1.02;

export interface Leg {
  readonly contract: number;
  /** Signed: below 0 is short. */
  readonly lots: number;
}

/** An account as it stands when the study begins; ids are 1 + the place in the list. */
export interface StudyAccount {
  readonly pool: number;
  readonly book: BookKind;
  readonly legs: readonly Leg[];
  /** Deposit, given the initial requirement and the notional of the first leg (minor units). */
  readonly deposit: (initialMinor: number, notionalMinor: number) => number;
}

/** Legs of a hedged book for one lot of its size. */
const BOOKS = {
  carry: { weight: 140, legs: { future: 1, perpetual: -1 } },
  'reverse carry': { weight: 110, legs: { future: -1, perpetual: 1 } },
  protected: { weight: 220, legs: { perpetual: 1, put: 0.7 } },
  'half hedged': { weight: 220, legs: { perpetual: 1, future: -0.5 } },
  collar: { weight: 110, legs: { perpetual: 1, put: 0.8, call: -0.8 } },
  'short volatility': { weight: 120, legs: { put: -1, call: -0.5, perpetual: -0.25 } },
  outright: { weight: 80, legs: { perpetual: 1 } },
} as const satisfies Record<string, { weight: number; legs: Partial<Record<HedgeKind, number>> }>;
export type BookKind = keyof typeof BOOKS | 'long' | 'short';

export interface PopulationOptions {
  readonly seed: number;
  /** Accounts in all, the makers apart. */
  readonly accounts: number;
  /** Long open interest of a coin, in minutes of its mean turnover over the study. */
  readonly openInterestMinutes: number;
}

/**
 * Everybody but the makers: in the linear pool as much long as short in each coin, in the portfolio
 * pool hedged books. A function of the seed and the market alone.
 */
export function drawPopulation(path: MarketPath, options: PopulationOptions): StudyAccount[] {
  const accounts: StudyAccount[] = [];
  const linear = Math.round((options.accounts * 2) / 3);
  const coins = path.assets.length;
  for (const [asset, { prices, turnoverAMinute }] of path.assets.entries()) {
    const lotNotional = lotNotionalOf(prices[0]!);
    const mean = turnoverAMinute.reduce((sum, x) => sum + x, 0) / turnoverAMinute.length;
    const interestLots = (mean * options.openInterestMinutes) / lotNotional;
    const place = { asset, seed: options.seed };
    accounts.push(
      ...drawLinear(place, Math.floor(linear / coins), interestLots * LINEAR_SHARE),
      ...drawBooks(
        place,
        Math.floor((options.accounts - linear) / coins),
        interestLots * (1 - LINEAR_SHARE),
      ),
    );
  }
  return accounts;
}

/** Value of a lot in the reference currency: a lot and a tick are 0.0001 of it. */
export function lotNotionalOf(price: number, tickDigits = tickDigitsOf(price)): number {
  return (price * 10 ** tickDigits) / MINOR;
}

interface Place {
  readonly asset: number;
  readonly seed: number;
}

function drawLinear({ asset, seed }: Place, count: number, interestLots: number): StudyAccount[] {
  const random = new Random(seed, STREAM.linear + 16 * asset);
  const longs = Math.floor(count * 0.7);
  const contract = contractId(asset, 'perpetual');
  const side = (book: 'long' | 'short', number: number): StudyAccount[] =>
    drawSizes(random, number, interestLots).map((lots) => {
      const [least, most] = LEVERAGE;
      const leverage = least * exp(random.unit() * log(most / least));
      return {
        pool: LINEAR_POOL,
        book,
        legs: [{ contract, lots: book === 'long' ? lots : -lots }],
        deposit: (initial, notional) =>
          Math.ceil(Math.max(initial * LEAST_COVER, notional / leverage)),
      };
    });
  return [...side('long', longs), ...side('short', count - longs)];
}

function drawBooks({ asset, seed }: Place, count: number, interestLots: number): StudyAccount[] {
  const random = new Random(seed, STREAM.portfolio + 16 * asset);
  const kinds = Object.keys(BOOKS) as (keyof typeof BOOKS)[];
  return drawSizes(random, count, interestLots).map((size) => {
    const book = random.pick(kinds.map((kind) => [kind, BOOKS[kind].weight] as const));
    const legs = Object.entries(BOOKS[book].legs) as [HedgeKind, number][];
    const cover = LEAST_COVER + random.unit() * random.unit() * 2;
    return {
      pool: PORTFOLIO_POOL,
      book,
      legs: legs.map(([kind, share]) => ({
        contract: contractId(asset, kind),
        lots: Math.sign(share) * Math.max(1, Math.round(size * Math.abs(share))),
      })),
      deposit: (initial) => Math.ceil(initial * cover),
    };
  });
}

/** Sizes by a power law that add up to about `totalLots`; each at least one lot. */
function drawSizes(random: Random, count: number, totalLots: number): number[] {
  const weights = Array.from({ length: count }, () =>
    Math.min(SIZE_RANGE, power(1 - random.unit(), -1 / SIZE_TAIL)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.max(1, Math.round((totalLots * weight) / sum)));
}
