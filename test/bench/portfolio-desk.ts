import { type MessageNamed, readRecord, recordLengthAt } from '#libs/events';
import type { Released } from '#libs/wire';
import type { CommandWatch } from './command-watch.js';
import { InputSession } from './ingest-session.js';
import { KINDS, VENUE } from './portfolio-market.js';
import type { PortfolioPopulation } from './portfolio-population.js';

const ANSWER_FILLED = 3;
const BUY = 0;

/** The venue's desk: fills every liquidation order whole, at its limit, and says so. */
export class PortfolioDesk {
  #session: InputSession | undefined;

  private constructor(
    private readonly population: PortfolioPopulation,
    private readonly watch: CommandWatch,
  ) {}

  /** Decisions are wanted from `fromSequence` on. */
  static async open(
    address: string,
    population: PortfolioPopulation,
    fromSequence: number,
    watch: CommandWatch,
  ): Promise<PortfolioDesk> {
    const desk = new PortfolioDesk(population, watch);
    desk.#session = await InputSession.open(address, 'executor', fromSequence, (released) => {
      watch.decided(released, performance.now());
      desk.#decide(released);
    });
    return desk;
  }

  /** Ends when all that it sent is durable. */
  async close(): Promise<void> {
    await this.#session?.settled();
    this.#session?.close();
  }

  #decide({ records }: Released): void {
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    for (let at = 0; at < records.length; at += 8 + recordLengthAt(view, at + 8)) {
      const decision = readRecord(view, at + 8);
      if (decision.type === 'LiquidationOrderIssued') this.#fill(decision);
      if (decision.type === 'TradeRejected' || decision.type === 'InputRejected') {
        throw new Error(`the desk was refused: [${String(decision.reason)}]`);
      }
    }
    void this.#session?.flush();
  }

  #fill(issued: MessageNamed<'LiquidationOrderIssued'>): void {
    const { account, instrument, order, quantityLots, limitPriceTicks } = issued;
    const maker = this.population.makerOf(Math.ceil(instrument / KINDS));
    const isBuy = issued.side === BUY;
    this.#session?.submit({
      type: 'TradeReported',
      venue: VENUE,
      instrument,
      buyer: isBuy ? account : maker,
      seller: isBuy ? maker : account,
      tradeDate: 20_000,
      businessDate: 0,
      priceTicks: limitPriceTicks,
      quantityLots,
      executedAt: 1_728_000_000_000_000,
      matchId: 0,
      tradeId: 0,
      liquidationOrder: order,
      tradeType: 2,
      aggressor: 0,
      acceptBy: 0,
      details: '',
    });
    const answer = { order, answer: ANSWER_FILLED, filledLots: quantityLots };
    this.#session?.submit({ type: 'LiquidationOrderAnswered', ...answer });
  }
}
