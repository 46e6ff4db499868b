import type { Message, MessageNamed } from '#libs/events';
import { type BareInput, CURRENCY } from './ingest-market.js';
import { type DeskTrade, makerTrade } from './maker-trade.js';
import type { Xorshift32 } from './measure.js';
import { type OptionPopulation, TIGHT_PPM } from './option-population.js';

const ANSWER_FILLED = 3;
const BUY = 0;

/** What an account had when its liquidation began, and what was taken off it since. */
interface Case {
  readonly maintenanceMinor: number;
  readonly taken: {
    readonly instrument: number;
    readonly isLong: boolean;
    readonly lots: number;
  }[];
}

/**
 * The venue's desk for orders of option accounts: fills each at its limit against the pool's maker. Who
 * recovered takes its positions again and pays in, so that as many stay near a breach.
 */
export class OptionDesk {
  orders = 0;
  private readonly cases = new Map<number, Case>();

  constructor(
    private readonly population: OptionPopulation,
    private readonly random: Xorshift32,
    /** Present marks by instrument. */
    private readonly markOf: (instrument: number) => number,
    private readonly submit: (input: BareInput) => void,
  ) {}

  /** Whether the message was of an option account. */
  take(message: Message): boolean {
    if (!('account' in message) || !this.population.holds(message.account)) return false;
    if (message.type === 'LiquidationOpened') {
      const { maintenanceMinor } = message;
      this.cases.set(message.account, { maintenanceMinor, taken: [] });
    }
    if (message.type === 'LiquidationOrderIssued') this.fill(message);
    if (message.type === 'LiquidationCompleted') this.restore(message);
    return true;
  }

  private fill(order: MessageNamed<'LiquidationOrderIssued'>): void {
    this.orders += 1;
    const { account, instrument, quantityLots: lots, limitPriceTicks: priceTicks } = order;
    const isLong = order.side !== BUY;
    this.trade({ instrument, account, isBuy: !isLong, lots, priceTicks }, order.order);
    this.submit({
      type: 'LiquidationOrderAnswered',
      order: order.order,
      answer: ANSWER_FILLED,
      filledLots: lots,
    });
    this.cases.get(account)?.taken.push({ instrument, isLong, lots });
  }

  /** Equity after the deposit: the requirement of then, and up to a hundredth more. */
  private restore({ account, equityMinor }: MessageNamed<'LiquidationCompleted'>): void {
    const own = this.cases.get(account);
    this.cases.delete(account);
    if (own === undefined) return;
    const uniform = this.random.next() / 2 ** 32;
    const wanted = own.maintenanceMinor * (1.002 + (TIGHT_PPM / 1e6) * uniform);
    const amountMinor = Math.ceil(wanted - equityMinor);
    if (amountMinor > 0) {
      this.submit({ type: 'CollateralDeposited', account, currency: CURRENCY, amountMinor });
    }
    for (const { instrument, isLong, lots } of own.taken) {
      const priceTicks = this.markOf(instrument);
      this.trade({ instrument, account, isBuy: isLong, lots, priceTicks }, 0);
    }
  }

  private trade(of: DeskTrade, liquidationOrder: number): void {
    this.submit(makerTrade(of, this.population.maker, liquidationOrder));
  }
}
