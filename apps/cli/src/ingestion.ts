import { LATEST_LOGIC, OPERATOR, OUTCOME } from '#libs/clearing-house';
import { clearedUtis } from '#libs/clearing';
import { type Message, recordLengthOf, utiOf, writeRecord } from '#libs/events';
import { BUSY, type Sequencer, TimeJumpPending } from '#libs/runtime';
import type { AnswerQueue, Pending } from './answers.js';
import type { InputLine } from './line-splitter.js';
import { LineError, type LineFault, type ProposedInput, readProposedInput } from '#libs/wire';

export interface IngestionOptions {
  readonly sequencer: Sequencer;
  readonly answers: AnswerQueue;
  /** `input`: a line's `time` is log time; otherwise it is ignored. */
  readonly time: 'input' | 'machine';
  readonly acceptTimeJump: boolean;
  /** @throws when the log can no longer be written: waiting for room would have no end */
  readonly assertRunning: () => void;
  /** Smallest gap found at the start that has to be accepted, microseconds. */
  readonly timeStepMaxUs: number;
}

/** Takes lines one after another, offers them to the sequencer and notes what is to be answered. */
export class Ingestion {
  private readonly view = new DataView(new ArrayBuffer(1 << 16));
  /** Whether anything was offered, so that log time may go on by itself. */
  hasBegun = false;
  accepted = 0;
  rejected = 0;
  duplicates = 0;
  errors = 0;
  /** The first line that was not taken, and why. */
  firstError: { readonly line: number; readonly fault: LineFault } | undefined;

  constructor(private readonly options: IngestionOptions) {}

  /**
   * Takes one line; resolves when it is in a frame, not when it is durable.
   * @throws TimeJumpPending when log time would jump and that was not accepted
   */
  async take(line: InputLine): Promise<void> {
    try {
      if (line.fault !== undefined) throw new LineError({ rule: line.fault });
      const { names } = this.options.sequencer.house.state;
      await this.propose(line.number, readProposedInput(line.text ?? '', names));
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      this.refuse(line.number, error.fault);
    }
  }

  private refuse(line: number, fault: LineFault): void {
    this.errors += 1;
    this.firstError ??= { line, fault };
    const { sequence } = this.options.sequencer.house.state.clock;
    this.note({ line, status: 'error', sequence: 0, durableAt: sequence, fault });
  }

  private async propose(line: number, input: ProposedInput): Promise<void> {
    const { house } = this.options.sequencer;
    const timeUs = this.logTimeOf(input);
    if (!this.hasBegun) await this.begin(timeUs, input.message.type);
    const outcome = await this.offer(input.message, timeUs, input.messageId);
    const { lastSequence: sequence, lastReason: reason } = house;
    const last = house.state.clock.sequence;
    const told = toldOf(input.message, sequence);
    switch (outcome) {
      case OUTCOME.accepted:
        this.accepted += 1;
        this.note({ line, status: 'accepted', sequence, durableAt: last, ...told });
        return;
      case OUTCOME.rejected:
        this.rejected += 1;
        this.note({ line, status: 'rejected', sequence, durableAt: last, reason });
        return;
      case OUTCOME.duplicate: {
        this.duplicates += 1;
        // A session number does not tell where its first record stands; a message id does.
        const known = input.messageId === '' ? 0 : sequence;
        this.note({ line, status: 'duplicate', sequence: known, durableAt: last, ...told });
        return;
      }
      default:
        throw new LineError({
          field: 'publisherSequence',
          value: String(input.message.publisherSequence),
          rule: "must be the last one of the publisher's session plus one",
        });
    }
  }

  private note(pending: Pending): void {
    this.options.answers.add(pending);
  }

  /** Log time of an input in `input` mode. A jump is accepted at the time from which it jumps. */
  private logTimeOf({ message, timeUs }: ProposedInput): number {
    const present = this.options.sequencer.house.state.clock.timeUs;
    if (this.options.time === 'machine') return present;
    if (message.type === 'TimeJumpAccepted' && present !== 0) return present;
    if (timeUs !== undefined) return timeUs;
    if (present !== 0) return present;
    const rule = 'is missing: with --clock input the first line of a new log sets log time';
    throw new LineError({ field: 'time', value: 'nothing', rule });
  }

  /**
   * Before the first input: a new log activates the newest logic, unless its first input activates
   * one; a gap since the last event is accepted if that was asked for. With the machine's clock it
   * may be called before there is an input.
   */
  async begin(timeUs: number, firstType = ''): Promise<void> {
    const { clock } = this.options.sequencer.house.state;
    const head = { publisherSequence: 0, publisher: OPERATOR };
    this.hasBegun = true;
    if (clock.sequence === 0) {
      if (firstType === 'LogicActivated') return;
      await this.offer({ type: 'LogicActivated', ...head, logicVersion: LATEST_LOGIC }, timeUs);
    } else if (this.options.acceptTimeJump && timeUs - clock.timeUs > this.options.timeStepMaxUs) {
      await this.offer({ type: 'TimeJumpAccepted', ...head, resumeAt: timeUs }, clock.timeUs);
    }
  }

  /**
   * A jump is submitted at the log time from which it jumps: the sequencer would first move on and
   * find the jump. Its frame ends with it, so that the next one bears the new time.
   */
  private async jump(view: DataView, messageId: string): Promise<number> {
    const { sequencer } = this.options;
    const outcome = sequencer.house.submit(view, 0, messageId);
    await sequencer.settled();
    return outcome;
  }

  /** Offers until there is room. */
  private async offer(message: Message, timeUs: number, messageId = ''): Promise<number> {
    const { sequencer } = this.options;
    const view =
      recordLengthOf(message) <= this.view.byteLength
        ? this.view
        : new DataView(new ArrayBuffer(recordLengthOf(message)));
    writeRecord(view, 0, message, 0);
    if (message.type === 'TimeJumpAccepted') return this.jump(view, messageId);
    for (;;) {
      const outcome = sequencer.offer(view, 0, timeUs, messageId);
      if (outcome !== BUSY) return outcome;
      this.options.assertRunning();
      await sequencer.settled();
    }
  }
}

/** What an answer says of a trade if it was novated at `sequence`: the ids of its legs. */
function toldOf(message: Message, sequence: number): Pick<Pending, 'utis'> {
  if (message.type !== 'TradeReported' || sequence === 0) return {};
  return { utis: clearedUtis(sequence, utiOf(message.details)) };
}

/** What to say about a jump of log time that nobody accepted. */
export function describeTimeJump(jump: TimeJumpPending): string {
  const iso = (us: number): string => new Date(us / 1000).toISOString();
  return (
    `${jump.message}, from ${iso(jump.fromUs)} to ${iso(jump.toUs)}; nothing was taken from there ` +
    'on. Deadlines inside the gap must be extended: run again with --accept-time-jump, or allow ' +
    'larger steps with --time-step-max'
  );
}
