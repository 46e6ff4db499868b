import { catalogue, layouts, offsetsOf, recordLengthAt, templateIdAt } from '#libs/events';
import { forEachRecord } from '#libs/replay';
import type { FrameDraft } from '#libs/event-log';
import { getInt64, putInt64 } from '#libs/units';

const HEAD = offsetsOf('PriceObserved');
const NOVATED = layouts.TradeNovated.templateId;
/** Decisions that are not sent to subscribers: acknowledged in bulk, or of no use outside. */
const QUIET = new Set<number>([
  NOVATED,
  layouts.InputIdentified.templateId,
  layouts.TradeDetailsRecorded.templateId,
  layouts.BreachQueued.templateId,
  layouts.TimeAdvanced.templateId,
]);
const REFUSALS = new Set<number>([
  layouts.TradeRejected.templateId,
  layouts.InputRejected.templateId,
]);
/** Inputs whose sequence later inputs name: whoever pays a withdrawal out must be told its id. */
const NAMED_BY_SEQUENCE = new Set<number>([layouts.WithdrawalRequested.templateId]);
const DECISIONS = new Set<number>(
  Object.values(catalogue)
    .filter(({ kind }) => kind === 'decision')
    .map(({ templateId }) => templateId),
);

interface Notable {
  readonly at: number;
  readonly sequence: number;
  /** Publisher of a refusal; 0 for a decision that concerns everybody. */
  readonly publisher: number;
}

/** What a durable frame says to publishers and subscribers; one scan serves all of them. */
export class FrameRelease {
  private readonly lastSequences = new Map<number, number>();
  private readonly notable: Notable[] = [];

  constructor(readonly frame: FrameDraft) {
    forEachRecord(frame, (view, at, sequence) => this.note(view, at, sequence));
  }

  private note(view: DataView, at: number, sequence: number): void {
    const template = templateIdAt(view, at);
    const isDecision = DECISIONS.has(template);
    const isRefusal = REFUSALS.has(template);
    if (!isDecision || isRefusal || template === NOVATED) {
      const publisherSequence = getInt64(view, at + HEAD.publisherSequence);
      if (publisherSequence > 0) {
        this.lastSequences.set(view.getUint32(at + HEAD.publisher, true), publisherSequence);
      }
    }
    const isTold = isDecision || NAMED_BY_SEQUENCE.has(template);
    if (!isTold || QUIET.has(template)) return;
    const publisher = isRefusal ? view.getUint32(at + HEAD.publisher, true) : 0;
    this.notable.push({ at, sequence, publisher });
  }

  /** Publishers with a numbered input in the frame. */
  publishers(): Iterable<number> {
    return this.lastSequences.keys();
  }

  /** Last number of a publisher's session in the frame; undefined when it holds none. */
  lastSequenceOf(publisher: number): number | undefined {
    return this.lastSequences.get(publisher);
  }

  /**
   * Sequence-record pairs: the publisher's refusals, and for a subscriber all decisions and
   * withdrawal requests.
   */
  recordsFor(publisher: number, isSubscriber: boolean): Uint8Array {
    const { records } = this.frame;
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    const chosen = this.notable.filter(
      (one) => (one.publisher === 0 && isSubscriber) || one.publisher === publisher,
    );
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
