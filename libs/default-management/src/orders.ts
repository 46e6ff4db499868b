import {
  invariant,
  lots,
  type Lots,
  plus,
  priceTicks,
  type PriceTicks,
  SAFE_LIMIT,
} from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

/** Life of a liquidation order. `unknown`: silent past its deadline; still in flight. */
export const ORDER = { issued: 0, accepted: 1, unknown: 2 } as const;
export const BUY = 0;
export const SELL = 1;
/** Orders of one breach are numbered below this; the id is breach x this + ordinal. */
export const ORDINALS_PER_BREACH = 4096;

export interface LiquidationOrder {
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly quantityLots: Lots;
  readonly limitPriceTicks: PriceTicks;
  filledLots: Lots;
  state: number;
  /** Log time of its timeout; 0 once that has passed. */
  deadlineAt: number;
}

/** The command id that a re-sent command keeps. */
export function orderId(breach: number, ordinal: number): number {
  invariant(breach >= 1, 'an order belongs to a breach');
  invariant(ordinal >= 0 && ordinal < ORDINALS_PER_BREACH, 'orders of a breach are numbered');
  const id = breach * ORDINALS_PER_BREACH + ordinal;
  invariant(id <= SAFE_LIMIT, 'an order id is a safe integer');
  return id;
}

/** Liquidation orders in flight by id; an ended one is removed. */
export class OrderTable implements LogicalTable {
  readonly table = TABLES.orders;
  readonly open = new Map<number, LiquidationOrder>();

  add(id: number, order: LiquidationOrder): void {
    const { side, quantityLots, limitPriceTicks, filledLots, state } = order;
    invariant(!this.open.has(id), 'an order has its own id');
    invariant(side === BUY || side === SELL, 'an order buys or sells');
    invariant(quantityLots >= 1 && limitPriceTicks >= 1, 'an order has lots and a limit');
    invariant(filledLots >= 0 && filledLots <= quantityLots, 'no more is filled than ordered');
    invariant(state >= ORDER.issued && state <= ORDER.unknown, 'an order in flight has a state');
    this.open.set(id, order);
  }

  /** Lots of a fill; the trade's own check has compared them with what is left. */
  fill(id: number, lotsFilled: Lots): void {
    const order = this.open.get(id);
    invariant(order !== undefined, 'an order that is filled is in flight');
    invariant(lotsFilled >= 1, 'a fill has lots');
    order.filledLots = plus(order.filledLots, lotsFilled);
    invariant(order.filledLots <= order.quantityLots, 'no more is filled than ordered');
  }

  writeRows(sink: RowSink): void {
    const ids = [...this.open.keys()].sort((a, b) => a - b);
    for (const id of ids) {
      const order = this.open.get(id);
      if (order === undefined) continue;
      sink.row(this.table, id, 0);
      sink.number(1, order.account);
      sink.number(2, order.instrument);
      sink.number(3, order.side);
      sink.number(4, order.quantityLots);
      sink.number(5, order.filledLots);
      sink.number(6, order.state);
      sink.number(7, order.deadlineAt);
      sink.number(8, order.limitPriceTicks);
    }
  }

  restoreRow(row: Row): void {
    this.add(row.keyA, {
      account: row.number(1),
      instrument: row.number(2),
      side: row.number(3),
      quantityLots: lots(row.number(4)),
      filledLots: lots(row.number(5)),
      state: row.number(6),
      deadlineAt: row.number(7),
      limitPriceTicks: priceTicks(row.number(8)),
    });
  }
}
