import { readdirSync } from 'node:fs';
import { OPERATOR } from '#libs/clearing-house';
import { FileEventLog } from '#libs/event-log-file';
import { hex, recover, rootsOf, Verification } from '#libs/replay';
import { forEachInput } from './log-inputs.js';
import { DurableRun, SEGMENT_BYTES } from './durable-run.js';

/** What stands in a log: the sequence of every input of the operator's session, by its number. */
export interface Verified {
  readonly inputs: ReadonlyMap<number, number>;
  readonly head: number;
  readonly stateRoot: string;
  readonly businessRoot: string;
}

/**
 * Reads a log as `novate verify` does: every hash, every decision again, every input once.
 *
 * @throws when anything is wrong
 */
export async function verified(directory: string): Promise<Verified> {
  const log = await FileEventLog.open({ directory, readOnly: true, strict: true });
  const verification = new Verification();
  try {
    for await (const record of log.readLogRecords()) {
      if (record.epoch < 1) throw new Error('a log record without an epoch');
    }
    for await (const frame of log.read(1)) {
      const difference = verification.check(frame);
      if (difference !== undefined) throw new Error(JSON.stringify(difference));
    }
  } finally {
    await log.close();
  }
  const { state } = verification.house;
  const { stateRoot, businessRoot } = rootsOf(state);
  const roots = { stateRoot: hex(stateRoot), businessRoot: hex(businessRoot) };
  return { inputs: await inputsOf(directory), head: state.clock.sequence, ...roots };
}

/** @throws when an input of the session stands there twice, out of order, or refused */
async function inputsOf(directory: string): Promise<Map<number, number>> {
  const inputs = new Map<number, number>();
  await forEachInput(directory, ({ number, publisher, sequence, reason }) => {
    if (publisher !== OPERATOR || number === 0) return;
    const place = `input ${String(number)} at sequence ${String(sequence)}`;
    if (number !== inputs.size + 1) throw new Error(`${place} follows ${String(inputs.size)}`);
    if (reason !== 0) throw new Error(`${place} is refused: ${String(reason)}`);
    inputs.set(number, sequence);
  });
  return inputs;
}

/**
 * What must hold after a kill: the log opens, holds each acknowledged input where it was said to
 * be, gives one state with and without its snapshots, is verified, and can be continued.
 *
 * @throws when anything of it does not
 */
export async function assertRecovered(
  directory: string,
  acknowledged: ReadonlyMap<number, number>,
): Promise<{ readonly inputs: number; readonly notices: readonly string[] }> {
  const log = await FileEventLog.open({ directory, segmentBytes: SEGMENT_BYTES });
  try {
    const fast = await recover(log, directory);
    const slow = await recover(log, undefined);
    if (hex(rootsOf(fast.state).stateRoot) !== hex(rootsOf(slow.state).stateRoot)) {
      throw new Error('the state from a snapshot is not the state from the log');
    }
    const run = await DurableRun.open(log, directory, () => undefined);
    const { lastNumber } = run;
    await run.feedTo(lastNumber + 4);
    await run.snapshot();
    await log.close();
    await assertHeld(directory, acknowledged, lastNumber);
    return { inputs: lastNumber, notices: log.notices };
  } finally {
    await log.close();
  }
}

async function assertHeld(
  directory: string,
  acknowledged: ReadonlyMap<number, number>,
  recoveredNumber: number,
): Promise<void> {
  const { inputs } = await verified(directory);
  for (const [number, sequence] of acknowledged) {
    if (number <= recoveredNumber && inputs.get(number) === sequence) continue;
    throw new Error(`input ${String(number)}, acknowledged at ${String(sequence)}, is lost`);
  }
  const astray = readdirSync(directory).filter((name) => name.endsWith('.new'));
  if (astray.length > 0) throw new Error(`left behind: ${astray.join()}`);
}
