import type { Command } from 'commander';
import type { NameDirectory } from '#libs/clearing';
import type { JsonObject } from '#libs/events';
import type { OpenedLog } from '#libs/runtime';
import { CommandFailure, exitCodes } from '../failure.js';
import {
  chooseLog,
  type LogOptions,
  parseSequence,
  readingLog,
  refuseBeyondHead,
  withLog,
} from '../log-access.js';
import { openOutput } from '../output-file.js';
import { startProgress } from '../progress.js';

interface Options extends LogOptions {
  readonly format: string;
  readonly out: string;
  readonly from?: string;
  readonly to?: string;
}

type Events = typeof import('#libs/events');

/** Things that events name, in the order in which they get their dense ids. */
const NAMING = {
  PublisherRegistered: 'publisher',
  VenueConnected: 'venue',
  CurrencyListed: 'currency',
  PoolOpened: 'pool',
  MemberAdmitted: 'member',
  AccountOpened: 'account',
  InstrumentListed: 'instrument',
} as const;

/** Notes the names that events give, so that constant memory (and no state) suffices. */
class Names {
  private readonly counts = new Map<string, number>();

  constructor(readonly directory: NameDirectory) {
    this.add('publisher', 'operator');
  }

  note(message: ReturnType<Events['readRecord']>): void {
    if (!(message.type in NAMING) || !('name' in message)) return;
    this.add(NAMING[message.type], message.name);
  }

  private add(target: (typeof NAMING)[keyof typeof NAMING], name: string): void {
    const id = (this.counts.get(target) ?? 0) + 1;
    this.counts.set(target, id);
    this.directory.add(target, id, name);
  }
}

/** Every event as its envelope, from..to; those before `from` only give their names. */
async function* envelopes(
  log: OpenedLog,
  from: number,
  to: number,
): AsyncGenerator<{ readonly sequence: number; readonly json: JsonObject }> {
  const events = await import('#libs/events');
  const { forEachRecord } = await import('#libs/replay');
  const { NameDirectory: Directory } = await import('#libs/clearing');
  const names = new Names(new Directory());
  const naming = new Set<number>(
    Object.keys(NAMING).map((name) => events.layouts[name as keyof typeof NAMING].templateId),
  );
  for await (const frame of log.read(1)) {
    if (frame.firstSequence > to) return;
    const found: { sequence: number; json: JsonObject }[] = [];
    forEachRecord(frame, (view, at, sequence) => {
      const isWanted = sequence >= from && sequence <= to;
      if (!isWanted && !naming.has(events.templateIdAt(view, at))) return;
      const message = events.readRecord(view, at);
      if (naming.has(events.templateIdAt(view, at))) names.note(message);
      if (!isWanted) return;
      const envelope = {
        sequence,
        frame: frame.frameNumber,
        timeUs: frame.frameTimeUs,
        cause: sequence - events.causeDistanceAt(view, at),
      };
      found.push({ sequence, json: events.envelopeToJson(envelope, message, names.directory) });
    });
    yield* found;
  }
}

const ENVELOPE = ['sequence', 'frame', 'time', 'type', 'version', 'cause'];

/** Columns of the CSV: the envelope, then every field of every event, in the catalogue's order. */
function csvColumns({ catalogue }: Events): string[] {
  const fields = Object.values(catalogue)
    .filter(({ kind }) => kind === 'input' || kind === 'decision')
    .flatMap((definition) => Object.keys(definition.fields));
  return [...new Set([...ENVELOPE, ...fields])];
}

/** One row, RFC 4180; a group is JSON in its cell, an absent field an empty cell. */
function csvRow(columns: readonly string[], json: JsonObject): string {
  const cells = columns.map((column) => {
    const value = json[column];
    if (value === undefined) return '';
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${cells.join(',')}\r\n`;
}

async function runExport(options: Options): Promise<void> {
  if (options.format === 'parquet') {
    const sentence = '--format parquet is not available yet; use jsonl or csv';
    throw new CommandFailure(exitCodes.badInput, sentence);
  }
  if (options.format !== 'jsonl' && options.format !== 'csv') {
    const sentence = `--format is ${options.format}; it must be jsonl, csv or parquet`;
    throw new CommandFailure(exitCodes.badInput, sentence);
  }
  const from = options.from === undefined ? 1 : parseSequence('--from', options.from);
  const last = options.to === undefined ? undefined : parseSequence('--to', options.to);
  if (last !== undefined && last < from) {
    const sentence = `--to ${String(last)} is before --from ${String(from)}; turn them round`;
    throw new CommandFailure(exitCodes.badInput, sentence);
  }
  const events = await import('#libs/events');
  await readingLog(await chooseLog(options), async (log) => {
    const head = (await log.head()).sequence;
    if (options.from !== undefined) refuseBeyondHead('--from', from, head);
    if (last !== undefined) refuseBeyondHead('--to', last, head);
    const to = last ?? head;
    const isCsv = options.format === 'csv';
    const columns = isCsv ? csvColumns(events) : [];
    const output = await openOutput(options.out);
    const progress = options.out === '-' ? undefined : await startProgress(to - from + 1, 'events');
    try {
      if (isCsv) await output.write(`${columns.join(',')}\r\n`);
      for await (const { sequence, json } of envelopes(log, from, to)) {
        await output.write(isCsv ? csvRow(columns, json) : `${JSON.stringify(json)}\n`);
        progress?.at(sequence - from + 1);
      }
      await output.finish();
    } catch (error) {
      await output.abandon();
      throw error;
    } finally {
      progress?.stop();
    }
  });
}

export function register(program: Command): void {
  withLog(program.command('export'))
    .summary('write every event with all its fields, for people and other programs')
    .description(
      'Writes the events as envelopes {sequence, frame, time, type, version, cause, ...fields}.\n' +
        'Ids are names; dense ids of accounts follow the order of AccountOpened events. Amounts are\n' +
        'decimal strings in minor units. CSV has one column for each field of any event.',
    )
    .requiredOption('--format <F>', 'jsonl or csv (parquet: not available yet)')
    .option('--out <P>', 'file to write; - is standard output', '-')
    .option('--from <SEQUENCE>', 'first event')
    .option('--to <SEQUENCE>', 'last event')
    .addHelpText(
      'after',
      '\nExamples:\n  novate export --data-dir D --format jsonl --out events.jsonl\n' +
        '  novate export --data-dir D --format jsonl | jq \'select(.type == "MarginBreached")\'\n' +
        '  novate export --data-dir D --format csv --out events.csv --from 1000 --to 2000',
    )
    .action(runExport);
}
