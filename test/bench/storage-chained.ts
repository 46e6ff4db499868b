import {
  FEE_DIVISOR,
  SUM_MASK,
  TRADE_FIELDS,
  type Drawn,
  type Store,
} from './storage-population.js';

/**
 * Positions lie in the order in which they were opened, which is at random over the accounts, and
 * the positions of an account are a chain: what a table without a limit of positions an account
 * looks like. `slotOf` (account x positions + instrument -> slot) stands for its index.
 */
function chain(drawn: Drawn, add: (account: number, i: number, slot: number) => void): Int32Array {
  const { accounts, positions, opening } = drawn;
  const slotOf = new Int32Array(accounts * positions);
  let slot = 0;
  for (let i = 0; i < positions; i += 1) {
    for (let turn = 0; turn < accounts; turn += 1) {
      const account = opening[(turn + i * 7919) % accounts]!;
      slot += 1;
      slotOf[account * positions + i] = slot;
      add(account, i, slot);
    }
  }
  return slotOf;
}

const ROW = 8;
const FIRST = 3;
const [INSTRUMENT, LOTS, COST, LAST_PRICE, NEXT] = [1, 2, 3, 4, 5] as const;

/** Rows of 64 bytes for accounts (cash, fees, trades, first) and for positions. */
export class ChainedRows implements Store {
  readonly #drawn: Drawn;
  readonly #accounts: Float64Array;
  readonly #positions: Float64Array;
  readonly #slotOf: Int32Array;

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
    const accounts = new Float64Array(drawn.accounts * ROW);
    const rows = new Float64Array((drawn.lots.length + 1) * ROW);
    for (let i = 0; i < drawn.accounts; i += 1) accounts[i * ROW] = drawn.cash[i]!;
    this.#slotOf = chain(drawn, (account, i, slot) => {
      const at = slot * ROW;
      rows[at] = account;
      rows[at + INSTRUMENT] = i;
      rows[at + LOTS] = drawn.lots[account * drawn.positions + i]!;
      rows[at + COST] = drawn.cost[account * drawn.positions + i]!;
      rows[at + NEXT] = accounts[account * ROW + FIRST]!;
      accounts[account * ROW + FIRST] = slot;
    });
    this.#accounts = accounts;
    this.#positions = rows;
  }

  evaluate(): number {
    const { picks, marks, rates } = this.#drawn;
    const rows = this.#positions;
    let sum = 0;
    for (const account of picks) {
      let equity = this.#accounts[account * ROW]!;
      let requirement = 0;
      let slot = this.#accounts[account * ROW + FIRST]!;
      while (slot !== 0) {
        const at = slot * ROW;
        const value = rows[at + LOTS]! * marks[rows[at + INSTRUMENT]!]!;
        equity += value - rows[at + COST]!;
        requirement += Math.abs(value) * rates[rows[at + INSTRUMENT]!]!;
        slot = rows[at + NEXT]!;
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
      const slot = this.#slotOf[buyer * positions + instrument]!;
      this.#book(buyer, slot, lots, price, fee);
      this.#book(seller, this.#slotOf[seller * positions + instrument]!, -lots, price, fee);
      const held = this.#positions[slot * ROW + LOTS]!;
      sum = (sum + (held & 7) + (this.#accounts[buyer * ROW]! & 7)) & SUM_MASK;
    }
    return sum;
  }

  #book(account: number, slot: number, lots: number, price: number, fee: number): void {
    const rows = this.#positions;
    const accounts = this.#accounts;
    const at = slot * ROW;
    const row = account * ROW;
    rows[at + LOTS] = rows[at + LOTS]! + lots;
    rows[at + COST] = rows[at + COST]! + lots * price;
    rows[at + LAST_PRICE] = price;
    accounts[row] = accounts[row]! - fee;
    accounts[row + 1] = accounts[row + 1]! + fee;
    accounts[row + 2] = accounts[row + 2]! + 1;
  }
}

/** The same chains with an array for each field. */
export class ChainedColumns implements Store {
  readonly #drawn: Drawn;
  readonly #cash: Float64Array;
  readonly #fees: Float64Array;
  readonly #count: Float64Array;
  readonly #first: Float64Array;
  readonly #instrument: Float64Array;
  readonly #lots: Float64Array;
  readonly #cost: Float64Array;
  readonly #lastPrice: Float64Array;
  readonly #next: Float64Array;
  readonly #slotOf: Int32Array;

  constructor(drawn: Drawn) {
    const column = (): Float64Array => new Float64Array(drawn.lots.length + 1);
    this.#drawn = drawn;
    this.#cash = drawn.cash.slice();
    this.#fees = new Float64Array(drawn.accounts);
    this.#count = new Float64Array(drawn.accounts);
    this.#first = new Float64Array(drawn.accounts);
    this.#instrument = column();
    this.#lots = column();
    this.#cost = column();
    this.#lastPrice = column();
    this.#next = column();
    this.#slotOf = chain(drawn, (account, i, slot) => {
      this.#instrument[slot] = i;
      this.#lots[slot] = drawn.lots[account * drawn.positions + i]!;
      this.#cost[slot] = drawn.cost[account * drawn.positions + i]!;
      this.#next[slot] = this.#first[account]!;
      this.#first[account] = slot;
    });
  }

  evaluate(): number {
    const { picks, marks, rates } = this.#drawn;
    let sum = 0;
    for (const account of picks) {
      let equity = this.#cash[account]!;
      let requirement = 0;
      let slot = this.#first[account]!;
      while (slot !== 0) {
        const instrument = this.#instrument[slot]!;
        const value = this.#lots[slot]! * marks[instrument]!;
        equity += value - this.#cost[slot]!;
        requirement += Math.abs(value) * rates[instrument]!;
        slot = this.#next[slot]!;
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
      const slot = this.#slotOf[buyer * positions + instrument]!;
      this.#book(buyer, slot, lots, price, fee);
      this.#book(seller, this.#slotOf[seller * positions + instrument]!, -lots, price, fee);
      sum = (sum + (this.#lots[slot]! & 7) + (this.#cash[buyer]! & 7)) & SUM_MASK;
    }
    return sum;
  }

  #book(account: number, slot: number, lots: number, price: number, fee: number): void {
    this.#lots[slot] = this.#lots[slot]! + lots;
    this.#cost[slot] = this.#cost[slot]! + lots * price;
    this.#lastPrice[slot] = price;
    this.#cash[account] = this.#cash[account]! - fee;
    this.#fees[account] = this.#fees[account]! + fee;
    this.#count[account] = this.#count[account]! + 1;
  }
}
