import {
  layouts,
  offsetsOf,
  readRecord,
  recordLengthAt,
  templateIdAt,
  versionAt,
} from '#libs/events';
import { getInt64, putInt64 } from '#libs/units';
import { causeDistanceAt } from '#libs/events';

const REPORT = layouts.TradeReported;
const ACCEPT_BY = offsetsOf('TradeReported').acceptBy;
const REJECTED_ACCEPT_BY = offsetsOf('TradeRejected').acceptBy;
const BUSINESS_DATE = offsetsOf('TradeReported').businessDate;
const NOVATED = layouts.TradeNovated.templateId;
const TRADE_REJECTED = layouts.TradeRejected.templateId;
const INPUT_REJECTED = layouts.InputRejected.templateId;
const IDENTIFIED = layouts.InputIdentified.templateId;
const SWEEP_CONTINUED = layouts.SweepContinued.templateId;
const TIME_ADVANCED = layouts.TimeAdvanced.templateId;
const DEADLINE = layouts.DeadlineReached.templateId;

/** What a record that is its own cause came from. */
export type Origin = 'input' | 'slice' | 'time' | 'deadline';

/**
 * Gives back, from what was recorded, what was put in: the record that was submitted, byte for byte,
 * and the message id under which it came.
 */
export class RecordedInput {
  readonly bytes = new Uint8Array(1 << 16);
  readonly view = new DataView(this.bytes.buffer);
  messageId = '';

  /** Reads the origin of the record at `at`; for an input fills `view` and `messageId`. */
  read(view: DataView, at: number): Origin {
    this.messageId = '';
    const template = templateIdAt(view, at);
    if (template === SWEEP_CONTINUED) return 'slice';
    if (template === TIME_ADVANCED) return 'time';
    if (template === DEADLINE) return 'deadline';
    if (template === NOVATED || template === TRADE_REJECTED) {
      this.report(view, at, template === NOVATED ? 1 : versionAt(view, at));
      if (template === NOVATED) this.view.setUint16(BUSINESS_DATE, 0, true);
    } else if (template === INPUT_REJECTED) {
      this.refused(view, at);
    } else {
      this.copy(view, at, recordLengthAt(view, at));
    }
    if (this.messageId === '') this.messageId = messageIdBehind(view, at);
    return 'input';
  }

  /** A novated trade was in time, so that the time is not recorded; a refused one tells it. */
  private report(view: DataView, at: number, version: number): void {
    const blockLength = REPORT.blockLengths[version] ?? 0;
    this.copy(view, at, 16 + (REPORT.blockLengths[1] ?? 0));
    this.view.setUint32(0, 16 + blockLength, true);
    this.view.setUint16(8, blockLength, true);
    this.view.setUint16(10, REPORT.templateId, true);
    this.view.setUint16(14, version, true);
    if (version > 1) putInt64(this.view, ACCEPT_BY, getInt64(view, at + REJECTED_ACCEPT_BY));
  }

  private refused(view: DataView, at: number): void {
    const message = readRecord(view, at);
    if (message.type !== 'InputRejected') return;
    this.bytes.set(message.input);
    this.messageId = message.messageId;
  }

  private copy(view: DataView, at: number, bytes: number): void {
    let k = 0;
    for (; k + 4 <= bytes; k += 4) this.view.setUint32(k, view.getUint32(at + k, true), true);
    for (; k < bytes; k++) this.view.setUint8(k, view.getUint8(at + k));
  }
}

/** The id in an InputIdentified that stands right behind the record, or ''. */
function messageIdBehind(view: DataView, at: number): string {
  const next = at + recordLengthAt(view, at);
  if (next + 16 > view.byteLength || templateIdAt(view, next) !== IDENTIFIED) return '';
  if (causeDistanceAt(view, next) !== 1) return '';
  const message = readRecord(view, next);
  return message.type === 'InputIdentified' ? message.messageId : '';
}
