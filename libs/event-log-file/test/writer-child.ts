import { FileEventLog } from '../src/index.js';
import { draftOf } from './sample-drafts.js';

/**
 * A process that appends until it is killed. It prints the last acknowledged sequence after every
 * acknowledgement, so that its parent knows what must be found afterwards.
 */
const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: writer-child DIRECTORY');

const log = await FileEventLog.open({ directory, segmentBytes: 256 * 1024, headIntervalMs: 10 });
const { epoch, head } = await log.claim();
process.stdout.write(`opened ${String(head.sequence)} ${log.notices.join('; ')}\n`);
for (let { sequence } = head; ;) {
  const outcome = await log.append(draftOf(epoch, sequence + 1), sequence);
  if (outcome.kind !== 'committed') throw new Error(outcome.kind);
  sequence = outcome.head.sequence;
  process.stdout.write(`${String(sequence)}\n`);
}
