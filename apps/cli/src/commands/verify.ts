import type { Command } from 'commander';
import type { HouseState } from '#libs/clearing-house';
import type { JsonObject } from '#libs/events';
import type { OpenedLog } from '#libs/runtime';
import { CommandFailure, exitCodes } from '../failure.js';
import { printJson } from '../json-output.js';
import { asFailure, chooseLog, type ChosenLog, type LogOptions, withLog } from '../log-access.js';
import { startProgress } from '../progress.js';

interface Options extends LogOptions {
  readonly json?: true;
}

/** Where the log is not what it should be. */
interface FirstDifference {
  readonly sequence: string;
  readonly rule: string;
  readonly where?: string;
  readonly recorded?: JsonObject | string;
  readonly recomputed?: JsonObject | string;
}

interface Report {
  ok: boolean;
  frames: number;
  events: number;
  /** Last sequence that was checked. */
  head: string;
  headHash: string;
  time: string | null;
  stateRoot: string;
  businessRoot: string;
  rootsChecked: number;
  firstDifference: FirstDifference | null;
  seconds: number;
  eventsPerSecond: number;
}

type Replay = typeof import('#libs/replay');

/** Roots that the log records, by the sequence after which they hold. */
type RecordedRoots = Map<number, { readonly stateRoot: string; readonly businessRoot?: string }[]>;

/** Damage ends the reading: the frames before it are verified all the same, and then it is met. */
async function recordedRoots(
  log: OpenedLog,
  { hex }: Replay,
): Promise<{ readonly roots: RecordedRoots; readonly damage?: Error }> {
  const { readRecord } = await import('#libs/events');
  const roots: RecordedRoots = new Map();
  try {
    for await (const { record } of log.readLogRecords()) {
      const message = readRecord(new DataView(record.buffer, record.byteOffset, record.length), 0);
      if (message.type !== 'RootRecorded' && message.type !== 'SnapshotTaken') continue;
      const businessRoot =
        message.type === 'RootRecorded' ? { businessRoot: hex(message.businessRoot) } : {};
      const own = roots.get(message.sequence) ?? [];
      own.push({ stateRoot: hex(message.stateRoot), ...businessRoot });
      roots.set(message.sequence, own);
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'LogCorruption') throw error;
    return { roots, damage: error };
  }
  return { roots };
}

/** Compares the roots recorded after a sequence with the recomputed state. */
function checkRoots(
  state: HouseState,
  roots: RecordedRoots,
  { rootsOf, hex }: Replay,
): FirstDifference | undefined {
  const { sequence } = state.clock;
  const recorded = roots.get(sequence);
  if (recorded === undefined) return undefined;
  roots.delete(sequence);
  const is = rootsOf(state);
  for (const { stateRoot, businessRoot } of recorded) {
    const differs =
      stateRoot !== hex(is.stateRoot) ||
      (businessRoot !== undefined && businessRoot !== hex(is.businessRoot));
    if (!differs) continue;
    return {
      sequence: String(sequence),
      rule: 'a recorded root is the root of the recomputed state',
      recorded: stateRoot,
      recomputed: hex(is.stateRoot),
    };
  }
  return undefined;
}

/** What a thrown error says about the log; undefined when it says nothing about it. */
function differenceIn(error: unknown, lastGood: number): FirstDifference | undefined {
  if (!(error instanceof Error)) return undefined;
  const good = 'lastGoodSequence' in error ? Number(error.lastGoodSequence) : 0;
  const sequence = String(Math.max(lastGood, good) + 1);
  switch (error.name) {
    case 'LogCorruption':
      return {
        sequence,
        rule: 'every stored byte is what was written',
        where: error.message,
      };
    case 'MalformedRecord':
    case 'UnknownRecord':
    case 'InvariantViolation':
    case 'ArithmeticOverflow':
      return { sequence, rule: error.message };
    default:
      return undefined;
  }
}

