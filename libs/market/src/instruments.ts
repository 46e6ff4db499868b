import { invariant } from '#libs/units';
import type { LotsColumn, MinorColumn, PpmColumn, TicksColumn } from './columns.js';
import { GrowableRows } from './growable-rows.js';
import { TABLES, type LogicalTable, type Row, type RowSink } from './rows.js';

/** Columns of an instrument row. The order is the field number (less one) in snapshots: append only. */
export const I = {
  currency: 0,
  underlying: 1,
  kind: 2,
  payoff: 3,
  premium: 4,
  optionType: 5,
  marginClass: 6,
  tickDigits: 7,
  multiplier: 8,
  underlyingMultiplier: 9,
  strikeTicks: 10 as TicksColumn,
  maxLots: 11 as LotsColumn,
  maxPriceTicks: 12 as TicksColumn,
  outlierPpm: 13 as PpmColumn,
  staleAfterUs: 14,
  expiresAt: 15,
  /** 0: none yet. */
  markTicks: 16 as TicksColumn,
  /** Log time of the last accepted price. */
  pricedAt: 17,
  /** The source's time of the last price, accepted or quarantined. */
  observedAt: 18,
  marketState: 19,
  quarantinedTicks: 20 as TicksColumn,
  /** Number of sweeps over it so far; a position that carries a smaller one is not reached yet. */
  sweepOrdinal: 21,
  /** 0 none, else 1 + sweepKind of the running sweep. */
  sweepRunning: 22,
  sweepPriceTicks: 23 as TicksColumn,
  sweepRatePpb: 24,
  /** Incremental sums over all positions, for conservation: both must end at 0. */
  netLots: 25 as LotsColumn,
  netCostMinor: 26 as MinorColumn,
  /** Counter-entry of netCost: what settlement rounding left to the house. */
  houseCostMinor: 27 as MinorColumn,
  /** Sum of long lots. */
  openInterestLots: 28 as LotsColumn,
  /** What the running sweep has left in suspense so far. */
  sweepSuspenseMinor: 29 as MinorColumn,
} as const;

export const INSTRUMENT_COLUMNS = 30;
export const PERPETUAL = 0;
export const FUTURE = 1;
export const OPTION = 2;
export const LINEAR = 0;
export const INVERSE = 1;
export const VARIATION = 0;
export const EQUITY_PREMIUM = 1;
export const CALL = 1;
export const PUT = 2;

/** Market states, in the order of the catalogue's enumeration. */
export const OPEN = 0;
export const STALE = 1;
export const HALTED = 2;
export const SETTLING = 3;
export const EXPIRED = 4;

/** All contracts, one row each, with their market state and mark. */
export class InstrumentTable extends GrowableRows implements LogicalTable {
  readonly table = TABLES.instruments;

  constructor() {
    super(32, 64);
  }

  writeRows(sink: RowSink): void {
    for (let id = 1; id <= this.count; id++) {
      sink.row(this.table, id, 0);
      for (let column = 0; column < INSTRUMENT_COLUMNS; column++) {
        sink.number(column + 1, this.get(id, column));
      }
    }
  }

  restoreRow(row: Row): void {
    const id = this.append();
    invariant(id === row.keyA, 'instruments are restored in order');
    for (let column = 0; column < INSTRUMENT_COLUMNS; column++) {
      this.set(id, column, row.number(column + 1));
    }
  }

  /** Whether a position in it may be judged: its own market and, for an option, the underlying's. */
  isJudgeable(id: number): boolean {
    if (this.get(id, I.marketState) !== OPEN) return false;
    const underlying = this.get(id, I.underlying);
    invariant(underlying < id, 'an underlying is listed before what is on it');
    return underlying === 0 || this.get(underlying, I.marketState) === OPEN;
  }
}
