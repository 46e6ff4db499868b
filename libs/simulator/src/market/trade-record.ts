import { layouts, offsetsOf, SCHEMA_ID, writeHeader } from '#libs/events';
import { putInt64 } from '#libs/units';
import { MARKET_VENUE_ID, VENUE_ID } from './publishers.js';
import type { TradeFlow } from './trade-flow.js';

const T = offsetsOf('TradeReported');
const layout = layouts.TradeReported;
/** The last version without details: a plain trade is no longer than it was. */
const PLAIN_VERSION = 2;
/** Bytes of one TradeReported record. */
export const TRADE_BYTES = 16 + (layout.blockLengths[PLAIN_VERSION] ?? 0);
const DAY_US = 86_400_000_000;

const header = {
  recordLength: TRADE_BYTES,
  causeDistance: 0,
  blockLength: layout.blockLengths[PLAIN_VERSION] ?? 0,
  templateId: layout.templateId,
  schemaId: SCHEMA_ID,
  version: PLAIN_VERSION,
};

/** Writes the trade that `flow` holds as TradeReported at `at`, without an object for it. */
export function writeTrade(
  view: DataView,
  at: number,
  flow: TradeFlow,
  instrument: number,
  tradeId: number,
  executedAt: number,
  publisherSequence: number,
): void {
  writeHeader(view, at, header);
  putInt64(view, at + T.publisherSequence, publisherSequence);
  view.setUint32(at + T.publisher, VENUE_ID, true);
  view.setUint32(at + T.venue, MARKET_VENUE_ID, true);
  view.setUint32(at + T.instrument, instrument, true);
  view.setUint32(at + T.buyer, flow.buyer, true);
  view.setUint32(at + T.seller, flow.seller, true);
  view.setUint16(at + T.tradeDate, Math.floor(executedAt / DAY_US), true);
  view.setUint16(at + T.businessDate, 0, true);
  putInt64(view, at + T.priceTicks, flow.priceTicks);
  putInt64(view, at + T.quantityLots, flow.quantityLots);
  putInt64(view, at + T.executedAt, executedAt);
  putInt64(view, at + T.matchId, tradeId);
  putInt64(view, at + T.tradeId, tradeId);
  putInt64(view, at + T.liquidationOrder, 0);
  view.setUint8(at + T.tradeType, 0);
  view.setUint8(at + T.aggressor, flow.aggressor);
  putInt64(view, at + T.acceptBy, 0);
}
