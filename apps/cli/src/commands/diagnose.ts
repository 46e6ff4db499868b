import type { Command } from 'commander';
import type { DecisionDifference } from '#libs/replay';
import { CommandFailure, exitCodes } from '../failure.js';
import { printJson } from '../json-output.js';
import {
  chooseLog,
  type LogOptions,
  parseSequence,
  readingLog,
  refuseBeyondHead,
  withLog,
} from '../log-access.js';
import { startProgress } from '../progress.js';

interface Options extends LogOptions {
  readonly logic: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: string;
  readonly json?: true;
}

interface Report {
  readonly logic: number;
  readonly from: number;
  readonly to: number;
  /** Inputs, slices and deadlines that were decided anew. */
  readonly decided: number;
  readonly differing: number;
  readonly differences: readonly object[];
}

async function parseLogic(text: string): Promise<number> {
  const { LATEST_LOGIC, logicOf } = await import('#libs/clearing-house');
  const version = Number(text);
  if (/^\d+$/.test(text) && logicOf(version) !== undefined) return version;
  const sentence = `--logic is ${text}; this program carries 1 to ${String(LATEST_LOGIC)}`;
  throw new CommandFailure(exitCodes.badInput, sentence);
}

async function diagnose(options: Options): Promise<Report> {
  const { Diagnosis, EventReader, recover } = await import('#libs/replay');
  const { formatTime } = await import('#libs/events');
  const logic = await parseLogic(options.logic);
  const limit = parseSequence('--limit', options.limit);
  const from = options.from === undefined ? 1 : parseSequence('--from', options.from);
  const chosen = await chooseLog(options);
  return readingLog(chosen, async (log) => {
    const head = (await log.head()).sequence;
    const to = options.to === undefined ? head : parseSequence('--to', options.to);
    refuseBeyondHead('--from', from, head);
    refuseBeyondHead('--to', to, head);
    const reader = new EventReader(log);
    const first = (await reader.frameOf(from))?.firstSequence ?? 1;
    await reader.close();
    const { state } = await recover(log, chosen.dataDir, { sequence: first - 1 });
    const differences: object[] = [];
    const note = ({ timeUs, ...difference }: DecisionDifference): void => {
      const isInside = difference.sequence === 0 || difference.sequence >= from;
      if (!isInside || differences.length >= limit) return;
      differences.push({ ...difference, time: formatTime(timeUs) });
    };
    const diagnosis = new Diagnosis(state, logic, note);
    const progress = await startProgress(to - first + 1, 'events');
    for await (const frame of log.read(first)) {
      if (frame.firstSequence > to) break;
      diagnosis.check(frame);
      progress.at(frame.firstSequence - first + frame.count);
    }
    progress.stop();
    const { decided, differing } = diagnosis;
    return { logic, from: first, to, decided, differing, differences };
  });
}

function printReport(report: Report): void {
  const { logic, from, to, decided, differing } = report;
  process.stdout.write(
    `logic ${String(logic)} on ${String(from)}..${String(to)}: ${String(differing)} of ` +
      `${String(decided)} inputs, slices and deadlines are decided differently\n`,
  );
  for (const difference of report.differences as readonly DifferenceLine[]) {
    process.stdout.write(
      `\n#${String(difference.sequence)} ${difference.type} ${difference.time}\n`,
    );
    for (const { event, field, recorded, redecided } of difference.changes) {
      const [was, is] = [JSON.stringify(recorded), JSON.stringify(redecided)];
      process.stdout.write(`  ${event}.${field}: recorded ${was}, now ${is}\n`);
    }
    for (const event of difference.onlyRecorded) {
      process.stdout.write(`  only recorded: ${JSON.stringify(event)}\n`);
    }
    for (const event of difference.onlyRedecided) {
      process.stdout.write(`  only now:      ${JSON.stringify(event)}\n`);
    }
  }
  const left = differing - report.differences.length;
  if (left > 0) process.stdout.write(`\nand ${String(left)} more; see --limit\n`);
}

type DifferenceLine = DecisionDifference & { readonly time: string };

async function runDiagnose(options: Options): Promise<void> {
  const report = await diagnose(options);
  if (options.json === true) printJson(report);
  else printReport(report);
}

export function register(program: Command): void {
  withLog(program.command('diagnose'))
    .summary('decide an old span again with another logic version and list the differences')
    .description(
      'Submits every recorded input of a span again to a house that decides with the given logic,\n' +
        'from the recorded state before it, and lists what it decides differently, field by field.\n' +
        'The span begins with the frame that holds --from. History is not changed. Exit 0.',
    )
    .requiredOption('--logic <VERSION>', 'logic version to decide with')
    .option('--from <SEQUENCE>', 'first event of the span (default: the beginning)')
    .option('--to <SEQUENCE>', 'last event of the span (default: the end)')
    .option('--limit <N>', 'list at most so many differences; all are counted', '1000')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  novate diagnose --data-dir D --logic 1\n' +
        '  novate diagnose --data-dir D --logic 2 --from 1 --to 5000 --json',
    )
    .action(runDiagnose);
}
