import {
  FEE_DIVISOR,
  SUM_MASK,
  TRADE_FIELDS,
  type Drawn,
  type Store,
} from './storage-population.js';

/** A Float64Array for each field. */
export class FloatColumns implements Store {
  readonly #drawn: Drawn;
  readonly #lots: Float64Array;
  readonly #cost: Float64Array;
  readonly #lastPrice: Float64Array;
  readonly #cash: Float64Array;
  readonly #fees: Float64Array;
  readonly #count: Float64Array;

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
    this.#lots = drawn.lots.slice();
    this.#cost = drawn.cost.slice();
    this.#lastPrice = new Float64Array(drawn.lots.length);
    this.#cash = drawn.cash.slice();
    this.#fees = new Float64Array(drawn.accounts);
    this.#count = new Float64Array(drawn.accounts);
  }

  evaluate(): number {
    const { picks, positions, marks, rates } = this.#drawn;
    const lots = this.#lots;
    const cost = this.#cost;
    let sum = 0;
    for (const account of picks) {
      let equity = this.#cash[account]!;
      let requirement = 0;
      for (let i = 0, at = account * positions; i < positions; i += 1, at += 1) {
        const value = lots[at]! * marks[i]!;
        equity += value - cost[at]!;
        requirement += Math.abs(value) * rates[i]!;
      }
      if (equity * 1_000_000 < requirement) sum += 1;
      sum = (sum + (equity & 7)) & SUM_MASK;
    }
    return sum;
  }

  trade(): number {
    const { tradeFields, positions } = this.#drawn;
    let sum = 0;
    for (let at = 0; at < tradeFields.length; at += TRADE_FIELDS) {
      const buyer = tradeFields[at]!;
      const seller = tradeFields[at + 1]!;
      const instrument = tradeFields[at + 2]!;
      const lots = tradeFields[at + 3]!;
      const price = tradeFields[at + 4]!;
      const fee = Math.floor((lots * price) / FEE_DIVISOR);
      const cell = buyer * positions + instrument;
      this.#book(buyer, cell, lots, price, fee);
      this.#book(seller, seller * positions + instrument, -lots, price, fee);
      sum = (sum + (this.#lots[cell]! & 7) + (this.#cash[buyer]! & 7)) & SUM_MASK;
    }
    return sum;
  }

  #book(account: number, cell: number, lots: number, price: number, fee: number): void {
    this.#lots[cell] = this.#lots[cell]! + lots;
    this.#cost[cell] = this.#cost[cell]! + lots * price;
    this.#lastPrice[cell] = price;
    this.#cash[account] = this.#cash[account]! - fee;
    this.#fees[account] = this.#fees[account]! + fee;
    this.#count[account] = this.#count[account]! + 1;
  }
}
