import { type ClearedUtis, explainReason } from '#libs/clearing';
import type { EventLog, FrameDraft, Head } from '#libs/event-log';
import { EventReader } from '#libs/replay';
import type { LineFault } from '#libs/wire';

/** What is said about one line once everything it depends on is durable. */
export interface Pending {
  readonly line: number;
  readonly status: 'accepted' | 'rejected' | 'duplicate' | 'error';
  /** Sequence of the input's record; 0 when nothing stands in the log. */
  readonly sequence: number;
  /** The head must have come to here before the answer may be given. */
  readonly durableAt: number;
  readonly reason?: number;
  /** Ids of the legs of a trade, if it was novated. */
  readonly utis?: ClearedUtis;
  readonly fault?: LineFault;
}

/** Frames and refusals of this session that are remembered; older ones are read from the log. */
const REMEMBERED = 4096;

interface ReleasedRange {
  readonly first: number;
  readonly last: number;
  readonly number: number;
}

/** Answers in the order of their lines, each given only when what it says is durable. */
export class AnswerQueue {
  private readonly waiting: Pending[] = [];
  private readonly reader: EventReader;
  private readonly frames: ReleasedRange[] = [];
  /** Reasons by sequence; the log's reader may lag behind what was just written. */
  private readonly refusals = new Map<number, number>();

  constructor(
    log: EventLog,
    /** Last sequence that is durable. */
    private durable: number,
  ) {
    this.reader = new EventReader(log);
  }

  get length(): number {
    return this.waiting.length;
  }

  add(pending: Pending): void {
    this.waiting.push(pending);
    const { status, sequence, reason } = pending;
    if (status !== 'rejected' || reason === undefined) return;
    this.refusals.set(sequence, reason);
    const [oldest] = this.refusals.keys();
    if (this.refusals.size > REMEMBERED && oldest !== undefined) this.refusals.delete(oldest);
  }

  released(draft: FrameDraft, head: Head): void {
    this.durable = head.sequence;
    this.frames.push({
      first: draft.firstSequence,
      last: head.sequence,
      number: head.frameNumber,
    });
    if (this.frames.length > 2 * REMEMBERED) this.frames.splice(0, REMEMBERED);
  }

  /** Nothing more is asked. */
  close(): Promise<void> {
    return this.reader.close();
  }

  /** The answers that may be given now, as JSON Lines. */
  async take(): Promise<string> {
    let count = 0;
    while ((this.waiting[count]?.durableAt ?? Infinity) <= this.durable) count += 1;
    let text = '';
    for (const pending of this.waiting.splice(0, count)) {
      text += `${JSON.stringify(await this.answer(pending))}\n`;
    }
    return text;
  }

  private async answer(pending: Pending): Promise<object> {
    const { line, status, sequence, reason, utis, fault } = pending;
    if (fault !== undefined) {
      const { field, value, rule } = fault;
      const error = `line ${String(line)}: ${field ?? 'the line'} ${rule}`;
      return { line, status, error, field, value, rule };
    }
    if (sequence === 0) return { line, status };
    const place = { line, status, sequence: String(sequence), frame: await this.frameOf(sequence) };
    if (status === 'duplicate') {
      const first = await this.firstAnswer(sequence);
      return { ...place, first, ...(first.status === 'accepted' ? utis : {}) };
    }
    return reason === undefined ? { ...place, ...utis } : { ...place, ...explainReason(reason) };
  }

  /** Number of the frame that holds a sequence: of this session, or from the log. */
  private async frameOf(sequence: number): Promise<string> {
    const own = this.frames.findLast(({ first, last }) => sequence >= first && sequence <= last);
    if (own !== undefined) return String(own.number);
    return String((await this.reader.frameOf(sequence))?.frameNumber ?? 0);
  }

  /** What the first answer to a repeated input was. */
  private async firstAnswer(sequence: number): Promise<{ readonly status: string }> {
    const remembered = this.refusals.get(sequence);
    if (remembered !== undefined) return { status: 'rejected', ...explainReason(remembered) };
    const message = (await this.reader.at(sequence))?.message;
    return message?.type === 'TradeRejected' || message?.type === 'InputRejected'
      ? { status: 'rejected', ...explainReason(message.reason) }
      : { status: 'accepted' };
  }
}
