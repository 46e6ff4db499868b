import {
  layouts,
  type Message,
  offsetsOf,
  recordLengthOf,
  SCHEMA_ID,
  writeHeader,
  writeRecord,
} from '#libs/events';
import { putInt64 } from '#libs/units';
import type { BareInput } from './ingest-market.js';
import { VENUE } from './ingest-market.js';

const T = offsetsOf('TradeReported');
const layout = layouts.TradeReported;
/** The last version without details: a plain trade is no longer than it was. */
const PLAIN_VERSION = 2;
export const TRADE_BYTES = 16 + (layout.blockLengths[PLAIN_VERSION] ?? 0);
export const TRADE_FIELDS = T;

const header = {
  recordLength: TRADE_BYTES,
  causeDistance: 0,
  blockLength: layout.blockLengths[PLAIN_VERSION] ?? 0,
  templateId: layout.templateId,
  schemaId: SCHEMA_ID,
  version: PLAIN_VERSION,
};

export interface Trade {
  readonly instrument: number;
  readonly buyer: number;
  readonly seller: number;
  readonly priceTicks: number;
  readonly lots: number;
  /** 0 none, 1 buyer, 2 seller. */
  readonly aggressor: number;
}

/** Writes a trade of a publisher's session at `at`; times and numbers follow from the session's. */
export function writeTrade(
  view: DataView,
  at: number,
  trade: Trade,
  publisher: number,
  publisherSequence: number,
): void {
  writeHeader(view, at, header);
  putInt64(view, at + T.publisherSequence, publisherSequence);
  view.setUint32(at + T.publisher, publisher, true);
  view.setUint32(at + T.venue, VENUE, true);
  view.setUint32(at + T.instrument, trade.instrument, true);
  view.setUint32(at + T.buyer, trade.buyer, true);
  view.setUint32(at + T.seller, trade.seller, true);
  view.setUint16(at + T.tradeDate, 20_000, true);
  view.setUint16(at + T.businessDate, 0, true);
  putInt64(view, at + T.priceTicks, trade.priceTicks);
  putInt64(view, at + T.quantityLots, trade.lots);
  putInt64(view, at + T.executedAt, 1_728_000_000_000_000);
  putInt64(view, at + T.matchId, publisherSequence);
  putInt64(view, at + T.tradeId, publisherSequence);
  putInt64(view, at + T.liquidationOrder, 0);
  view.setUint8(at + T.tradeType, 0);
  view.setUint8(at + T.aggressor, trade.aggressor);
  putInt64(view, at + T.acceptBy, 0);
}

const BATCH_BYTES = 512 * 1024;

/** Numbers one publisher's inputs and packs them into batches of records. */
export class RecordBatches {
  #view = new DataView(new ArrayBuffer(BATCH_BYTES));
  #length = 0;
  #full: Uint8Array[] = [];

  constructor(
    /** Id of the publisher; a node says it in its welcome. */
    public publisher: number,
    /** Last number used. */
    public publisherSequence = 0,
  ) {}

  add(input: BareInput): void {
    this.publisherSequence += 1;
    const { publisher, publisherSequence } = this;
    const message = { ...input, publisher, publisherSequence } as Message;
    this.#reserve(recordLengthOf(message));
    this.#length += writeRecord(this.#view, this.#length, message, 0);
  }

  addTrade(trade: Trade): void {
    this.publisherSequence += 1;
    this.#reserve(TRADE_BYTES);
    writeTrade(this.#view, this.#length, trade, this.publisher, this.publisherSequence);
    this.#length += TRADE_BYTES;
  }

  /** Full batches so far. */
  takeFull(): Uint8Array[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** Everything so far; nothing is left. */
  takeAll(): Uint8Array[] {
    if (this.#length > 0) this.#turn();
    return this.takeFull();
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes > BATCH_BYTES) this.#turn();
  }

  #turn(): void {
    this.#full.push(new Uint8Array(this.#view.buffer, 0, this.#length));
    this.#view = new DataView(new ArrayBuffer(BATCH_BYTES));
    this.#length = 0;
  }
}
