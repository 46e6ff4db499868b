import { layouts, MalformedRecord, offsetsOf, readRecord, SCHEMA_ID } from '#libs/events';

const REPORT = layouts.TradeReported;
const T = offsetsOf('TradeReported');
/** Without a latest time to accept it; every version is taken. */
const FIRST_VERSION = 1;
/** From this version on details follow the block. */
const DETAILS_VERSION = 3;
const LENGTH_BYTES = 2;
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
 * passes here, a reader of the log can read. Returns its details, '' when it has none: those are
 * decoded, since that costs only whoever sends them.
 * @throws MalformedRecord
 */
export function checkTradeShape(view: DataView, at: number): string {
  if (view.byteLength - at < 16) throw new MalformedRecord(at, 'a TradeReported is cut short');
  const version = view.getUint16(at + 14, true);
  const blockLength = REPORT.blockLengths[version] ?? 0;
  const detailsLength = version < DETAILS_VERSION ? 0 : lengthAt(view, at + 16 + blockLength);
  const isLayoutOk =
    version >= FIRST_VERSION &&
    version <= REPORT.version &&
    view.byteLength - at >= 16 + blockLength + detailsLength &&
    view.getUint32(at, true) === 16 + blockLength + detailsLength &&
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
  return detailsLength > LENGTH_BYTES ? detailsOf(view, at) : '';
}

/** Bytes of the variable field at `at`, its length included; a field that is cut off has its length. */
function lengthAt(view: DataView, at: number): number {
  return at + LENGTH_BYTES > view.byteLength
    ? LENGTH_BYTES
    : LENGTH_BYTES + view.getUint16(at, true);
}

function detailsOf(view: DataView, at: number): string {
  const message = readRecord(view, at);
  return message.type === 'TradeReported' ? message.details : '';
}

function checkWide(view: DataView, at: number, field: number): void {
  const high = view.getInt32(at + field + 4, true);
  if (high >= HIGH_WORD_LIMIT || high <= -HIGH_WORD_LIMIT) {
    throw new MalformedRecord(at, 'a number beyond 2^53');
  }
}
