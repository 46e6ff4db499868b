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
const DETAILS = layouts.TradeDetailsRecorded.templateId;
/** Where the details stand in their record: length and text, as at the end of a report. */
const DETAILS_AT = layouts.TradeDetailsRecorded.recordBytesFixed;
/** The version of a report that comes back with details; without, it comes in an earlier one. */
const DETAILED_VERSION = 3;
const IDENTIFIED = layouts.InputIdentified.templateId;
/** Slices of what is done bit by bit. */
const SLICES: ReadonlySet<number> = new Set([
  layouts.SweepContinued.templateId,
  layouts.DeleveragingContinued.templateId,
]);
const TIME_ADVANCED = layouts.TimeAdvanced.templateId;
/** What timers lead to and is its own cause. */
export const OF_TIMERS: ReadonlySet<number> = new Set([
  layouts.DeadlineReached.templateId,
  layouts.ValuationEpochOpened.templateId,
  layouts.LiquidationResumed.templateId,
  layouts.MarketResumed.templateId,
  layouts.HedgeGraceEnded.templateId,
]);

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
    if (SLICES.has(template)) return 'slice';
    if (template === TIME_ADVANCED) return 'time';
    if (OF_TIMERS.has(template)) return 'deadline';
    if (template === NOVATED || template === TRADE_REJECTED) {
      this.report(view, at, template === NOVATED ? 1 : versionAt(view, at));
      if (template === NOVATED) this.view.setUint16(BUSINESS_DATE, 0, true);
    } else if (template === INPUT_REJECTED) {
      this.refused(view, at);
    } else {
      this.copy(view, at, recordLengthAt(view, at));
    }
    if (this.messageId === '') this.messageId = messageIdBehind(view, at);
    if (template === NOVATED || template === TRADE_REJECTED) this.addDetails(view, at);
    return 'input';
  }

  /** Completes a report with the details that stand behind its trade and the trade's id. */
  private addDetails(view: DataView, at: number): void {
    const distance = this.messageId === '' ? 1 : 2;
    let place = at;
    for (let k = 0; k < distance; k++) place += recordLengthAt(view, place);
    if (!isBehind(view, place, DETAILS, distance)) return;
    const acceptBy = versionAt(this.view, 0) > 1 ? getInt64(this.view, ACCEPT_BY) : 0;
    const end = 16 + (REPORT.blockLengths[DETAILED_VERSION] ?? 0);
    const bytes = recordLengthAt(view, place) - DETAILS_AT;
    this.header(DETAILED_VERSION, bytes);
    putInt64(this.view, ACCEPT_BY, acceptBy);
    for (let k = 0; k < bytes; k++) {
      this.view.setUint8(end + k, view.getUint8(place + DETAILS_AT + k));
    }
  }

  /** A novated trade was in time, so that the time is not recorded; a refused one tells it. */
  private report(view: DataView, at: number, version: number): void {
    this.copy(view, at, 16 + (REPORT.blockLengths[1] ?? 0));
    this.view.setUint16(10, REPORT.templateId, true);
    this.header(version, 0);
    if (version > 1) putInt64(this.view, ACCEPT_BY, getInt64(view, at + REJECTED_ACCEPT_BY));
  }

  private header(version: number, variableBytes: number): void {
    const blockLength = REPORT.blockLengths[version] ?? 0;
    this.view.setUint32(0, 16 + blockLength + variableBytes, true);
    this.view.setUint16(8, blockLength, true);
    this.view.setUint16(14, version, true);
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
  if (!isBehind(view, next, IDENTIFIED, 1)) return '';
  const message = readRecord(view, next);
  return message.type === 'InputIdentified' ? message.messageId : '';
}

/** Whether a record of that template stands at `at`, caused by the one so many before it. */
function isBehind(view: DataView, at: number, template: number, distance: number): boolean {
  return (
    at + 16 <= view.byteLength &&
    templateIdAt(view, at) === template &&
    causeDistanceAt(view, at) === distance
  );
}
