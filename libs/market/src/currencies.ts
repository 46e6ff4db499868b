import { invariant, SAFE_LIMIT } from '#libs/units';
import { GrowableRows } from './growable-rows.js';
import { TABLES, type LogicalTable, type Row, type RowSink } from './rows.js';

const MINOR_DIGITS = 0;
const PRICE_MICROS = 1;
const REFERENCE = 1;
const REFERENCE_MICROS = 1_000_000;
const MINOR_DIGITS_MAX = 9;
/** Powers of ten up to 10^15, exact in a double. */
const POWERS_OF_TEN = Array.from({ length: 16 }, (_, digits) => Number(`1e${String(digits)}`));

/** 10^digits, exact for digits 0..15. */
export function powerOfTen(digits: number): number {
  const power = POWERS_OF_TEN[digits];
  invariant(power !== undefined, 'a power of ten is exact for 0..15');
  return power;
}

/** The currencies and their prices in the reference currency, which is the first one listed. */
export class CurrencyTable implements LogicalTable {
  readonly table = TABLES.currencies;
  readonly rows = new GrowableRows(2, 8);

  get count(): number {
    return this.rows.count;
  }

  add(minorDigits: number): number {
    invariant(minorDigits >= 0 && minorDigits <= MINOR_DIGITS_MAX, 'minor digits are in 0..9');
    const id = this.rows.append();
    this.rows.set(id, MINOR_DIGITS, minorDigits);
    if (id === REFERENCE) this.rows.set(id, PRICE_MICROS, REFERENCE_MICROS);
    return id;
  }

  has(id: number): boolean {
    return this.rows.has(id);
  }

  minorDigits(id: number): number {
    return this.rows.get(id, MINOR_DIGITS);
  }

  /** Price of a whole unit in whole units of the reference currency, x 10^6; 0 when never priced. */
  priceMicros(id: number): number {
    return this.rows.get(id, PRICE_MICROS);
  }

  setPrice(id: number, priceMicros: number): void {
    invariant(priceMicros >= 0, 'a currency is worth nothing or more');
    invariant(
      id !== REFERENCE || priceMicros === REFERENCE_MICROS,
      'the reference currency is worth 1 of itself',
    );
    this.rows.set(id, PRICE_MICROS, priceMicros);
  }

  /**
   * The fraction num/den by which minor units of `from` become minor units of `to`, written into
   * `out[0]`, `out[1]`: price_from x 10^digits_to / (price_to x 10^digits_from), reduced by the
   * common power of ten so that both stay far below 2^53.
   */
  conversion(from: number, to: number, out: Float64Array): void {
    const shift = this.minorDigits(to) - this.minorDigits(from);
    out[0] = this.priceMicros(from) * (shift > 0 ? powerOfTen(shift) : 1);
    out[1] = this.priceMicros(to) * (shift < 0 ? powerOfTen(-shift) : 1);
    invariant(this.has(from) && this.has(to), 'listed currencies are converted');
    invariant(out[1] > 0, 'a currency that is converted into has a price');
    invariant(out[0] <= SAFE_LIMIT && out[1] <= SAFE_LIMIT, 'a fraction is exact');
  }

  writeRows(sink: RowSink): void {
    for (let id = 1; id <= this.count; id++) {
      sink.row(this.table, id, 0);
      sink.number(1, this.minorDigits(id));
      sink.number(2, this.priceMicros(id));
    }
  }

  restoreRow(row: Row): void {
    const id = this.add(row.number(1));
    invariant(id === row.keyA, 'currencies are restored in order');
    this.setPrice(id, row.number(2));
  }
}
