import { layouts, type Message, offsetsOf, readRecord, templateIdAt } from '#libs/events';
import { FRAME_HEADER_BYTES, type FrameDraft } from '#libs/event-log';
import { forEachRecord } from '#libs/replay';
import { getInt64 } from '#libs/units';
import { ContractBook } from './contract-figures.js';
import { DefaultFigures } from './default-figures.js';

const NOVATED = layouts.TradeNovated.templateId;
const T = offsetsOf('TradeNovated');
const SELL = 1;
const MINUTE_US = 60_000_000;

/** One minute of log time, for charts. */
export interface Minute {
  /** Last mark of each instrument in the minute, by instrument id. */
  readonly marks: number[];
  liquidatedMinor: number;
  deficitMinor: number;
}

export interface LargestOrder {
  readonly sequence: number;
  readonly account: number;
  readonly instrument: number;
  readonly quantityLots: number;
  readonly notionalMinor: number;
}

/** What happened in a day, added up from the recorded events alone. */
export class DayFigures {
  frames = 0;
  events = 0;
  /** Of the stored event frames. */
  bytes = 0;
  trades = 0;
  liquidationFills = 0;
  firstTimeUs = 0;
  lastTimeUs = 0;
  members = 0;
  /** By account kind, as AccountOpened numbers them. */
  readonly accountsByKind: number[] = [];
  /** Refused trades and other inputs, by number. */
  readonly rejections = new Map<number, number>();
  readonly minutes = new Map<number, Minute>();
  readonly book = new ContractBook();
  readonly defaults = new DefaultFigures();
  largestOrder: LargestOrder | undefined;
  /** Open liquidation orders: whether they sell. */
  private readonly sells = new Map<number, boolean>();

  addFrame(frame: FrameDraft): void {
    this.frames += 1;
    this.events += frame.count;
    this.bytes += FRAME_HEADER_BYTES + frame.records.length;
    if (this.firstTimeUs === 0) this.firstTimeUs = frame.frameTimeUs;
    this.lastTimeUs = frame.frameTimeUs;
    forEachRecord(frame, (view, at, sequence) => {
      if (templateIdAt(view, at) === NOVATED) {
        this.trades += 1;
        // Nearly all records are such trades: the others alone become objects.
        if (getInt64(view, at + T.liquidationOrder) === 0) return;
      }
      this.learn(readRecord(view, at), sequence, frame.frameTimeUs);
    });
  }

  private learn(message: Message, sequence: number, timeUs: number): void {
    switch (message.type) {
      case 'PriceObserved':
        this.marked(message.instrument, timeUs, () => this.book.observe(message, timeUs));
        return;
      case 'PriceQuarantined':
        this.marked(message.instrument, timeUs, () => this.book.quarantined());
        return;
      case 'TradeNovated':
        this.filled(message, timeUs);
        return;
      case 'LiquidationOrderIssued':
        this.ordered(message, sequence);
        break;
      case 'LiquidationOrderClosed':
        this.sells.delete(message.order);
        break;
      case 'MarginBreached':
        this.minute(timeUs).deficitMinor += message.deficitMinor;
        break;
      case 'TradeRejected':
      case 'InputRejected':
        this.rejections.set(message.reason, (this.rejections.get(message.reason) ?? 0) + 1);
        return;
      default:
        this.learnParty(message);
    }
    this.defaults.learn(message);
  }

  private learnParty(message: Message): void {
    switch (message.type) {
      case 'AccountOpened': {
        const { accountKind } = message;
        this.accountsByKind[accountKind] = (this.accountsByKind[accountKind] ?? 0) + 1;
        return;
      }
      case 'MemberAdmitted':
        this.members += 1;
        return;
      case 'CurrencyListed':
        this.book.listCurrency(message);
        return;
      case 'CurrencyPriceObserved':
        this.book.priceCurrency(message);
        return;
      case 'InstrumentListed':
        this.book.list(message);
        return;
      default:
    }
  }

  private marked(instrument: number, timeUs: number, change: () => void): void {
    change();
    this.minute(timeUs).marks[instrument] = this.book.contracts[instrument - 1]!.markTicks;
  }

  private ordered(
    order: Extract<Message, { type: 'LiquidationOrderIssued' }>,
    sequence: number,
  ): void {
    const { account, instrument, quantityLots } = order;
    this.sells.set(order.order, order.side === SELL);
    const { markTicks } = this.book.contracts[instrument - 1]!;
    const notionalMinor = this.book.notionalMinor(instrument, quantityLots, markTicks);
    if (notionalMinor <= (this.largestOrder?.notionalMinor ?? 0)) return;
    this.largestOrder = { sequence, account, instrument, quantityLots, notionalMinor };
  }

  private filled(fill: Extract<Message, { type: 'TradeNovated' }>, timeUs: number): void {
    const isSale = this.sells.get(fill.liquidationOrder) ?? true;
    this.liquidationFills += 1;
    this.minute(timeUs).liquidatedMinor += this.book.liquidated(fill, isSale);
  }

  private minute(timeUs: number): Minute {
    const key = Math.floor(timeUs / MINUTE_US);
    let minute = this.minutes.get(key);
    if (minute === undefined) {
      minute = { marks: [], liquidatedMinor: 0, deficitMinor: 0 };
      this.minutes.set(key, minute);
    }
    return minute;
  }
}
