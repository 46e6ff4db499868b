import { invariant } from '#libs/units';

/** What is not above this is nothing: variables lie within 0..1 and rows are scaled to 1. */
const TINY = 1e-9;
/** Smaller pivots are not divided by. */
const PIVOT = 1e-8;

/**
 * Least cost . x within bounds, and rows . x >= least: the dual simplex method on a dense tableau, for
 * costs of 0 or more. Rows may be added and bounds moved between solutions; the basis stays, so a new
 * solution takes few steps. Only + - x / and comparisons, in a fixed order: the same bits everywhere.
 *
 * A variable is basic (it has a row of the tableau) or lies at one of its bounds. Variables 0..columns-1 are
 * the caller's, the others are the slacks of the rows.
 */
export class DualSimplex {
  /** Values of the caller's variables after `solve`. */
  readonly values: Float64Array;
  /** Steps taken since the beginning. */
  steps = 0;
  private rowCount = 0;
  /** Variable of each tableau row and column. */
  private readonly basic: Int32Array;
  private readonly nonbasic: Int32Array;
  private readonly atUpper: Uint8Array;
  private readonly table: Float64Array;
  private readonly constant: Float64Array;
  private readonly reduced: Float64Array;
  private readonly basicValues: Float64Array;
  private readonly lower: Float64Array;
  private readonly upper: Float64Array;
  /** Tableau row of a variable; -1 while it lies at a bound, and then its column in `columnOf`. */
  private readonly rowOf: Int32Array;
  private readonly columnOf: Int32Array;
  private readonly freeSlacks: number[];
  private base = 0;

  constructor(
    private readonly columns: number,
    private readonly rowsMax: number,
    costs: Float64Array,
    upper: Float64Array,
  ) {
    const variables = columns + rowsMax;
    this.values = new Float64Array(columns);
    this.basic = new Int32Array(rowsMax);
    this.nonbasic = Int32Array.from({ length: columns }, (_, k) => k);
    this.atUpper = new Uint8Array(columns);
    this.table = new Float64Array(rowsMax * columns);
    this.constant = new Float64Array(rowsMax);
    this.reduced = costs.slice(0, columns);
    this.basicValues = new Float64Array(rowsMax);
    this.lower = new Float64Array(variables);
    this.upper = new Float64Array(variables).fill(Infinity);
    this.upper.set(upper.subarray(0, columns));
    this.rowOf = new Int32Array(variables).fill(-1);
    this.columnOf = new Int32Array(variables).fill(-1);
    for (let k = 0; k < columns; k++) this.columnOf[k] = k;
    this.freeSlacks = Array.from({ length: rowsMax }, (_, row) => variables - 1 - row);
    invariant(
      this.reduced.every((cost) => cost >= 0),
      'what is taken costs something',
    );
  }

  /** Rows that there is room for. */
  get free(): number {
    return this.rowsMax - this.rowCount;
  }

  /** Cost of the present solution. */
  get cost(): number {
    let cost = this.base;
    for (let j = 0; j < this.columns; j++) cost += this.reduced[j]! * this.boundOf(j);
    return cost;
  }

  /** Adds row . x >= least. */
  addRow(row: Float64Array, least: number): void {
    invariant(this.free > 0, 'there is room for a row');
    const { columns, table } = this;
    const at = this.rowCount * columns;
    const slack = this.freeSlacks.pop();
    invariant(slack !== undefined, 'a row has a slack of its own');
    invariant(row.length >= columns && Math.abs(least) < Infinity, 'a row weighs every variable');
    let constant = -least;
    for (let j = 0; j < columns; j++) {
      const variable = this.nonbasic[j]!;
      table[at + j] = variable < columns ? -row[variable]! : 0;
    }
    for (let i = 0; i < this.rowCount; i++) {
      const variable = this.basic[i]!;
      const weight = variable < columns ? row[variable]! : 0;
      if (weight === 0) continue;
      constant += weight * this.constant[i]!;
      for (let j = 0; j < columns; j++) {
        table[at + j] = table[at + j]! + weight * table[i * columns + j]!;
      }
    }
    this.constant[this.rowCount] = constant;
    this.basic[this.rowCount] = slack;
    this.rowOf[slack] = this.rowCount;
    this.rowCount += 1;
  }

  /** Forgets rows that the present solution keeps with room to spare; after `solve`. */
  dropLoose(room: number): void {
    for (let row = this.rowCount - 1; row >= 0; row--) {
      const variable = this.basic[row]!;
      if (variable < this.columns || this.basicValues[row]! <= room) continue;
      this.freeSlacks.push(variable);
      this.rowOf[variable] = -1;
      this.rowCount -= 1;
      this.moveRow(this.rowCount, row);
    }
  }

  private moveRow(from: number, to: number): void {
    if (from === to) return;
    const { columns, table, basic } = this;
    table.copyWithin(to * columns, from * columns, (from + 1) * columns);
    this.constant[to] = this.constant[from]!;
    this.basicValues[to] = this.basicValues[from]!;
    basic[to] = basic[from]!;
    this.rowOf[basic[to]] = to;
  }

