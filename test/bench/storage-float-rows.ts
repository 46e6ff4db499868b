import {
  FEE_DIVISOR,
  SUM_MASK,
  TRADE_FIELDS,
  type Drawn,
  type Store,
} from './storage-population.js';

const HEADER = 4;
const CASH = 0;
const FEES = 1;
const TRADES = 2;
const CELL = 3;

/**
 * One Float64Array of fixed-stride rows: cash, fees, trade count, and three numbers a position
 * (lots, cost, last price) side by side. The stride is a multiple of 64 bytes.
 */
export class FloatRows implements Store {
  readonly #drawn: Drawn;
  readonly #stride: number;
  readonly #rows: Float64Array;

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
    this.#stride = Math.ceil((HEADER + drawn.positions * CELL) / 8) * 8;
    this.#rows = new Float64Array(drawn.accounts * this.#stride);
    for (let account = 0; account < drawn.accounts; account += 1) {
      const row = account * this.#stride;
      this.#rows[row + CASH] = drawn.cash[account]!;
      for (let i = 0; i < drawn.positions; i += 1) {
        this.#rows[row + HEADER + i * CELL] = drawn.lots[account * drawn.positions + i]!;
        this.#rows[row + HEADER + i * CELL + 1] = drawn.cost[account * drawn.positions + i]!;
      }
    }
  }

  evaluate(): number {
    const { picks, positions, marks, rates } = this.#drawn;
    const rows = this.#rows;
    let sum = 0;
    for (const account of picks) {
      const row = account * this.#stride;
      let equity = rows[row + CASH]!;
      let requirement = 0;
      for (let i = 0, at = row + HEADER; i < positions; i += 1, at += CELL) {
        const value = rows[at]! * marks[i]!;
        equity += value - rows[at + 1]!;
        requirement += Math.abs(value) * rates[i]!;
      }
      if (equity * 1_000_000 < requirement) sum += 1;
      sum = (sum + (equity & 7)) & SUM_MASK;
    }
    return sum;
  }

  trade(): number {
    const { tradeFields } = this.#drawn;
    const rows = this.#rows;
    let sum = 0;
    for (let at = 0; at < tradeFields.length; at += TRADE_FIELDS) {
      const buyer = tradeFields[at]! * this.#stride;
      const seller = tradeFields[at + 1]! * this.#stride;
      const cell = HEADER + tradeFields[at + 2]! * CELL;
      const lots = tradeFields[at + 3]!;
      const price = tradeFields[at + 4]!;
      const fee = Math.floor((lots * price) / FEE_DIVISOR);
      this.#book(buyer, cell, lots, price, fee);
      this.#book(seller, cell, -lots, price, fee);
      sum = (sum + (rows[buyer + cell]! & 7) + (rows[buyer + CASH]! & 7)) & SUM_MASK;
    }
    return sum;
  }

  #book(row: number, cell: number, lots: number, price: number, fee: number): void {
    const rows = this.#rows;
    rows[row + cell] = rows[row + cell]! + lots;
    rows[row + cell + 1] = rows[row + cell + 1]! + lots * price;
    rows[row + cell + 2] = price;
    rows[row + CASH] = rows[row + CASH]! - fee;
    rows[row + FEES] = rows[row + FEES]! + fee;
    rows[row + TRADES] = rows[row + TRADES]! + 1;
  }
}
