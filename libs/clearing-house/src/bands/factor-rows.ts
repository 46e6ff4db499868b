import { invariant } from '#libs/units';

/** Columns of a factor's row; amounts in base currency minor units, by the whole of the price. */
const WORTH = 0;
const GROSS = 1;
const NEEDS = 2;
const RELIEF = 3;
const KEPT = 4;
export const LEVERAGE = 5;
/** 1: worth goes with the reciprocal of the price. */
export const INVERSE = 6;
export const RISE = 7;
export const FALL = 8;
/** Columns of a row. */
export const ROW = 9;

/** What is the same for all that depends on one price. */
export interface FactorTerms {
  /** Worth goes with the reciprocal of the price. */
  readonly isInverse: boolean;
  /** Share of positive equity in its currency that counts. */
  readonly kept: number;
  readonly leverage: number;
}

/** Prices that a unit depends on, each once, in the order in which they were met; reused for every unit. */
export class FactorRows {
  count = 0;
  private ids = new Int32Array(64);
  /** A row a factor. Whoever settles bands reads it as it is: a double that a call returns is on the heap. */
  rows = new Float64Array(ROW * 64);
  /** By instrument, 1 + place. */
  private places = new Int32Array(1024);

  clear(): void {
    for (let f = 0; f < this.count; f++) this.places[this.ids[f] ?? 0] = 0;
    this.count = 0;
  }

  /** Place of an instrument's price; its terms are those it was first met with, but for what it is worth. */
  place(instrument: number, terms: FactorTerms): number {
    if (instrument >= this.places.length) this.growPlaces(instrument);
    invariant(instrument >= 1 && terms.leverage >= 1, 'a factor is the price of an instrument');
    invariant(terms.kept >= 0 && terms.kept <= 1, 'a share of equity counts');
    const known = (this.places[instrument] ?? 0) - 1;
    const f = known < 0 ? this.append(instrument) : known;
    const at = f * ROW;
    // An underlying may be met before a position in it: what is held says how it counts.
    this.rows[at + KEPT] = Math.min(this.rows[at + KEPT] ?? 1, terms.kept);
    this.rows[at + LEVERAGE] = Math.max(this.rows[at + LEVERAGE] ?? 1, terms.leverage);
    this.rows[at + INVERSE] = terms.isInverse ? 1 : 0;
    return f;
  }

  addWorth(f: number, worth: number): void {
    this.add(f, WORTH, worth);
    this.add(f, GROSS, Math.abs(worth));
  }

  /** A requirement that rises by at most `needs`, and falls by at least `relief`. */
  addNeeds(f: number, needs: number, relief: number): void {
    invariant(relief >= 0 && needs >= relief, 'a relief is part of a requirement');
    this.add(f, NEEDS, needs);
    this.add(f, RELIEF, relief);
  }

  setLosses(f: number, rise: number, fall: number): void {
    invariant(rise >= 0 && fall >= 0, 'a loss is 0 or more');
    this.rows[f * ROW + RISE] = rise;
    this.rows[f * ROW + FALL] = fall;
  }

  instrument(f: number): number {
    return this.ids[f] ?? 0;
  }

  worth(f: number): number {
    return this.get(f, WORTH);
  }

  gross(f: number): number {
    return this.get(f, GROSS);
  }

  needs(f: number): number {
    return this.get(f, NEEDS);
  }

  relief(f: number): number {
    return this.get(f, RELIEF);
  }

  kept(f: number): number {
    return this.get(f, KEPT);
  }

  leverage(f: number): number {
    return this.get(f, LEVERAGE);
  }

  isInverse(f: number): boolean {
    return this.get(f, INVERSE) !== 0;
  }

  /** What a rise of the price by its whole self takes at most; 0: it does no harm. */
  rise(f: number): number {
    return this.get(f, RISE);
  }

  /** The same of a fall; of an inverse contract, of a rise of the reciprocal. */
  fall(f: number): number {
    return this.get(f, FALL);
  }

  private get(f: number, column: number): number {
    invariant(f < this.count, 'a factor that was met is looked at');
    return this.rows[f * ROW + column] ?? 0;
  }

  private add(f: number, column: number, amount: number): void {
    invariant(amount - amount === 0, 'an amount of a factor is a number');
    this.rows[f * ROW + column] = this.get(f, column) + amount;
  }

  private append(instrument: number): number {
    const f = this.count++;
    if (f === this.ids.length) this.growRows();
    this.ids[f] = instrument;
    this.rows.fill(0, f * ROW, (f + 1) * ROW);
    this.rows[f * ROW + KEPT] = 1;
    this.rows[f * ROW + LEVERAGE] = 1;
    this.places[instrument] = f + 1;
    return f;
  }

  private growRows(): void {
    const ids = new Int32Array(this.ids.length * 2);
    const rows = new Float64Array(this.rows.length * 2);
    ids.set(this.ids);
    rows.set(this.rows);
    this.ids = ids;
    this.rows = rows;
  }

  private growPlaces(instrument: number): void {
    const places = new Int32Array(Math.max(instrument + 1, this.places.length * 2));
    places.set(this.places);
    this.places = places;
  }
}
