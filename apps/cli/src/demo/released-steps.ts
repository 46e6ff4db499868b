import { type Message, readRecord, recordLengthAt } from '#libs/events';
import { getInt64 } from '#libs/units';
import type { Released } from '#libs/wire';

/** What became durable in one step: messages, each with its sequence. */
export interface StepDecisions {
  readonly messages: Message[];
  readonly sequences: number[];
}

/**
 * Divides what a node releases into steps. A step is complete with the first released frame whose
 * last publisher sequence reaches the step's last input; later frames belong to the next step. As a
 * frame never spans two log times, history and live release are divided alike.
 */
export class ReleasedSteps {
  private queue: Released[] = [];
  private next = 0;
  private givenPublisherSequence = 0;
  private failure: Error | undefined;
  private wake: () => void = () => undefined;
  /** Last input that is durable. */
  durablePublisherSequence = 0;
  /** Last event that is durable. */
  durableSequence = 0;
  /** Log time of the last durable frame. */
  private durableTimeUs = 0;

  /** Takes the next released frame, from history or live. */
  take(released: Released): void {
    this.queue.push(released);
    this.durablePublisherSequence = released.lastPublisherSequence;
    this.durableSequence = released.firstSequence + released.count - 1;
    this.durableTimeUs = released.frameTimeUs;
    this.wake();
  }

  /** Nothing more will come: whoever waits is told why. */
  fail(error: Error): void {
    this.failure ??= error;
    this.wake();
  }

  /** Waits until history is complete up to an event. */
  async arrived(sequence: number): Promise<void> {
    while (this.durableSequence < sequence) await this.more();
  }

  /** Waits until a frame of this log time or a later one is durable. */
  async reached(timeUs: number): Promise<void> {
    while (this.durableTimeUs < timeUs) await this.more();
  }

  /** Decisions of the step whose last input has this number; waits for them. */
  async upTo(publisherSequence: number): Promise<StepDecisions> {
    const decisions: StepDecisions = { messages: [], sequences: [] };
    while (this.givenPublisherSequence < publisherSequence) {
      const released = this.queue[this.next];
      if (released === undefined) {
        await this.more();
        continue;
      }
      this.next += 1;
      this.givenPublisherSequence = released.lastPublisherSequence;
      readInto(decisions, released.records);
    }
    if (this.next === this.queue.length) {
      this.queue = [];
      this.next = 0;
    }
    return decisions;
  }

  /** Resolves when something was taken; rejects when nothing more will come. */
  private async more(): Promise<void> {
    const { failure } = this;
    if (failure !== undefined) throw failure;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }
}

/** Pairs of sequence and record, back to back. */
function readInto({ messages, sequences }: StepDecisions, records: Uint8Array): void {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  for (let at = 0; at < records.length;) {
    sequences.push(getInt64(view, at));
    messages.push(readRecord(view, at + 8));
    at += 8 + recordLengthAt(view, at + 8);
  }
}
