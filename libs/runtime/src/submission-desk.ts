import { MalformedRecord, recordLengthAt, UnknownRecord } from '#libs/events';
import { BUSY, type Sequencer, TimeJumpPending } from './sequencer.js';
import type {
  Submission,
  SubmissionAnswer,
  SubmissionFault,
  SubmissionResult,
} from './submissions.js';

interface Pending {
  readonly submission: Submission;
  readonly view: DataView;
  readonly answers: SubmissionAnswer[];
  at: number;
  fault?: SubmissionFault;
}

interface Unreleased {
  readonly result: SubmissionResult;
  readonly durableAt: number;
}

/**
 * Takes submissions of other threads into the sequencer, one after another and each record in its
 * order, and answers each when everything it caused is durable. Runs on the core thread. A full
 * sequencer makes it wait; whoever submits bounds how many submissions are open.
 */
export class SubmissionDesk {
  private readonly queue: Pending[] = [];
  private readonly unreleased: Unreleased[] = [];
  private durable: number;
  private stoppedBecause: string | undefined;

  constructor(
    private readonly sequencer: Sequencer,
    private readonly answer: (result: SubmissionResult) => void,
  ) {
    this.durable = sequencer.house.state.clock.sequence;
  }

  take(submission: Submission): void {
    const { buffer, byteOffset, byteLength } = submission.records;
    const view = new DataView(buffer, byteOffset, byteLength);
    this.queue.push({ submission, view, answers: [], at: 0 });
    this.resume();
  }

  /** Goes on when the sequencer may have room. */
  resume(): void {
    for (;;) {
      const [pending] = this.queue;
      if (pending === undefined || !this.offerAll(pending)) break;
      this.queue.shift();
      this.conclude(pending);
    }
    this.sequencer.flush();
  }

  /** The head is now `sequence`: what was waiting for it is answered. */
  released(sequence: number): void {
    this.durable = sequence;
    let count = 0;
    while ((this.unreleased[count]?.durableAt ?? Infinity) <= sequence) count += 1;
    for (const { result } of this.unreleased.splice(0, count)) this.answer(result);
  }

  /** The log can no longer be written: what is not durable is not answered as if it were. */
  stop(reason: string): void {
    this.stoppedBecause = reason;
    const fault: SubmissionFault = { kind: 'stopped', detail: reason };
    const open = [
      ...this.unreleased.splice(0).map(({ result }) => result.id),
      ...this.queue.splice(0).map(({ submission }) => submission.id),
    ];
    for (const id of open) this.answer({ kind: 'submitted', id, answers: [], fault });
  }

  /** False when the sequencer is full. */
  private offerAll(pending: Pending): boolean {
    const { submission, view, answers } = pending;
    if (this.stoppedBecause !== undefined) {
      pending.fault = { kind: 'stopped', detail: this.stoppedBecause };
    }
    while (pending.at < view.byteLength && pending.fault === undefined) {
      const messageId = submission.messageIds[answers.length] ?? '';
      const outcome = this.offer(pending, messageId);
      if (outcome === BUSY) return false;
      if (outcome === undefined) break;
      const { lastSequence: sequence, lastReason: reason } = this.sequencer.house;
      answers.push({ outcome, sequence, reason });
      pending.at += recordLengthAt(view, pending.at);
    }
    return true;
  }

  /** Undefined when the record cannot be taken at all; the pending submission then has a fault. */
  private offer(pending: Pending, messageId: string): number | undefined {
    const { sequencer } = this;
    try {
      const { timeUs } = sequencer.house.state.clock;
      return sequencer.offer(pending.view, pending.at, timeUs, messageId);
    } catch (error) {
      if (error instanceof TimeJumpPending) {
        pending.fault = { kind: 'time-jump', detail: error.message };
        return undefined;
      }
      if (!(error instanceof MalformedRecord) && !(error instanceof UnknownRecord)) throw error;
      pending.fault = { kind: 'malformed', detail: error.message };
      return undefined;
    }
  }

  private conclude({ submission, answers, fault }: Pending): void {
    const { id } = submission;
    const result: SubmissionResult = {
      kind: 'submitted',
      id,
      answers,
      ...(fault === undefined ? {} : { fault }),
    };
    const durableAt = this.sequencer.house.state.clock.sequence;
    if (durableAt <= this.durable) this.answer(result);
    else this.unreleased.push({ result, durableAt });
  }
}
