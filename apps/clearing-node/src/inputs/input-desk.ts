import { OUTCOME } from '#libs/clearing-house';
import { type Message, RecordTooLong, recordLengthOf, writeRecord } from '#libs/events';
import type { ReadModel, SubmissionFault, SubmissionPort } from '#libs/runtime';
import { TooManySubmissions } from '#libs/runtime';
import { invariant } from '#libs/units';
import { LineError, type ProposedInput } from '#libs/wire';
import { Problem, unavailable } from '../http/problem.js';
import { answerOf, type AnswerSource, type InputAnswer } from './input-answer.js';
import type { RecordLookup } from './record-lookup.js';

/** What became of an input that was taken. */
export interface Taken {
  readonly answer: InputAnswer;
  /** The same input was answered before; this is that answer again. */
  readonly isRepeated: boolean;
}

export interface SubmittedInputs {
  /** One for each input that was taken, in order. */
  readonly taken: readonly Taken[];
  /** Why the next one was not taken; absent when all were. */
  readonly fault?: Problem | LineError;
}

/** Brings inputs to the core and their answers back, once they are durable and can be read. */
export class InputDesk {
  constructor(
    private readonly model: ReadModel,
    private readonly submissions: SubmissionPort,
    private readonly records: RecordLookup,
    private readonly source: AnswerSource,
  ) {}

  /** @throws Problem 503 when nothing was submitted because too much is open */
  async submit(inputs: readonly ProposedInput[]): Promise<SubmittedInputs> {
    const ids = inputs.map(({ messageId }) => messageId);
    const result = await this.open(encoded(inputs.map(({ message }) => message)), ids);
    const taken: Taken[] = [];
    for (const [k, { outcome, sequence }] of result.answers.entries()) {
      invariant(outcome !== OUTCOME.gap, 'an input without a session number leaves no gap');
      await this.model.reached(sequence);
      const event = await this.records.at(sequence);
      invariant(event !== undefined, 'what was answered stands in the log');
      const answer = answerOf(event, ids[k] ?? '', this.source);
      taken.push({ answer, isRepeated: outcome === OUTCOME.duplicate });
    }
    return result.fault === undefined ? { taken } : { taken, fault: faultOf(result.fault) };
  }

  private async open(records: Uint8Array, ids: readonly string[]) {
    try {
      return await this.submissions.submit(records, ids);
    } catch (error) {
      if (!(error instanceof TooManySubmissions)) throw error;
      throw unavailable('overloaded', 'Too many inputs wait for the log; send it again later.');
    }
  }
}

function faultOf({ kind, detail }: SubmissionFault): Problem | LineError {
  switch (kind) {
    case 'time-jump':
      return unavailable(
        'risk-suspended',
        `${detail}: inputs wait until an operator sends TimeJumpAccepted.`,
      );
    case 'malformed':
      return new LineError({ rule: `cannot be taken: ${detail}` });
    case 'stopped':
      return unavailable('log-stopped', 'The log can no longer be written; the node is stopping.');
  }
}

/** @throws LineError when one does not fit a record */
function encoded(messages: readonly Message[]): Uint8Array {
  try {
    const lengths = messages.map(recordLengthOf);
    const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const [k, message] of messages.entries()) {
      writeRecord(view, at, message, 0);
      at += lengths[k] ?? 0;
    }
    return bytes;
  } catch (error) {
    if (!(error instanceof RecordTooLong)) throw error;
    throw new LineError({ rule: `is too long: ${error.message}` });
  }
}
