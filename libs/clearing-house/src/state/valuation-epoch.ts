import {
  I,
  type InstrumentTable,
  type LogicalTable,
  type Row,
  type RowSink,
  TABLES,
} from '#libs/market';
import { invariant, type Ppm, ppm, type PriceTicks, ZERO } from '#libs/units';

/** First keys of the rows: the epoch itself, and its instruments. */
const EPOCH = 1;
const INSTRUMENT = 2;

/**
 * The valuation epoch (docs/rules.md 6a): the marks and the log time from which the `scenario` model
 * computes requirements until the next one. Volatilities are not repeated here: new ones open an epoch.
 */
export class ValuationEpoch implements LogicalTable {
  readonly table = TABLES.valuation;
  /** Number of the present epoch; 0 before the first. */
  number = 0;
  /** Log time at which it was opened. */
  openedAtUs = 0;
  private marks: PriceTicks[] = [];
  /** What the marks lacked of full confidence; nothing where no index makes them. */
  private doubts = new Map<number, Ppm>();
  private readonly surfaceMarks = new Map<number, PriceTicks>();

  /** Mark of an instrument when the epoch was opened; 0: there was none. */
  markTicks(instrument: number): PriceTicks {
    return this.marks[instrument] ?? ZERO;
  }

  /** Mark of an underlying when its volatilities were last observed; 0: there are none. */
  surfaceMarkTicks(underlying: number): PriceTicks {
    return this.surfaceMarks.get(underlying) ?? ZERO;
  }

  /** What the mark of the epoch lacked of full confidence. */
  doubtPpm(instrument: number): Ppm {
    return this.doubts.get(instrument) ?? ZERO;
  }

  noteSurface(underlying: number, markTicks: PriceTicks): void {
    invariant(markTicks >= 0, 'a mark is 0 or more');
    this.surfaceMarks.set(underlying, markTicks);
  }

  /** Opens the next epoch at the marks of the moment, and what is to be doubted of them. */
  open(
    number: number,
    timeUs: number,
    instruments: InstrumentTable,
    doubtPpm: (instrument: number) => Ppm,
  ): void {
    invariant(number === this.number + 1, 'valuation epochs are dense');
    invariant(timeUs >= this.openedAtUs, 'an epoch is not opened before the one before it');
    this.number = number;
    this.openedAtUs = timeUs;
    this.marks = [ZERO];
    this.doubts = new Map();
    for (let id = 1; id <= instruments.count; id++) {
      this.marks.push(instruments.get(id, I.markTicks));
      if (doubtPpm(id) > 0) this.doubts.set(id, doubtPpm(id));
    }
  }

  writeRows(sink: RowSink): void {
    if (this.number > 0) {
      sink.row(this.table, EPOCH, 0);
      sink.number(1, this.number);
      sink.number(2, this.openedAtUs);
    }
    const last = Math.max(this.marks.length - 1, ...this.surfaceMarks.keys());
    for (let id = 1; id <= last; id++) {
      if (this.markTicks(id) === 0 && this.surfaceMarkTicks(id) === 0) continue;
      sink.row(this.table, INSTRUMENT, id);
      sink.number(1, this.markTicks(id));
      sink.number(2, this.surfaceMarkTicks(id));
      sink.number(3, this.doubtPpm(id));
    }
  }

  restoreRow(row: Row): void {
    if (row.keyA === EPOCH) {
      this.number = row.number(1);
      this.openedAtUs = row.number(2);
      return;
    }
    invariant(row.keyA === INSTRUMENT, 'a row of an epoch is of a known kind');
    while (this.marks.length <= row.keyB) this.marks.push(ZERO);
    this.marks[row.keyB] = row.number(1) as PriceTicks;
    if (row.number(3) > 0) this.doubts.set(row.keyB, ppm(row.number(3)));
    if (row.number(2) > 0) this.surfaceMarks.set(row.keyB, row.number(2) as PriceTicks);
  }
}
