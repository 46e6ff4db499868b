import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import type { Durability } from '#libs/event-log';
import { CommandFailure, exitCodes } from '../failure.js';
import type { Ingestion } from '../ingestion.js';
import { chooseLog, type LogOptions, withLog } from '../log-access.js';

interface Options extends LogOptions {
  readonly input: string;
  readonly clock: string;
  readonly timeStepMax?: string;
  readonly acceptTimeJump?: true;
  readonly durabilityMin: string;
  readonly takeOver?: true;
}

/** Default of --time-step-max, seconds. */
const STEP_MAX_S = { machine: 10, input: 3600 } as const;

function clockOf(options: Options): 'machine' | 'input' {
  if (options.clock === 'machine' || options.clock === 'input') return options.clock;
  const sentence = `--clock is ${options.clock}; it must be machine or input`;
  throw new CommandFailure(exitCodes.badInput, sentence);
}

function timeStepMaxUs({ timeStepMax }: Options, clock: 'machine' | 'input'): number {
  if (timeStepMax === undefined) return STEP_MAX_S[clock] * 1_000_000;
  const seconds = Number(timeStepMax);
  if (/^[1-9]\d*$/.test(timeStepMax) && seconds <= 31_536_000) return seconds * 1_000_000;
  const sentence = `--time-step-max is ${timeStepMax}; it must be whole seconds from 1 to 31536000`;
  throw new CommandFailure(exitCodes.badInput, sentence);
}

async function durabilityMinOf(text: string): Promise<Durability> {
  const { DURABILITIES } = await import('#libs/event-log');
  const known = DURABILITIES.find((each) => each === text);
  if (known !== undefined) return known;
  const sentence = `--durability-min is ${text}; it must be one of ${DURABILITIES.join(', ')}`;
  throw new CommandFailure(exitCodes.badInput, sentence);
}

async function openInput(path: string): Promise<Readable> {
  if (path === '-') return process.stdin;
  const stream = createReadStream(path);
  try {
    await once(stream, 'open');
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const sentence = `--input ${path} cannot be read (${detail}); correct the path`;
    throw new CommandFailure(exitCodes.badInput, sentence, { cause: error });
  }
  return stream;
}

async function runIngest(options: Options): Promise<void> {
  const time = clockOf(options);
  const settings = {
    chosen: await chooseLog(options),
    durabilityMin: await durabilityMinOf(options.durabilityMin),
    takeOver: options.takeOver === true,
    time,
    timeStepMaxUs: timeStepMaxUs(options, time),
    acceptTimeJump: options.acceptTimeJump === true,
  };
  const { IngestSession } = await import('../ingest-session.js');
  const input = await openInput(options.input);
  const session = await IngestSession.open(settings, input);
  for (const notice of session.notices) process.stderr.write(`novate: ${notice}\n`);
  reportErrors(await session.run());
}

function reportErrors({ errors, firstError }: Ingestion): void {
  if (firstError === undefined) return;
  const { line, fault } = firstError;
  const value = fault.value === undefined ? '' : ` (it is ${fault.value})`;
  const more = errors === 1 ? 'one line was' : `${String(errors)} lines were`;
  const sentence = `line ${String(line)}: ${fault.field ?? 'the line'} ${fault.rule}${value}; ${more} not taken`;
  throw new CommandFailure(exitCodes.badInput, sentence);
}

export function register(program: Command): void {
  withLog(program.command('ingest'))
    .summary('append input events, one JSON line each')
    .description(
      'Appends input events: JSON Lines of {"type": ..., fields}, names for references, amounts as\n' +
        'decimal strings in minor units (see `novate schema TYPE --input`). A line may also carry\n' +
        '  time         RFC 3339; log time with --clock input\n' +
        '  messageId    makes a repeated line a duplicate that is answered again\n' +
        '  publisher    default operator, with publisherSequence for a numbered session\n' +
        'Prints one JSON line each, in order, when it is durable: {line, status, sequence, frame}\n' +
        'with status accepted, rejected (a numbered reason, recorded), duplicate or error (not\n' +
        'recorded: which field, value and rule). Exit 2 when any line was an error.',
    )
    .option('--input <F>', 'file to read; - is standard input', '-')
    .option('--clock <C>', "machine: this machine's clock; input: each line's time", 'machine')
    .option(
      '--time-step-max <S>',
      'largest advance of log time without acceptance, seconds (machine 10, input 3600)',
    )
    .option('--durability-min <CLASS>', 'refuse a log that promises less', 'fsync')
    .option('--take-over', 'take a log elsewhere from a living writer, which then stops')
    .option('--accept-time-jump', 'record TimeJumpAccepted for a gap found at start')
    .addHelpText(
      'after',
      '\nExamples:\n  novate ingest --data-dir D --clock input --input examples/first-hour.jsonl\n' +
        '  echo \'{"type":"CurrencyListed","name":"USD","minorDigits":4}\' | novate ingest --data-dir D',
    )
    .action(runIngest);
}
