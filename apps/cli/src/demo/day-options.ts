import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';

/** Options that `demo` and `simulate` share, as commander gives them. */
export interface DayOptions {
  readonly accounts?: number;
  readonly trades?: number;
  readonly seed?: number;
  readonly dataDir?: string;
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
    .option('--accept-time-jump', 'accepted for uniformity: log time comes from the day itself')
    .option('--json', 'print one JSON document with the same figures');
}

/** A directory that does not exist yet, named after this moment. */
export function freshDirectory(prefix: string): string {
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
