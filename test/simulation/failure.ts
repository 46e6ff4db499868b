import type { Frame } from '#libs/event-log';
import { eventsOf } from '#libs/replay';
import { runWholeNode, type WholeNodeOptions, type WholeNodeReport } from '#libs/simulator';

/** Records shown before and behind the one that a violation names. */
const BEFORE = 12;
const BEHIND = 4;
const COLUMNS = 220;

/**
 * Throws what was broken, with the records around the first sequence that is named and the command
 * that runs the seed again.
 */
export async function refuseViolations(
  { seed, violations }: WholeNodeReport,
  options: WholeNodeOptions,
): Promise<void> {
  if (violations.length === 0) return;
  let frames: readonly Frame[] = [];
  await runWholeNode(seed, { ...options, onLog: (log) => (frames = log) });
  const [, sequence] = /\(sequence (\d+)\)/.exec(violations.join()) ?? [];
  const records = sequence === undefined ? [] : recordsAround(frames, Number(sequence));
  const command = `NOVATE_SIMULATION=${String(seed)} npm test -- test/simulation/whole-node`;
  throw new Error(
    [
      `seed ${String(seed)}:`,
      ...violations.map((violation) => `  ${violation}`),
      ...records,
      `repeat with: ${command} -t 'keeps its promises'`,
    ].join('\n'),
  );
}

/** One line a record: sequence, cause, log time, type and fields. */
function recordsAround(frames: readonly Frame[], sequence: number): string[] {
  return frames.flatMap((frame) =>
    eventsOf(frame)
      .filter((event) => event.sequence >= sequence - BEFORE && event.sequence <= sequence + BEHIND)
      .map(({ sequence: own, cause, message: { type, ...fields } }) => {
        const time = new Date(frame.frameTimeUs / 1000).toISOString();
        const line = `${String(own)} < ${String(cause)} ${time} ${type} ${JSON.stringify(fields)}`;
        return `  ${own === sequence ? '>' : ' '} ${line.slice(0, COLUMNS)}`;
      }),
  );
}
