import type { Message, MessageNamed } from '#libs/events';
import { INSTRUMENTS, makerOf, RATES_PPM } from './ingest-market.js';
import type { BareInput } from './ingest-market.js';
import { CURRENCY } from './ingest-market.js';
import type { Population } from './ingest-population.js';
import { type DeskTrade, makerTrade } from './maker-trade.js';

const ANSWER_FILLED = 3;
const BUY = 0;

interface Reduced {
  readonly instrument: number;
  readonly isLong: boolean;
  lots: number;
}

/**
 * The venue's desk for liquidation orders: fills each at its limit against the instrument's maker
 * and says so. An account that recovered pays in and takes its position again, so that as many stay
 * near a breach however long a run lasts.
 */
export class LiquidationDesk {
  orders = 0;
  recovered = 0;
  defaulted = 0;
  /** Refusals of this desk's own inputs, by reason. */
  readonly refused = new Map<number, number>();
  private readonly reduced = new Map<number, Reduced>();

  constructor(
    private readonly population: Population,
    /** Present marks by instrument. */
    private readonly marks: ArrayLike<number>,
    private readonly submit: (input: BareInput) => void,
  ) {}

  take(message: Message): void {
    switch (message.type) {
      case 'LiquidationOrderIssued':
        this.fill(message);
        return;
      case 'LiquidationCompleted':
        this.restore(message);
        return;
      case 'AccountDefaulted':
        this.defaulted += 1;
        return;
      case 'TradeRejected':
      case 'InputRejected':
        this.refused.set(message.reason, (this.refused.get(message.reason) ?? 0) + 1);
        return;
      default:
    }
  }

  private fill(order: MessageNamed<'LiquidationOrderIssued'>): void {
    this.orders += 1;
    const { account, instrument, quantityLots, limitPriceTicks } = order;
    const isBuy = order.side === BUY;
    this.trade(
      { instrument, account, isBuy, lots: quantityLots, priceTicks: limitPriceTicks },
      order.order,
    );
    this.submit({
      type: 'LiquidationOrderAnswered',
      order: order.order,
      answer: ANSWER_FILLED,
      filledLots: quantityLots,
    });
    const reduced = this.reduced.get(account);
    if (reduced?.instrument === instrument) reduced.lots += quantityLots;
    else this.reduced.set(account, { instrument, isLong: !isBuy, lots: quantityLots });
  }

  /** Equity after the deposit: maintenance of the old size, and up to 1 % of its notional. */
  private restore(completed: MessageNamed<'LiquidationCompleted'>): void {
    this.recovered += 1;
    const { account, equityMinor, maintenanceMinor } = completed;
    const reduced = this.reduced.get(account);
    this.reduced.delete(account);
    if (reduced === undefined || this.population.tight[account] !== 1) return;
    const { instrument, isLong, lots } = reduced;
    const mark = this.marks[instrument] ?? 1;
    const added = lots * mark;
    const notional = (maintenanceMinor / RATES_PPM.maintenance) * 1e6 + added;
    const uniform = this.population.random.next() / 2 ** 32;
    const wanted =
      (notional * RATES_PPM.maintenance) / 1e6 +
      (added * RATES_PPM.taker) / 1e6 +
      (notional / 100) * uniform;
    const amountMinor = Math.ceil(wanted - equityMinor);
    if (amountMinor > 0) {
      this.submit({ type: 'CollateralDeposited', account, currency: CURRENCY, amountMinor });
    }
    this.trade({ instrument, account, isBuy: isLong, lots, priceTicks: mark }, 0);
  }

  private trade(of: DeskTrade, liquidationOrder: number): void {
    const place = ((of.instrument - 1) % INSTRUMENTS) + 1;
    const maker = makerOf(this.population.accounts, place);
    this.submit(makerTrade(of, maker, liquidationOrder));
  }
}
