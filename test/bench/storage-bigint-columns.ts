import {
  FEE_DIVISOR,
  SUM_MASK,
  TRADE_FIELDS,
  type Drawn,
  type Store,
} from './storage-population.js';

const columns = (numbers: Float64Array): BigInt64Array =>
  BigInt64Array.from({ length: numbers.length }, (_, i) => BigInt(numbers[i]!));
const FEE_DIVISOR_BIG = BigInt(FEE_DIVISOR);

/** A BigInt64Array for each field; products in BigInt, as int64 storage asks for. */
export class BigIntColumns implements Store {
  readonly #drawn: Drawn;
  readonly #marks: BigInt64Array;
  readonly #rates: BigInt64Array;
  readonly #lots: BigInt64Array;
  readonly #cost: BigInt64Array;
  readonly #lastPrice: BigInt64Array;
  readonly #cash: BigInt64Array;
  readonly #fees: BigInt64Array;
  readonly #count: BigInt64Array;

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
    this.#marks = columns(drawn.marks);
    this.#rates = columns(drawn.rates);
    this.#lots = columns(drawn.lots);
    this.#cost = columns(drawn.cost);
    this.#lastPrice = new BigInt64Array(drawn.lots.length);
    this.#cash = columns(drawn.cash);
    this.#fees = new BigInt64Array(drawn.accounts);
    this.#count = new BigInt64Array(drawn.accounts);
  }

  evaluate(): number {
    const { picks, positions } = this.#drawn;
    const marks = this.#marks;
    const rates = this.#rates;
    const lots = this.#lots;
    const cost = this.#cost;
    let sum = 0;
    for (const account of picks) {
      let equity = this.#cash[account]!;
      let requirement = 0n;
      for (let i = 0, at = account * positions; i < positions; i += 1, at += 1) {
        const value = BigInt.asIntN(64, lots[at]! * marks[i]!);
        equity = BigInt.asIntN(64, equity + BigInt.asIntN(64, value - cost[at]!));
        const size = value < 0n ? BigInt.asIntN(64, -value) : value;
        const required = BigInt.asIntN(64, size * rates[i]!);
        requirement = BigInt.asIntN(64, requirement + required);
      }
      if (BigInt.asIntN(64, equity * 1_000_000n) < requirement) sum += 1;
      sum = (sum + Number(BigInt.asUintN(3, equity))) & SUM_MASK;
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
      const lots = BigInt(tradeFields[at + 3]!);
      const price = BigInt(tradeFields[at + 4]!);
      const fee = BigInt.asIntN(64, BigInt.asIntN(64, lots * price) / FEE_DIVISOR_BIG);
      const cell = buyer * positions + instrument;
      this.#book(buyer, cell, lots, price, fee);
      this.#book(seller, seller * positions + instrument, BigInt.asIntN(64, -lots), price, fee);
      const low = BigInt.asUintN(3, this.#lots[cell]!);
      sum = (sum + Number(low) + Number(BigInt.asUintN(3, this.#cash[buyer]!))) & SUM_MASK;
    }
    return sum;
  }

  #book(account: number, cell: number, lots: bigint, price: bigint, fee: bigint): void {
    const cost = BigInt.asIntN(64, lots * price);
    this.#lots[cell] = BigInt.asIntN(64, this.#lots[cell]! + lots);
    this.#cost[cell] = BigInt.asIntN(64, this.#cost[cell]! + cost);
    this.#lastPrice[cell] = price;
    this.#cash[account] = BigInt.asIntN(64, this.#cash[account]! - fee);
    this.#fees[account] = BigInt.asIntN(64, this.#fees[account]! + fee);
    this.#count[account] = BigInt.asIntN(64, this.#count[account]! + 1n);
  }
}
