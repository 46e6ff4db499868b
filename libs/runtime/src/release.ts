import { catalogue, layouts, offsetsOf, recordLengthAt, templateIdAt } from '#libs/events';
import { forEachRecord } from '#libs/replay';
import type { FrameDraft } from '#libs/event-log';
import { getInt64, putInt64 } from '#libs/units';
import type { ReleasedParts } from '#libs/wire';
import { SessionAcks } from './session-acks.js';

const HEAD = offsetsOf('PriceObserved');
const TRADE_REASON = offsetsOf('TradeRejected').reason;
const INPUT_REASON = offsetsOf('InputRejected').reason;
const TRADE_REJECTED = layouts.TradeRejected.templateId;
const INPUT_REJECTED = layouts.InputRejected.templateId;

/** What a template's records are to publishers: flags. */
const NUMBERED = 1;
const TOLD = 2;
const REFUSAL = 4;
/** Decisions that are not sent to subscribers: acknowledged in bulk, or of no use outside. */
const QUIET = new Set([
  'TradeNovated',
  'TradeDetailsRecorded',
  'InputIdentified',
  'BreachQueued',
  'TimeAdvanced',
]);
/** Inputs whose sequence later inputs name: whoever pays a withdrawal out must be told its id. */
const NAMED_BY_SEQUENCE = new Set(['WithdrawalRequested']);
const flags = flagsByTemplate();

function flagsByTemplate(): Uint8Array {
  const all = new Uint8Array(1 << 16);
  for (const { name, kind, templateId } of Object.values(catalogue)) {
    const isDecision = kind === 'decision';
    const isRefusal = templateId === TRADE_REJECTED || templateId === INPUT_REJECTED;
    const isNumbered = !isDecision || isRefusal || name === 'TradeNovated';
    const isTold = (isDecision || NAMED_BY_SEQUENCE.has(name)) && !QUIET.has(name);
    all[templateId] = (isNumbered ? NUMBERED : 0) | (isTold ? TOLD : 0) | (isRefusal ? REFUSAL : 0);
  }
  return all;
}

interface Notable {
  readonly at: number;
  readonly sequence: number;
  /** Publisher of a refusal; 0 for a decision that concerns everybody. */
  readonly publisher: number;
}

/** What a durable frame says to publishers and subscribers; one scan serves all of them. */
export class FrameRelease {
  private readonly sessions = new Map<number, SessionAcks>();
  private readonly notable: Notable[] = [];
  private latest: SessionAcks | undefined;

  constructor(
    readonly frame: FrameDraft,
    private readonly frameNumber: number,
  ) {
    forEachRecord(frame, (view, at, sequence) => this.note(view, at, sequence));
  }

  get lastSequence(): number {
    return this.frame.firstSequence + this.frame.count - 1;
  }

  private note(view: DataView, at: number, sequence: number): void {
    const template = templateIdAt(view, at);
    const flag = flags[template] ?? 0;
    if ((flag & NUMBERED) !== 0) {
      const number = getInt64(view, at + HEAD.publisherSequence);
      if (number > 0) {
        const reason = (flag & REFUSAL) === 0 ? 0 : reasonAt(view, at, template);
        this.sessionOf(view.getUint32(at + HEAD.publisher, true)).note(number, sequence, reason);
      }
    }
    if ((flag & TOLD) === 0) return;
    const publisher = (flag & REFUSAL) === 0 ? 0 : view.getUint32(at + HEAD.publisher, true);
    this.notable.push({ at, sequence, publisher });
  }

  private sessionOf(publisher: number): SessionAcks {
    if (this.latest?.publisher === publisher) return this.latest;
    const session = this.sessions.get(publisher) ?? new SessionAcks(publisher);
    this.sessions.set(publisher, session);
    this.latest = session;
    return session;
  }

  /** Acknowledgements of each publisher with a numbered input in the frame. */
  acks(): Iterable<SessionAcks> {
    return this.sessions.values();
  }

  acksOf(publisher: number): SessionAcks | undefined {
    return this.sessions.get(publisher);
  }

  /**
   * The message to a publisher: its acknowledgements from `ackFrom` on, and for a subscriber its
   * refusals, all decisions and withdrawal requests.
   */
  partsFor(
    publisher: number,
    options: { ackFrom: number; lastPublisherSequence: number; isSubscriber: boolean },
  ): ReleasedParts {
    const { firstSequence, count, frameTimeUs } = this.frame;
    const { ackFrom, lastPublisherSequence, isSubscriber } = options;
    const acks = this.sessions.get(publisher)?.from(ackFrom) ?? NO_ACKS;
    return {
      frame: this.frameNumber,
      firstSequence,
      count,
      frameTimeUs,
      lastPublisherSequence,
      runs: acks.runs,
      refusals: acks.refusals,
      records: isSubscriber ? this.recordsFor(publisher) : NO_RECORDS,
    };
  }

  /** Sequence-record pairs. */
  private recordsFor(publisher: number): Uint8Array {
    const { records } = this.frame;
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    const chosen = this.notable.filter((one) => one.publisher === 0 || one.publisher === publisher);
    let bytes = 0;
    for (const { at } of chosen) bytes += 8 + recordLengthAt(view, at);
    const out = new Uint8Array(bytes);
    const outView = new DataView(out.buffer);
    let to = 0;
    for (const { at, sequence } of chosen) {
      const length = recordLengthAt(view, at);
      putInt64(outView, to, sequence);
      out.set(records.subarray(at, at + length), to + 8);
      to += 8 + length;
    }
    return out;
  }
}

const NO_ACKS = { runs: [], refusals: [] };
const NO_RECORDS = new Uint8Array(0);

function reasonAt(view: DataView, at: number, template: number): number {
  return view.getUint16(at + (template === TRADE_REJECTED ? TRADE_REASON : INPUT_REASON), true);
}