  setBounds(variable: number, lower: number, upper: number): void {
    invariant(lower <= upper, 'bounds leave something between them');
    invariant(variable < this.columns, 'the slack of a row has its bounds');
    this.lower[variable] = lower;
    this.upper[variable] = upper;
  }

  /** False when there is no solution, or none was found in `stepsMax` steps. */
  solve(stepsMax: number): boolean {
    this.settleBounds();
    for (let left = stepsMax; ; left--) {
      this.readBasics();
      const row = this.leavingRow();
      if (row < 0) break;
      if (left === 0) return false;
      const isBelow = this.basicValues[row]! < this.lower[this.basic[row]!]!;
      const column = this.enteringColumn(row, isBelow);
      if (column < 0) return false;
      this.pivot(row, column, isBelow);
      this.steps += 1;
    }
    for (let k = 0; k < this.columns; k++) {
      const row = this.rowOf[k]!;
      const value = row < 0 ? this.boundOf(this.columnOf[k]!) : this.basicValues[row]!;
      this.values[k] = Math.min(this.upper[k]!, Math.max(this.lower[k]!, value));
    }
    return true;
  }

  /** A variable that was fixed for a while may now lie at the wrong bound for its cost. */
  private settleBounds(): void {
    for (let j = 0; j < this.columns; j++) {
      const price = this.reduced[j]!;
      if (price < 0 && this.upper[this.nonbasic[j]!]! < Infinity) this.atUpper[j] = 1;
      if (price > 0) this.atUpper[j] = 0;
    }
  }

  private boundOf(column: number): number {
    const variable = this.nonbasic[column]!;
    return this.atUpper[column] === 1 ? this.upper[variable]! : this.lower[variable]!;
  }

  private readBasics(): void {
    const { columns, table, basicValues } = this;
    for (let i = 0; i < this.rowCount; i++) basicValues[i] = this.constant[i]!;
    for (let j = 0; j < columns; j++) {
      const bound = this.boundOf(j);
      if (bound === 0) continue;
      for (let i = 0; i < this.rowCount; i++) {
        basicValues[i] = basicValues[i]! - table[i * columns + j]! * bound;
      }
    }
  }

  /** The basic variable that is furthest outside of its bounds; the first of equals. */
  private leavingRow(): number {
    let found = -1;
    let furthest = TINY;
    for (let i = 0; i < this.rowCount; i++) {
      const variable = this.basic[i]!;
      const value = this.basicValues[i]!;
      const outside = Math.max(this.lower[variable]! - value, value - this.upper[variable]!);
      if (outside > furthest) {
        furthest = outside;
        found = i;
      }
    }
    return found;
  }

  /** The variable at a bound whose move costs least for what it does; of equals the larger pivot. */
  private enteringColumn(row: number, isBelow: boolean): number {
    const at = row * this.columns;
    let found = -1;
    let least = Infinity;
    let size = 0;
    for (let j = 0; j < this.columns; j++) {
      const variable = this.nonbasic[j]!;
      if (this.lower[variable] === this.upper[variable]) continue;
      const weight = isBelow ? this.table[at + j]! : -this.table[at + j]!;
      const helps = this.atUpper[j] === 1 ? weight > PIVOT : weight < -PIVOT;
      if (!helps) continue;
      const ratio = Math.abs(this.reduced[j]! / weight);
      const isEqual = Math.abs(ratio - least) <= TINY * ratio;
      if (isEqual ? Math.abs(weight) <= size : ratio > least) continue;
      least = Math.min(least, ratio);
      size = Math.abs(weight);
      found = j;
    }
    return found;
  }

  private pivot(row: number, column: number, isBelow: boolean): void {
    const { columns, table, constant, reduced } = this;
    const at = row * columns;
    const inverse = 1 / table[at + column]!;
    invariant(Math.abs(inverse) <= 1 / PIVOT, 'what is divided by is not next to nothing');
    constant[row] = constant[row]! * inverse;
    for (let j = 0; j < columns; j++) table[at + j] = table[at + j]! * inverse;
    table[at + column] = inverse;
    for (let i = 0; i < this.rowCount; i++) {
      const weight = table[i * columns + column]!;
      if (i === row || weight === 0) continue;
      constant[i] = constant[i]! - weight * constant[row];
      for (let j = 0; j < columns; j++) {
        table[i * columns + j] = table[i * columns + j]! - weight * table[at + j]!;
      }
      table[i * columns + column] = -weight * inverse;
    }
    const price = reduced[column]!;
    this.base += price * constant[row];
    for (let j = 0; j < columns; j++) reduced[j] = reduced[j]! - price * table[at + j]!;
    reduced[column] = -price * inverse;
    const leaving = this.basic[row]!;
    const entering = this.nonbasic[column]!;
    this.basic[row] = entering;
    this.nonbasic[column] = leaving;
    this.atUpper[column] = isBelow ? 0 : 1;
    this.rowOf[entering] = row;
    this.columnOf[entering] = -1;
    this.rowOf[leaving] = -1;
    this.columnOf[leaving] = column;
  }
}
