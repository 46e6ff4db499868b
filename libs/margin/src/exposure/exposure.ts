import { I, OPTION } from '#libs/market';
import { ArithmeticOverflow, invariant } from '#libs/units';
import { ExactSum, lotFigure } from './exact-sum.js';
import { type Greek, GREEKS, type Greeks, lotGreeks } from './lot-greeks.js';
import type { OptionMarket, PricedOption, Unpriced } from './option-pricing.js';

/** Lots of one instrument over some positions: with their signs, and without. */
export interface Holding {
  readonly instrument: number;
  readonly netLots: number;
  readonly grossLots: number;
}

/** Figures in minor units: of the sum of the positions, and the sum of their sizes. */
export interface NetAndGross {
  readonly net: Greeks;
  readonly gross: Greeks;
}

/** An instrument with what is held of it. */
export interface InstrumentExposure extends Holding {
  /** Undefined when it cannot be valued: then `unpriced` says why, and it is in no sum. */
  readonly figures?: NetAndGross;
  readonly unpriced?: Unpriced | 'beyond-range';
  readonly option?: PricedOption;
}

/** Sums over instruments that hang on one underlying and settle in one currency. */
export interface ExposureSum extends NetAndGross {
  readonly underlying: number;
  readonly currency: number;
  /** Log time; 0: it never expires. Undefined in a sum over all expiries. */
  readonly expiresAt?: number;
}

export interface GreekExposure {
  readonly instruments: readonly InstrumentExposure[];
  readonly expiries: readonly ExposureSum[];
  readonly underlyings: readonly ExposureSum[];
}

/**
 * Exposures of holdings: figures of a lot rounded to millionths of a minor unit, times lots, added without
 * error, and each sum rounded once. Net figures of holdings that cancel are exactly 0.
 */
export function greekExposureOf(market: OptionMarket, holdings: readonly Holding[]): GreekExposure {
  const expiries = new Sums();
  const underlyings = new Sums();
  const instruments = holdings.map((holding) => {
    const { instrument, netLots, grossLots } = holding;
    invariant(Math.abs(netLots) <= grossLots, 'a net size is not above the gross one');
    const found = lotGreeks(market, instrument);
    if (typeof found === 'string') return { ...holding, unpriced: found };
    const option = found.option === undefined ? {} : { option: found.option };
    const own = sumsOf(holding, found.greeks);
    if (own === undefined) return { ...holding, ...option, unpriced: 'beyond-range' as const };
    const underlying = underlyingOf(market, instrument);
    const currency = market.instruments.get(instrument, I.currency);
    const expiresAt = market.instruments.get(instrument, I.expiresAt);
    expiries.add({ underlying, currency, expiresAt }, own);
    invariant(underlying > 0 && currency > 0, 'an exposure is to something, in some currency');
    underlyings.add({ underlying, currency }, own);
    return { ...holding, ...option, figures: own.rounded() };
  });
  return { instruments, expiries: expiries.rows(), underlyings: underlyings.rows() };
}

/** What an instrument moves with: an option with its underlying, everything else with itself. */
function underlyingOf({ instruments }: OptionMarket, id: number): number {
  return instruments.get(id, I.kind) === OPTION ? instruments.get(id, I.underlying) : id;
}

/** Net and gross sums of every Greek. */
class GreekSums {
  private readonly net = sumOfEach();
  private readonly gross = sumOfEach();

  addHolding({ netLots, grossLots }: Holding, greeks: Greeks): void {
    for (const greek of GREEKS) {
      this.net[greek].add(netLots, lotFigure(greeks[greek]));
      this.gross[greek].add(grossLots, lotFigure(Math.abs(greeks[greek])));
    }
  }

  addSums(other: GreekSums): void {
    for (const greek of GREEKS) {
      this.net[greek].addSum(other.net[greek]);
      this.gross[greek].addSum(other.gross[greek]);
    }
  }

  rounded(): NetAndGross {
    const [net, gross] = [roundedEach(this.net), roundedEach(this.gross)];
    for (const greek of GREEKS) {
      invariant(Math.abs(net[greek]) <= gross[greek], 'what is net is not above what is gross');
    }
    return { net, gross };
  }
}

type SumOfEach = Readonly<Record<Greek, ExactSum>>;

function sumOfEach(): SumOfEach {
  const sum = (): ExactSum => new ExactSum();
  return { delta: sum(), gamma: sum(), vega: sum(), theta: sum(), rho: sum() };
}

function roundedEach({ delta, gamma, vega, theta, rho }: SumOfEach): Greeks {
  return {
    delta: delta.minor,
    gamma: gamma.minor,
    vega: vega.minor,
    theta: theta.minor,
    rho: rho.minor,
  };
}

/** Undefined when a figure is beyond 2^53: gamma has no bound at the strike in the last second. */
function sumsOf(holding: Holding, greeks: Greeks): GreekSums | undefined {
  const sums = new GreekSums();
  try {
    sums.addHolding(holding, greeks);
  } catch (error) {
    if (error instanceof ArithmeticOverflow) return undefined;
    throw error;
  }
  return sums;
}

type SumKey = Omit<ExposureSum, keyof NetAndGross>;

/** Sums by underlying, currency and perhaps expiry; in the order of these. */
class Sums {
  private readonly known = new Map<string, { readonly key: SumKey; readonly sums: GreekSums }>();

  add(key: SumKey, own: GreekSums): void {
    const { underlying, currency, expiresAt = 0 } = key;
    const name = `${String(underlying)}:${String(currency)}:${String(expiresAt)}`;
    const known = this.known.get(name) ?? { key, sums: new GreekSums() };
    known.sums.addSums(own);
    this.known.set(name, known);
  }

  rows(): ExposureSum[] {
    const rows = [...this.known.values()].map(({ key, sums }) => ({ ...key, ...sums.rounded() }));
    return rows.sort(
      (a, b) =>
        a.underlying - b.underlying ||
        a.currency - b.currency ||
        (a.expiresAt ?? 0) - (b.expiresAt ?? 0),
    );
  }
}
