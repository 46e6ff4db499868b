import { PUBLISHER } from '#libs/clearing';
import { ClearingHouse, LATEST_LOGIC, OPERATOR, OUTCOME } from '#libs/clearing-house';
import { engineDeclared, type EventLog } from '#libs/event-log';
import { type Message, recordLengthOf, writeRecord } from '#libs/events';
import { recover, writeSnapshot } from '#libs/replay';
import { Sequencer, sharedFrame } from '#libs/runtime';
import { FallingMarket } from './falling-market.js';

/** Small, so that a short run has several segments. */
export const SEGMENT_BYTES = 6 * 1024;
const FROM_US = 1_728_000_000_000_000;
const INPUTS_A_FRAME = 3;
const STEPS = 8;

const market = new FallingMarket(6);
const story = [
  { type: 'LogicActivated', logicVersion: LATEST_LOGIC } as const,
  ...market.genesis(),
  ...Array.from({ length: STEPS }, (_, step) => market.step(step + 1)).flat(),
];
export const STORY_INPUTS = story.length;

/** A frame is durable: its inputs by number, each with the sequence at which it stands. */
export type Acknowledge = (number: number, sequence: number) => void;

/**
 * A market that falls, as a numbered session of the operator, through a real sequencer onto a log.
 * Which input comes next is read from the recovered state, so that a run goes on where it was cut
 * off; the same inputs make the same frames in every run.
 */
export class DurableRun {
  private stopped: string | undefined;
  private readonly waiting: { number: number; sequence: number }[] = [];

  private constructor(
    readonly house: ClearingHouse,
    private readonly directory: string,
    private readonly sequencer: Sequencer,
  ) {}

  static async open(
    log: EventLog,
    directory: string,
    acknowledge: Acknowledge,
  ): Promise<DurableRun> {
    const { state } = await recover(log, directory);
    const { epoch } = await log.claim();
    await log.appendLogRecords([engineDeclared(log)], epoch);
    const house = new ClearingHouse(state, sharedFrame());
    const sequencer: Sequencer = new Sequencer({
      ...{ house, log, epoch, time: 'input', timeStepMaxUs: 3_600_000_000 },
      onReleased: ({ head }) => {
        const { waiting } = run;
        while ((waiting[0]?.sequence ?? Infinity) <= head.sequence) {
          const one = waiting.shift();
          if (one !== undefined) acknowledge(one.number, one.sequence);
        }
      },
      onStopped: (reason) => (run.stopped = reason),
    });
    const run = new DurableRun(house, directory, sequencer);
    return run;
  }

  /** Number of the last input that the state holds. */
  get lastNumber(): number {
    return this.house.state.publishers.get(OPERATOR, PUBLISHER.lastSequence);
  }

  /** Feeds inputs up to this number, a few a frame; all of them are durable then. */
  async feedTo(number: number): Promise<void> {
    while (this.lastNumber < Math.min(number, STORY_INPUTS)) {
      this.offer(this.lastNumber + 1);
      if (this.lastNumber % INPUTS_A_FRAME === 0 || this.lastNumber === number) await this.settle();
    }
    await this.settle();
  }

  /** Writes a snapshot and records its roots, as a node does. */
  async snapshot(): Promise<void> {
    const { header, file } = await writeSnapshot(this.directory, this.house.state);
    const { sequence, logicVersion, layoutVersion } = header;
    const stateRoot = Buffer.from(header.stateRoot, 'hex');
    const businessRoot = Buffer.from(header.businessRoot, 'hex');
    this.sequencer.recordLog([
      encode({ type: 'RootRecorded', sequence, stateRoot, businessRoot }),
      encode({ type: 'SnapshotTaken', sequence, logicVersion, layoutVersion, stateRoot, file }),
    ]);
    await this.settle();
  }

  private offer(number: number): void {
    const input = story[number - 1];
    const head = { publisherSequence: number, publisher: OPERATOR };
    const bytes = encode({ ...input, ...head } as Message);
    const frame = Math.floor((number - 1) / INPUTS_A_FRAME);
    const outcome = this.sequencer.offer(new DataView(bytes.buffer), 0, FROM_US + frame * 1000);
    if (outcome !== OUTCOME.accepted) {
      throw new Error(`input ${String(number)} was not accepted: ${String(outcome)}`);
    }
    this.waiting.push({ number, sequence: this.house.lastSequence });
  }

  private async settle(): Promise<void> {
    await this.sequencer.settled();
    if (this.stopped !== undefined) throw new Error(`the log stopped: ${this.stopped}`);
  }
}

function encode(message: Message): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}
