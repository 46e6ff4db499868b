import { layouts, MalformedRecord, offsetsOf, SCHEMA_ID } from '#libs/events';

const REPORT = layouts.TradeReported;
const T = offsetsOf('TradeReported');
/** Without a latest time to accept it; both versions are taken. */
const FIRST_VERSION = 1;
const WIDE_FIELDS = [
  T.publisherSequence,
  T.priceTicks,
  T.quantityLots,
  T.executedAt,
  T.matchId,
  T.tradeId,
  T.liquidationOrder,
] as const;
/** High word of +-2^53. */
const HIGH_WORD_LIMIT = 0x200000;

/**
 * Checks that bytes are a TradeReported of a known layout, with numbers that fit into safe
 * integers and enumerations that exist. Hot records are not decoded, so this stands in for it: what
 * passes here, a reader of the log can read.
 * @throws MalformedRecord
 */
export function checkTradeShape(view: DataView, at: number): void {
  if (view.byteLength - at < 16) throw new MalformedRecord(at, 'a TradeReported is cut short');
  const version = view.getUint16(at + 14, true);
  const blockLength = REPORT.blockLengths[version] ?? 0;
  const isLayoutOk =
    version >= FIRST_VERSION &&
    version <= REPORT.version &&
    view.byteLength - at >= 16 + blockLength &&
    view.getUint32(at, true) === 16 + blockLength &&
    view.getUint16(at + 8, true) === blockLength &&
    view.getUint16(at + 12, true) === SCHEMA_ID;
  if (!isLayoutOk) throw new MalformedRecord(at, 'a TradeReported of another layout');
  for (let k = 0; k < WIDE_FIELDS.length; k++) checkWide(view, at, WIDE_FIELDS[k] ?? 0);
  if (version > FIRST_VERSION) checkWide(view, at, T.acceptBy);
  if (view.getInt32(at + T.publisherSequence + 4, true) < 0) {
    throw new MalformedRecord(at, 'a negative publisherSequence');
  }
  if (view.getUint8(at + T.tradeType) > 2 || view.getUint8(at + T.aggressor) > 2) {
    throw new MalformedRecord(at, 'an unknown tradeType or aggressor');
  }
}

function checkWide(view: DataView, at: number, field: number): void {
  const high = view.getInt32(at + field + 4, true);
  if (high >= HIGH_WORD_LIMIT || high <= -HIGH_WORD_LIMIT) {
    throw new MalformedRecord(at, 'a number beyond 2^53');
  }
}
