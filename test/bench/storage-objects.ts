import {
  FEE_DIVISOR,
  SUM_MASK,
  TRADE_FIELDS,
  type Drawn,
  type Store,
} from './storage-population.js';

interface Position {
  lots: number;
  cost: number;
  lastPrice: number;
}

interface Account {
  cash: number;
  fees: number;
  trades: number;
  readonly positions: Position[];
}

/** A Map from account id to an object with an array of position objects, opened at random. */
export class MapOfObjects implements Store {
  readonly #drawn: Drawn;
  readonly #accounts = new Map<number, Account>();

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
    for (const account of drawn.opening) {
      const positions = [];
      for (let i = 0; i < drawn.positions; i += 1) {
        const at = account * drawn.positions + i;
        positions.push({ lots: drawn.lots[at]!, cost: drawn.cost[at]!, lastPrice: 0 });
      }
      this.#accounts.set(account, { cash: drawn.cash[account]!, fees: 0, trades: 0, positions });
    }
  }

  evaluate(): number {
    const { picks, positions, marks, rates } = this.#drawn;
    let sum = 0;
    for (const id of picks) {
      const account = this.#accounts.get(id)!;
      let equity = account.cash;
      let requirement = 0;
      for (let i = 0; i < positions; i += 1) {
        const position = account.positions[i]!;
        const value = position.lots * marks[i]!;
        equity += value - position.cost;
        requirement += Math.abs(value) * rates[i]!;
      }
      if (equity * 1_000_000 < requirement) sum += 1;
      sum = (sum + (equity & 7)) & SUM_MASK;
    }
    return sum;
  }

  trade(): number {
    const { tradeFields } = this.#drawn;
    let sum = 0;
    for (let at = 0; at < tradeFields.length; at += TRADE_FIELDS) {
      const buyer = this.#accounts.get(tradeFields[at]!)!;
      const seller = this.#accounts.get(tradeFields[at + 1]!)!;
      const instrument = tradeFields[at + 2]!;
      const lots = tradeFields[at + 3]!;
      const price = tradeFields[at + 4]!;
      const fee = Math.floor((lots * price) / FEE_DIVISOR);
      book(buyer, instrument, lots, price, fee);
      book(seller, instrument, -lots, price, fee);
      const held = buyer.positions[instrument]!.lots;
      sum = (sum + (held & 7) + (buyer.cash & 7)) & SUM_MASK;
    }
    return sum;
  }
}

function book(
  account: Account,
  instrument: number,
  lots: number,
  price: number,
  fee: number,
): void {
  const position = account.positions[instrument]!;
  position.lots += lots;
  position.cost += lots * price;
  position.lastPrice = price;
  account.cash -= fee;
  account.fees += fee;
  account.trades += 1;
}
