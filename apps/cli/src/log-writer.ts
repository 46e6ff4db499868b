import type { Durability, FrameDraft, Head } from '#libs/event-log';
import type { Message } from '#libs/events';
import type { OpenedLog, Sequencer } from '#libs/runtime';
import { CommandFailure, exitCodes } from './failure.js';
import { asFailure, type ChosenLog } from './log-access.js';

/** Which log is written, and on what conditions. */
export interface WriterSettings {
  readonly chosen: ChosenLog;
  readonly durabilityMin: Durability;
  readonly takeOver: boolean;
}

export interface LogWriterOptions extends WriterSettings {
  /** `input`: log time comes with the inputs; otherwise from the machine's clock. */
  readonly time: 'input' | 'machine';
  /** Largest advance of log time without acceptance, microseconds. */
  readonly timeStepMaxUs: number;
  /** A frame is durable; its bytes are reused after the call. */
  readonly onReleased: (draft: FrameDraft, head: Head) => void;
}

/** A log opened for writing, with the house at its head. */
export interface LogWriter {
  readonly log: OpenedLog;
  readonly sequencer: Sequencer;
  /** What opening found and put right. */
  readonly notices: readonly string[];
  /** @throws CommandFailure when the log could no longer be written */
  assertRunning(): void;
  /** Finishes what was taken, records the roots of the state if it changed, and closes. */
  close(): Promise<void>;
}

/**
 * Opens a log for writing, recovers the house from it and claims it.
 * @throws CommandFailure with exit 3 when another process holds it, its server cannot be reached or
 *   it promises too little, exit 1 when it is damaged
 */
export async function openLogWriter(options: LogWriterOptions): Promise<LogWriter> {
  const { refuseWeakDurability, ThreadedEventLog } = await import('#libs/runtime');
  const { takeOver, durabilityMin } = options;
  try {
    const log = await ThreadedEventLog.open({ ...options.chosen, takeOver });
    try {
      refuseWeakDurability(log, durabilityMin);
      return await startWriting(log, options);
    } catch (error) {
      await log.close();
      throw error;
    }
  } catch (error) {
    throw asFailure(error, options.chosen);
  }
}

async function startWriting(log: OpenedLog, options: LogWriterOptions): Promise<LogWriter> {
  const { ClearingHouse } = await import('#libs/clearing-house');
  const { recover, rootsOf } = await import('#libs/replay');
  const { Sequencer: Runner, sharedFrame, systemClock } = await import('#libs/runtime');
  const { state } = await recover(log, options.chosen.dataDir);
  const { epoch } = await log.claim();
  const { engineDeclared } = await import('#libs/event-log');
  await log.appendLogRecords([engineDeclared(log)], epoch);
  let stopped: string | undefined;
  const sequencer = new Runner({
    house: new ClearingHouse(state, sharedFrame()),
    log,
    epoch,
    time: options.time === 'input' ? 'input' : systemClock,
    timeStepMaxUs: options.timeStepMaxUs,
    onReleased: ({ draft, head }) => options.onReleased(draft, head),
    onStopped: (reason) => (stopped ??= reason),
  });
  const before = state.clock.sequence;
  const assertRunning = (): void => {
    if (stopped === undefined) return;
    const { where } = options.chosen;
    const sentence =
      `the log in ${where} can no longer be written: ${stopped}; what was printed is durable; ` +
      'put that right and run it again';
    throw new CommandFailure(exitCodes.environment, sentence);
  };
  const recordRoots = async (): Promise<void> => {
    if (stopped !== undefined || state.clock.sequence === before) return;
    sequencer.recordTime();
    await sequencer.settled();
    const { sequence } = state.clock;
    sequencer.recordLog([await logRecord({ type: 'RootRecorded', sequence, ...rootsOf(state) })]);
    await sequencer.settled();
  };
  return {
    log,
    sequencer,
    notices: log.notices,
    assertRunning,
    close: async () => {
      await sequencer.drain();
      await recordRoots();
      await log.close().catch((error: unknown) => {
        throw asFailure(error, options.chosen);
      });
      assertRunning();
    },
  };
}

async function logRecord(message: Message): Promise<Uint8Array> {
  const { recordLengthOf, writeRecord } = await import('#libs/events');
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}
