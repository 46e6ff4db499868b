import { explainReason, type NameDirectory } from '#libs/clearing';
import {
  catalogue,
  formatTime,
  layouts,
  type MessageNamed,
  offsetsOf,
  readRecord,
} from '#libs/events';
import type { Frame } from '#libs/event-log';
import { getInt64 } from '#libs/units';
import type { InputsAcknowledged } from '#libs/wire';

const HEAD = offsetsOf('PriceObserved');
const IDENTIFIED = layouts.InputIdentified.templateId;
const REASONS = new Map<number, number>([
  [layouts.TradeRejected.templateId, offsetsOf('TradeRejected').reason],
  [layouts.InputRejected.templateId, offsetsOf('InputRejected').reason],
]);
/** 1: begins with the head of an input and says what became of one. */
const ANSWERS = answers();
/** More entries than this begin a new summary: none is larger than a message may be. */
const ENTRIES_MAX = 500;

function answers(): Uint8Array {
  const table = new Uint8Array(1 << 16);
  for (const { kind, templateId } of Object.values(catalogue)) {
    if (kind === 'input') table[templateId] = 1;
  }
  table[layouts.TradeNovated.templateId] = 1;
  for (const template of REASONS.keys()) table[template] = 1;
  return table;
}

type Rejected = InputsAcknowledged['rejected'][number];

/** What a frame says to one publisher, in runs: a dense session of any length is one entry. */
export class AckSummary {
  private runs: [number, number, number][] = [];
  private rejected: Rejected[] = [];
  private identified: [string, string][] = [];
  firstSequence = 0;
  lastSequence = 0;

  constructor(readonly publisher: number) {}

  get isEmpty(): boolean {
    return this.lastSequence === 0;
  }

  get isFull(): boolean {
    return this.runs.length + this.rejected.length + this.identified.length >= ENTRIES_MAX;
  }

  /** Takes an input or its refusal. */
  take(view: DataView, at: number, template: number, sequence: number): void {
    const number = getInt64(view, at + HEAD.publisherSequence);
    this.cover(sequence);
    const reasonAt = REASONS.get(template);
    if (reasonAt !== undefined) {
      const { reason, reasonName: name } = explainReason(view.getUint16(at + reasonAt, true));
      const publisherSequence = String(number);
      this.rejected.push({ publisherSequence, sequence: String(sequence), reason, name });
      return;
    }
    const run = this.runs.at(-1);
    if (run !== undefined && sequence === run[1] + run[2]) {
      if (number === (run[0] === 0 ? 0 : run[0] + run[2])) {
        run[2] += 1;
        return;
      }
    }
    this.runs.push([number, sequence, 1]);
  }

  /** Takes the id of the input before it. */
  identify({ messageId }: MessageNamed<'InputIdentified'>, sequence: number): void {
    this.cover(sequence);
    this.identified.push([messageId, String(sequence - 1)]);
  }

  /** The summary as an event; it begins anew. */
  text(frame: Frame, names: NameDirectory): string {
    const event: InputsAcknowledged = {
      sequence: String(this.lastSequence),
      frame: String(frame.frameNumber),
      time: formatTime(frame.frameTimeUs),
      type: 'InputsAcknowledged',
      version: 1,
      cause: String(this.lastSequence),
      publisher: names.nameOf('publisher', this.publisher) ?? `#${String(this.publisher)}`,
      runs: this.runs.map(([number, sequence, count]) => [String(number), String(sequence), count]),
      rejected: this.rejected,
      identified: this.identified,
    };
    this.runs = [];
    this.rejected = [];
    this.identified = [];
    this.lastSequence = 0;
    return JSON.stringify(event);
  }

  private cover(sequence: number): void {
    if (this.isEmpty) this.firstSequence = sequence;
    this.lastSequence = sequence;
  }
}

/** The summaries of a frame, for the publishers that somebody wants to hear of. */
export class AckSummaries {
  private readonly summaries = new Map<number, AckSummary>();

  constructor(
    /** All publishers when undefined. */
    private readonly publishers: ReadonlySet<number> | undefined,
    private readonly onFull: () => void,
  ) {}

  visit(template: number, view: DataView, at: number, sequence: number): void {
    if (template === IDENTIFIED) {
      const message = readRecord(view, at) as MessageNamed<'InputIdentified'>;
      this.of(message.publisher)?.identify(message, sequence);
    } else if (ANSWERS[template] === 1) {
      const summary = this.of(view.getUint32(at + HEAD.publisher, true));
      if (summary === undefined) return;
      summary.take(view, at, template, sequence);
      if (summary.isFull) this.onFull();
    }
  }

  /** Those that hold something, in the order in which they were last added to. */
  filled(): AckSummary[] {
    const filled = [...this.summaries.values()].filter(({ isEmpty }) => !isEmpty);
    return filled.sort((a, b) => a.lastSequence - b.lastSequence);
  }

  private of(publisher: number): AckSummary | undefined {
    const known = this.summaries.get(publisher);
    if (known !== undefined) return known;
    if (this.publishers?.has(publisher) === false) return undefined;
    const summary = new AckSummary(publisher);
    this.summaries.set(publisher, summary);
    return summary;
  }
}