async function checkLog(log: OpenedLog, report: Report): Promise<void> {
  const replay = await import('#libs/replay');
  const { recount } = await import('#libs/clearing-house');
  const { formatTime } = await import('#libs/events');
  const { roots, damage } = await recordedRoots(log, replay);
  report.rootsChecked = roots.size;
  const verification = new replay.Verification();
  const { state } = verification.house;
  const progress = await startProgress((await log.head()).sequence, 'events');
  try {
    for await (const frame of log.read(1)) {
      report.firstDifference = verification.check(frame) ?? null;
      if (report.firstDifference !== null) return;
      report.frames += 1;
      report.events += frame.count;
      report.head = String(frame.firstSequence + frame.count - 1);
      report.headHash = replay.hex(frame.hash);
      report.time = formatTime(frame.frameTimeUs);
      report.firstDifference = checkRoots(state, roots, replay) ?? null;
      if (report.firstDifference !== null) return;
      progress.at(report.events);
    }
    if (damage !== undefined) throw damage;
    recount(state);
    const [astray] = [...roots.keys()].filter((sequence) => sequence !== 0);
    if (astray !== undefined) {
      const rule = 'a root is recorded at the end of a frame of this log';
      report.firstDifference = { sequence: String(astray), rule };
    }
  } finally {
    progress.stop();
    const { stateRoot, businessRoot } = replay.rootsOf(state);
    report.stateRoot = replay.hex(stateRoot);
    report.businessRoot = replay.hex(businessRoot);
  }
}

async function verify(chosen: ChosenLog): Promise<Report> {
  const report: Report = {
    ok: false,
    frames: 0,
    events: 0,
    head: '0',
    headHash: '',
    time: null,
    stateRoot: '',
    businessRoot: '',
    rootsChecked: 0,
    firstDifference: null,
    seconds: 0,
    eventsPerSecond: 0,
  };
  const { openLog } = await import('#libs/runtime');
  const startedAt = performance.now();
  try {
    const log = await openLog({ ...chosen, readOnly: true, strict: true });
    try {
      await checkLog(log, report);
    } finally {
      await log.close();
    }
  } catch (error) {
    const difference = differenceIn(error, Number(report.head));
    if (difference === undefined) throw asFailure(error, chosen);
    report.firstDifference ??= difference;
  }
  report.ok = report.firstDifference === null;
  report.seconds = Math.round(performance.now() - startedAt) / 1000;
  report.eventsPerSecond = Math.round(report.events / Math.max(report.seconds, 0.001));
  return report;
}

function printReport(report: Report): void {
  const lines = [
    `${report.ok ? 'ok' : 'NOT OK'}: ${String(report.events)} events in ${String(report.frames)} frames`,
    `head          ${report.head} at ${report.time ?? 'no time'}`,
    `state root    ${report.stateRoot}`,
    `business root ${report.businessRoot}`,
    `roots checked ${String(report.rootsChecked)}`,
    `speed         ${String(report.eventsPerSecond)} events/s (${String(report.seconds)} s)`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function runVerify({ json, ...options }: Options): Promise<void> {
  const report = await verify(await chooseLog(options));
  if (json === true) printJson(report);
  else printReport(report);
  const difference = report.firstDifference;
  if (difference === null) return;
  const { sequence, rule, where, recorded, recomputed } = difference;
  const detail = [
    where === undefined ? '' : `; ${where}`,
    recorded === undefined ? '' : `; recorded ${JSON.stringify(recorded)}`,
    recomputed === undefined ? '' : `, recomputed ${JSON.stringify(recomputed)}`,
  ].join('');
  const sentence = `the log differs first at sequence ${sequence}: ${rule}${detail}`;
  throw new CommandFailure(exitCodes.checkFailed, sentence);
}

export function register(program: Command): void {
  withLog(program.command('verify'))
    .summary('re-read a log, check every hash and recompute every decision')
    .description(
      'Re-reads the log, checks every hash, recomputes every decision with the logic that was in\n' +
        'force, compares bytes and recorded roots, and recounts money and contracts at the end.\n' +
        'Exit 0: nothing differs. Exit 1: firstDifference says where.',
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  novate verify --data-dir .novate/data\n' +
        "  novate verify --data-dir .novate/data --json | jq '.ok, .firstDifference'",
    )
    .action(runVerify);
}
