import { writeSync } from 'node:fs';
import { fileLocation, ThreadedEventLog } from '#libs/runtime';
import { DurableRun, SEGMENT_BYTES } from './durable-run.js';

/**
 * A process that is killed inside one of its system calls: two writers after one another, on the
 * threads of a node, each with a snapshot. It prints the number and sequence of every input that
 * was acknowledged, so that its parent knows what must be found afterwards.
 */
const directory = process.argv[2];
const goals = process.argv.slice(3).map(Number);
if (directory === undefined || goals.length === 0) throw new Error('DIRECTORY GOAL...');

for (const goal of goals) {
  const location = fileLocation(directory);
  const log = await ThreadedEventLog.open({
    ...{ location, dataDir: directory, segmentBytes: SEGMENT_BYTES },
  });
  const run = await DurableRun.open(log, directory, (number, sequence) => {
    writeSync(1, `${String(number)} ${String(sequence)}\n`);
  });
  await run.feedTo(Math.floor((run.lastNumber + goal) / 2));
  await run.snapshot();
  await run.feedTo(goal);
  await log.close();
}
