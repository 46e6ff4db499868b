import { Xorshift32 } from './measure.js';

/**
 * The numbers that every form of storage is filled with. An account has `positions` positions, one
 * in each of the instruments 0..positions - 1, so that a position is found by arithmetic in every
 * form and no lookup blurs the comparison.
 */
export interface Drawn {
  readonly accounts: number;
  readonly positions: number;
  /** Signed lots, cost in minor units: element account x positions + instrument. */
  readonly lots: Float64Array;
  readonly cost: Float64Array;
  readonly cash: Float64Array;
  /** Price (minor units a lot) and margin rate (ppm) of each instrument. */
  readonly marks: Float64Array;
  readonly rates: Float64Array;
  /** Accounts to judge, in order. */
  readonly picks: Int32Array;
  /** Trades to book: buyer, seller, instrument, lots, price in turn. */
  readonly tradeFields: Int32Array;
  readonly trades: number;
  /** Accounts in the order in which they opened, which is the order of objects on the heap. */
  readonly opening: Int32Array;
}

export const TRADE_FIELDS = 5;

/** One form of storage. Both methods fold what they computed into a checksum. */
export interface Store {
  /** Counts the picked accounts whose equity is below their requirement, and folds the surplus. */
  evaluate(): number;
  /** Books all trades and folds the buyer's new lots and cash. */
  trade(): number;
}

export function draw(size: { accounts: number; positions: number; operations: number }): Drawn {
  const { accounts, positions, operations } = size;
  const random = new Xorshift32(2021);
  const cells = accounts * positions;
  const lots = new Float64Array(cells).map(() => random.below(2001) - 1000);
  const marks = new Float64Array(positions).map(() => 900_000 + random.below(200_000));
  const cost = new Float64Array(cells);
  for (let i = 0; i < cells; i += 1) {
    cost[i] = lots[i]! * (marks[i % positions]! + random.below(2001) - 1000);
  }
  const tradeFields = new Int32Array(operations * TRADE_FIELDS);
  for (let at = 0; at < tradeFields.length; at += TRADE_FIELDS) {
    const buyer = random.below(accounts);
    tradeFields[at] = buyer;
    tradeFields[at + 1] = (buyer + 1 + random.below(accounts - 1)) % accounts;
    tradeFields[at + 2] = random.below(positions);
    tradeFields[at + 3] = 1 + random.below(10);
    tradeFields[at + 4] = 900_000 + random.below(200_000);
  }
  return {
    ...{ accounts, positions, lots, cost, marks, tradeFields },
    cash: new Float64Array(accounts).map(() => random.below(600_000_000)),
    rates: new Float64Array(positions).map(() => 10_000 + random.below(40_000)),
    picks: new Int32Array(operations).map(() => random.below(accounts)),
    trades: operations,
    opening: shuffled(accounts, random),
  };
}

function shuffled(count: number, random: Xorshift32): Int32Array {
  const order = new Int32Array(count).map((_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** The fee of a trade in the benchmark: a ten-thousandth, rounded down. */
export const FEE_DIVISOR = 10_000;
/** Checksums stay small integers, which are doubles and Smis alike. */
export const SUM_MASK = 0xffff;
