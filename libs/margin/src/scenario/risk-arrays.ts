import { ArithmeticOverflow, invariant, SAFE_LIMIT } from '#libs/units';
import { type ExpiryShocks, expiryShocks } from './expiry-shocks.js';
import { NO_EXPIRY, type ScenarioInstrument, type ScenarioMarket } from './market.js';
import { BILLION, type ScenarioParameters } from './parameters.js';
import {
  assetRow,
  columnCount,
  futureRow,
  optionRow,
  publishedRow,
  type RowSink,
} from './risk-row.js';

/**
 * The value of every instrument in every scenario, per lot, in risk units: computed once for a
 * valuation and shared by all portfolios. Two bounds each: longs count the lower, shorts the upper.
 *
 * Instruments keep the order of the market; `rank` is the order in which a portfolio adds them up:
 * by underlying, expiry (those without first), futures and collateral before options, strike.
 */
export class RiskArrays {
  readonly columns: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Largest size in the row: bounds every sum of products with it. */
  readonly largest: Float64Array;
  /** Delta of a lot: in lots (parts per billion), and the value of a move of 100 %, risk units. */
  readonly deltaPpb: Float64Array;
  readonly deltaValue: Float64Array;
  readonly rank: Int32Array;
  /** Instruments by rank, and lots by rank: scratch of the portfolio that is being put in order. */
  readonly byRank: Int32Array;
  readonly netLots: Float64Array;
  readonly shocks: readonly ExpiryShocks[];
  private readonly isFilled: Uint8Array;

  constructor(
    readonly parameters: ScenarioParameters,
    readonly market: ScenarioMarket,
  ) {
    const { instruments, expiries, underlyings } = market;
    this.columns = columnCount(parameters);
    this.lower = new Float64Array(instruments.length * this.columns);
    this.upper = new Float64Array(instruments.length * this.columns);
    this.largest = new Float64Array(instruments.length);
    this.deltaPpb = new Float64Array(instruments.length);
    this.deltaValue = new Float64Array(instruments.length);
    for (const { underlying } of [...instruments, ...expiries]) {
      invariant(underlyings[underlying] !== undefined, 'an instrument has a known underlying');
    }
    invariant(parameters.riskUnitsPerMinor >= 1, 'a risk unit is no larger than a minor unit');
    this.isFilled = new Uint8Array(instruments.length);
    this.rank = ranks(instruments);
    this.byRank = new Int32Array(instruments.length);
    this.rank.forEach((rank, row) => (this.byRank[rank] = row));
    this.netLots = new Float64Array(instruments.length);
    this.shocks = expiries.map((expiry) => expiryShocks(expiry, parameters));
  }

  /** Arrays with every row filled. */
  static filled(parameters: ScenarioParameters, market: ScenarioMarket): RiskArrays {
    const arrays = new RiskArrays(parameters, market);
    arrays.refresh(0, market.instruments.length);
    return arrays;
  }

  /** Fills the rows from..to - 1, so that a valuation can be cut into slices. */
  refresh(from: number, to: number): void {
    invariant(from >= 0 && to <= this.market.instruments.length, 'a slice is inside the market');
    for (let row = from; row < to; row++) this.refreshRow(row);
  }

  /**
   * Fills a row unless it is: values follow from the market alone, so when they are computed leaves no
   * trace, and a large market is never valued at once.
   */
  fill(row: number): void {
    if (this.isFilled[row] === 0) this.refreshRow(row);
  }

  private refreshRow(row: number): void {
    const { market, parameters, shocks } = this;
    const instrument = market.instruments[row]!;
    const expiry = market.expiries[instrument.expiry];
    invariant(
      instrument.expiry === NO_EXPIRY || expiry?.underlying === instrument.underlying,
      'an expiry belongs to the underlying of its instruments',
    );
    this.isFilled[row] = 1;
    const sink = this.rowSink(row);
    if (instrument.kind === 'option') {
      invariant(expiry !== undefined, 'an option has an expiry');
      optionRow(sink, instrument, expiry, shocks[instrument.expiry]!, parameters);
    } else if (instrument.kind === 'asset') {
      assetRow(sink, instrument, market.stablePricePpb, parameters);
    } else if (instrument.kind === 'published') {
      publishedRow(sink, instrument, parameters);
    } else {
      futureRow(sink, instrument, expiry, parameters);
    }
  }

  private rowSink(row: number): RowSink {
    const { lower, upper, largest, columns } = this;
    const at = row * columns;
    const option = this.market.instruments[row]!.kind === 'option';
    largest[row] = 0;
    const bounds = (column: number, low: number, high: number): void => {
      invariant(column >= 0 && column < columns, 'a column is inside the row');
      invariant(low <= high, 'a lower bound is not above the upper one');
      const size = Math.max(Math.abs(low), Math.abs(high));
      if (!(size < SAFE_LIMIT)) throw new ArithmeticOverflow('value of a lot', [low, high]);
      // An option is never worth less than nothing. Adding 0 leaves no minus zero.
      lower[at + column] = (option ? Math.max(0, low) : low) + 0;
      upper[at + column] = high + 0;
      if (size > largest[row]!) largest[row] = size;
    };
    return {
      bounds,
      put: (column, value, error) =>
        bounds(column, Math.floor(value - error), Math.ceil(value + error)),
      delta: (lots, valueUnits) => {
        invariant(Math.abs(lots) < Infinity, 'a delta is a number');
        this.deltaPpb[row] = Math.round(lots * BILLION) + 0;
        this.deltaValue[row] = Math.round(valueUnits) + 0;
      },
    };
  }
}

function ranks(instruments: readonly ScenarioInstrument[]): Int32Array {
  const order = instruments.map((_, row) => row);
  order.sort((a, b) => compareRows(instruments[a]!, instruments[b]!) || a - b);
  const rank = new Int32Array(instruments.length);
  order.forEach((row, place) => (rank[row] = place));
  return rank;
}

function compareRows(a: ScenarioInstrument, b: ScenarioInstrument): number {
  return (
    a.underlying - b.underlying ||
    a.expiry - b.expiry ||
    Number(a.kind === 'option') - Number(b.kind === 'option') ||
    strikeOf(a) - strikeOf(b)
  );
}

function strikeOf(instrument: ScenarioInstrument): number {
  return instrument.kind === 'option' ? instrument.strikeTicks : 0;
}
