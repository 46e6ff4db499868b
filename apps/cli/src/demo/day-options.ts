import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { chooseLog, type ChosenLog } from '../log-access.js';

/** Options that `demo` and `simulate` share, as commander gives them. */
export interface DayOptions {
  readonly accounts?: number;
  readonly trades?: number;
  readonly seed?: number;
  readonly dataDir?: string;
  readonly log?: string;
  readonly acceptTimeJump?: true;
  readonly json?: true;
}

const SEED_MAX = 0xffff_ffff;
const ACCOUNTS_MAX = 4_000_000;
const TRADES_MAX = 1_000_000_000;

export function addDayOptions(command: Command): Command {
  return command
    .option('--accounts <N>', 'accounts of all kinds (default: 10000)', whole(1, ACCOUNTS_MAX))
    .option(
      '--trades <M>',
      'trades beside liquidation fills (default: 1000000)',
      whole(1, TRADES_MAX),
    )
    .option('--seed <S>', 'the same seed gives the same day (default: 1)', whole(0, SEED_MAX))
    .option('--data-dir <D>', 'directory of the log; one that holds a part of the day goes on')
    .option('--log <URL>', 'keep the log elsewhere: nats://host:port/stream (NOVATE_LOG)')
    .option('--accept-time-jump', 'accepted for uniformity: log time comes from the day itself')
    .option('--json', 'print one JSON document with the same figures');
}

/** The log of a day, and the directory for what belongs to it: a new one unless it is named. */
export interface DayPlace {
  readonly dataDir: string;
  readonly log: ChosenLog;
  /** Both as options of the command that goes on with the day. */
  readonly options: string;
}

/** @throws CommandFailure when --log names no log */
export async function placeOfDay(options: DayOptions, prefix: string): Promise<DayPlace> {
  const { dataDir = freshDirectory(prefix) } = options;
  const url =
    options.log ?? (options.dataDir === undefined ? process.env['NOVATE_LOG'] : undefined);
  const log = await chooseLog({ dataDir, ...(url === undefined ? {} : { log: url }) });
  const where = log.flag === '--log' ? ` --log '${log.where}'` : '';
  return { dataDir, log, options: `--data-dir ${dataDir}${where}` };
}

/** A directory that does not exist yet, named after this moment. */
function freshDirectory(prefix: string): string {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const name = join('.novate', `${prefix}-${stamp}`);
  for (let k = 2; ; k++) {
    const candidate = k === 2 ? name : `${name}-${String(k)}`;
    if (!existsSync(candidate)) return candidate;
  }
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It is a whole number from ${String(min)} to ${String(max)}.`);
  };
}
