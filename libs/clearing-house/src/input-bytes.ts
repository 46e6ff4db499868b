import {
  layouts,
  type Measured,
  offsetsOf,
  readRecord,
  recordLengthAt,
  setCauseDistance,
  templateIdAt,
} from '#libs/events';
import { hash48, mix48 } from '#libs/units';

const TRADE_REPORTED = layouts.TradeReported.templateId;
const HEAD = offsetsOf('PriceObserved');
const TRADE_BODY_END = 16 + (layouts.TradeReported.blockLengths[1] ?? 0);
/** Where the details of a report begin, behind their length, in the versions that have them. */
const DETAILS_AT = 16 + layouts.TradeReported.blockLength + 2;

/** Who sends a record; 0 when it is no input. */
export function publisherOf(view: DataView, at: number): number {
  if (templateIdAt(view, at) === TRADE_REPORTED) return view.getUint32(at + HEAD.publisher, true);
  const message = readRecord(view, at);
  return 'publisher' in message ? message.publisher : 0;
}

/**
 * Hash of what an input says, without header and session number: equal content, equal hash. Of a
 * trade only what is recorded of it, which leaves out how long its offer held; details, if there are
 * any, are mixed in, so that a trade without has the hash it had before there were details.
 */
export function bodyHashOf(view: DataView, at: number): number {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const length = recordLengthAt(view, at);
  if (templateIdAt(view, at) !== TRADE_REPORTED) {
    return hash48(bytes, at + HEAD.publisher, at + length);
  }
  const hash = hash48(bytes, at + HEAD.publisher, at + TRADE_BODY_END);
  return length > DETAILS_AT ? mix48(hash, hash48(bytes, at + DETAILS_AT, at + length)) : hash;
}

/** What is recorded of an input that is refused: all of it, and the reason. */
export function rejection(
  view: DataView,
  at: number,
  message: Measured,
  reason: number,
  messageId: string,
): Measured<'InputRejected'> {
  const length = recordLengthAt(view, at);
  const input = new Uint8Array(view.buffer, view.byteOffset + at, length).slice();
  setCauseDistance(new DataView(input.buffer), 0, 0);
  const head = 'publisherSequence' in message ? message : { publisher: 0, publisherSequence: 0 };
  return {
    type: 'InputRejected',
    publisherSequence: head.publisherSequence,
    publisher: head.publisher,
    reason,
    inputTemplateId: templateIdAt(view, at),
    input,
    messageId,
  };
}
