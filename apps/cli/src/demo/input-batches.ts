import { type InputMessage, offsetsOf, recordLengthOf, writeRecord } from '#libs/events';
import { TRADE_BYTES } from '#libs/simulator';
import { invariant, putInt64 } from '#libs/units';
import { BATCH_HEAD_BYTES, STREAM_MESSAGE_BYTES_MAX } from '#libs/wire';

/** Every input begins alike. */
const HEAD = offsetsOf('PriceObserved');
const BATCH_BYTES = STREAM_MESSAGE_BYTES_MAX - BATCH_HEAD_BYTES;
/** Trades written at a time. */
const TRADES_MAX = Math.floor(BATCH_BYTES / TRADE_BYTES / 4);

/** Writes trades of a step into a view; how many, 0 when there are no more. */
export type TradeWriter = (
  view: DataView,
  at: number,
  firstPublisherSequence: number,
  countMax: number,
) => number;

interface Batch {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  length: number;
}

/**
 * Packs inputs into batches of records for one publisher's session, numbering them densely. Inputs
 * that are durable already are numbered and left out.
 */
export class InputBatches {
  lastPublisherSequence = 0;
  private readonly batches: Batch[] = [];
  /** Batches in use; the last of them is being filled. */
  private used = 0;

  /** `durableUpTo` gives the last publisher sequence that need not be sent. */
  constructor(
    private readonly publisher: number,
    private readonly durableUpTo: () => number,
  ) {}

  add(input: InputMessage): void {
    const publisherSequence = ++this.lastPublisherSequence;
    if (publisherSequence <= this.durableUpTo()) return;
    const { publisher } = this;
    const numbered: InputMessage = { ...input, publisher, publisherSequence };
    const batch = this.batchFor(recordLengthOf(numbered));
    batch.length += writeRecord(batch.view, batch.length, numbered, 0);
  }

  addTrades(write: TradeWriter): void {
    for (;;) {
      const batch = this.batchFor(TRADES_MAX * TRADE_BYTES);
      const first = this.lastPublisherSequence + 1;
      const count = write(batch.view, batch.length, first, TRADES_MAX);
      if (count === 0) return;
      this.lastPublisherSequence += count;
      for (let k = 0; k < count; k++) {
        const at = batch.length + k * TRADE_BYTES;
        putInt64(batch.view, at + HEAD.publisherSequence, first + k);
        batch.view.setUint32(at + HEAD.publisher, this.publisher, true);
      }
      const known = Math.min(count, Math.max(0, this.durableUpTo() - first + 1));
      const end = batch.length + count * TRADE_BYTES;
      batch.bytes.copyWithin(batch.length, batch.length + known * TRADE_BYTES, end);
      batch.length += (count - known) * TRADE_BYTES;
    }
  }

  /** The records that were added since `clear`, in batches; valid until then. */
  all(): Uint8Array[] {
    const filled = this.batches.slice(0, this.used).filter(({ length }) => length > 0);
    return filled.map(({ bytes, length }) => bytes.subarray(0, length));
  }

  /** What was sent is with the node: the buffers may be filled again. */
  clear(): void {
    this.used = 0;
  }

  private batchFor(bytes: number): Batch {
    invariant(bytes <= BATCH_BYTES, 'an input fits a batch');
    const last = this.batches[this.used - 1];
    if (this.used > 0 && last !== undefined && last.length + bytes <= BATCH_BYTES) return last;
    const batch = (this.batches[this.used] ??= newBatch());
    batch.length = 0;
    this.used += 1;
    return batch;
  }
}

function newBatch(): Batch {
  const bytes = new Uint8Array(BATCH_BYTES);
  return { bytes, view: new DataView(bytes.buffer), length: 0 };
}
