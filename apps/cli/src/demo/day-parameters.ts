import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '#libs/event-log-file';
import { CommandFailure, exitCodes } from '../failure.js';
import { packageVersion } from '../installation.js';
import type { BarSource } from './bar-source.js';

/** What a market day is made of, beside its bars; a resumed run must be made of the same. */
export interface DayNumbers {
  readonly seed: number;
  readonly accounts: number;
  readonly trades: number;
}

/** As given on the command line; what is missing comes from the directory or the defaults. */
export type WantedNumbers = { readonly [K in keyof DayNumbers]?: number | undefined };

interface StoredDay extends DayNumbers {
  readonly program: string;
  /** Where the log is, when it is not in the directory. */
  readonly log?: string;
  readonly market: readonly { readonly symbol: string; readonly sha256: string }[];
}

const FILE = 'demo.json';
const DEFAULTS: DayNumbers = { seed: 1, accounts: 10_000, trades: 1_000_000 };
const NAMES = ['seed', 'accounts', 'trades'] as const;

/** Whether a directory holds segments of an event log. */
function holdsLog(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).some((name) => name.endsWith('.nvl'));
}

/** A log that is not in the directory. */
export interface LogElsewhere {
  readonly where: string;
  readonly holdsEvents: boolean;
}

export interface SettledDay {
  readonly numbers: DayNumbers;
  /** Whether a part of the day is in the log already. */
  readonly isResumed: boolean;
  /** Writes the numbers beside the log to be, once they are known to make a day. */
  readonly store: () => void;
}

/**
 * The numbers of the day in a directory: those it was begun with, or the wanted ones. Nothing is
 * ever overwritten.
 * @throws CommandFailure when the directory holds another day, or a log that is no simulated day
 */
export function settleDay(
  directory: string,
  wanted: WantedNumbers,
  market: readonly BarSource[],
  elsewhere?: LogElsewhere,
): SettledDay {
  const file = join(directory, FILE);
  const holdsEvents = elsewhere?.holdsEvents ?? holdsLog(directory);
  if (existsSync(file)) {
    const stored = readStored(file);
    refuseOtherDay(directory, stored, wanted, market);
    refuseOtherLog(directory, stored, elsewhere);
    const { seed, accounts, trades } = stored;
    const numbers = { seed, accounts, trades };
    return { numbers, isResumed: holdsEvents, store: () => undefined };
  }
  if (holdsEvents) {
    const [where, remedy] =
      elsewhere === undefined
        ? [directory, 'choose another --data-dir']
        : [elsewhere.where, 'choose another stream, or give the --data-dir of its day'];
    const sentence = `${where} holds a log that no simulated day was written to (${directory} has no ${FILE}); ${remedy}`;
    throw new CommandFailure(exitCodes.badInput, sentence);
  }
  const numbers = {
    seed: wanted.seed ?? DEFAULTS.seed,
    accounts: wanted.accounts ?? DEFAULTS.accounts,
    trades: wanted.trades ?? DEFAULTS.trades,
  };
  const bars = market.map(({ symbol, sha256 }) => ({ symbol, sha256 }));
  const log = elsewhere === undefined ? {} : { log: elsewhere.where };
  const stored: StoredDay = { program: packageVersion, ...log, ...numbers, market: bars };
  return { numbers, isResumed: false, store: () => write(directory, stored) };
}

/** A part of the day is in one log; going on in another would begin anew under the same numbers. */
function refuseOtherLog(directory: string, stored: StoredDay, elsewhere?: LogElsewhere): void {
  if (stored.log === elsewhere?.where) return;
  const before = stored.log === undefined ? 'the log in it' : `--log ${stored.log}`;
  throw new CommandFailure(
    exitCodes.badInput,
    `${directory} was begun with ${before}; give the same, or choose another --data-dir`,
  );
}

/** Whole or not at all: a run that is killed here has not begun. */
function write(directory: string, stored: StoredDay): void {
  const file = join(directory, FILE);
  makeDirectory(directory);
  writeFileSync(`${file}.new`, `${JSON.stringify(stored, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function readStored(file: string): StoredDay {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StoredDay;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(exitCodes.badInput, `${file} cannot be read: ${reason}`);
  }
}

function refuseOtherDay(
  directory: string,
  stored: StoredDay,
  wanted: WantedNumbers,
  market: readonly BarSource[],
): void {
  const refuse = (what: string): never => {
    throw new CommandFailure(
      exitCodes.badInput,
      `${directory} was begun with ${what}; a resumed run must be the same: ` +
        'leave the option out or choose another --data-dir',
    );
  };
  for (const name of NAMES) {
    const given = wanted[name];
    if (given === undefined || given === stored[name]) continue;
    refuse(`--${name} ${String(stored[name])}, not ${String(given)}`);
  }
  const before = stored.market.map(({ symbol, sha256 }) => `${symbol} ${sha256}`);
  const now = market.map(({ symbol, sha256 }) => `${symbol} ${sha256}`);
  if (before.join() !== now.join()) {
    refuse(`the bars of ${stored.market.map(({ symbol }) => symbol).join(', ')} from other files`);
  }
  if (stored.program !== packageVersion) {
    refuse(`version ${stored.program} of the program, this is ${packageVersion}`);
  }
}
