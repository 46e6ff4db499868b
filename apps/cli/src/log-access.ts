import type { Command } from 'commander';
import type { LogLocation, OpenedLog } from '#libs/runtime';
import { CommandFailure, exitCodes } from './failure.js';

/** What `withLog` adds to a command's options. */
export interface LogOptions {
  readonly dataDir?: string;
  readonly log?: string;
}

/** How a log was named on the command line. */
export interface LogOption {
  readonly flag: '--data-dir' | '--log';
  /** Its value, without what is needed to log in. */
  readonly where: string;
}

/** The log that a command works on. */
export interface ChosenLog extends LogOption {
  readonly location: LogLocation;
  /** Where snapshots are; undefined for a log elsewhere without --data-dir. */
  readonly dataDir: string | undefined;
}

/** `--data-dir D` and `--log URL`, as every command that works on a log takes them. */
export function withLog(command: Command): Command {
  return command
    .option('--data-dir <D>', 'directory of the embedded log, and of snapshots')
    .option(
      '--log <URL>',
      'a log elsewhere: nats://host:port/stream (default: file:D; NOVATE_LOG)',
    );
}

/** @throws CommandFailure with exit 2 when none is named, or by a URL that names none */
export async function chooseLog(options: LogOptions): Promise<ChosenLog> {
  const { dataDir } = options;
  // The environment is for a URL that holds a password; a directory that was typed goes before it.
  const url = options.log ?? (dataDir === undefined ? process.env['NOVATE_LOG'] : undefined);
  const { directoryOf, fileLocation, locateLog } = await import('#libs/runtime');
  if (url === undefined) {
    if (dataDir === undefined) {
      const sentence = 'no log is named; give --data-dir D, or --log URL for one elsewhere';
      throw new CommandFailure(exitCodes.badInput, sentence);
    }
    return { location: fileLocation(dataDir), dataDir, flag: '--data-dir', where: dataDir };
  }
  try {
    const location = await locateLog(url);
    const where = location.display;
    return { location, dataDir: dataDir ?? directoryOf(location), flag: '--log', where };
  } catch (error) {
    throw asFailure(error, { flag: '--log', where: '' });
  }
}

/**
 * Opens a log for reading (also while a node writes it), runs `use`, and closes it.
 * @throws CommandFailure with exit 2 when there is no log, exit 1 when it is damaged, exit 3 when its
 *   server cannot be reached
 */
export async function readingLog<T>(
  chosen: ChosenLog,
  use: (log: OpenedLog) => Promise<T>,
): Promise<T> {
  const { openLog } = await import('#libs/runtime');
  try {
    const log = await openLog({ ...chosen, readOnly: true });
    try {
      return await use(log);
    } finally {
      await log.close();
    }
  } catch (error) {
    throw asFailure(error, chosen);
  }
}

/** An error of the log as the failure its user can act on; any other error as it is. */
export function asFailure(error: unknown, { flag, where }: LogOption): unknown {
  if (!(error instanceof Error)) return error;
  const { code, path = '' } = error as NodeJS.ErrnoException;
  // Another file may be missing than the log: one to read from, or a directory to write to.
  const isMissing = code === 'ENOENT' && path.startsWith(where);
  if (isMissing || error.message.startsWith('there is no log in')) {
    const sentence = `there is no log in ${where}; give the ${flag} of one`;
    return new CommandFailure(exitCodes.badInput, sentence, { cause: error });
  }
  switch (error.name) {
    case 'LogUrlError':
      return new CommandFailure(exitCodes.badInput, error.message, { cause: error });
    case 'LogCorruption':
      return new CommandFailure(
        exitCodes.checkFailed,
        `${error.message}; run \`novate verify ${flag} ${where}\``,
        { cause: error },
      );
    case 'LogLocked':
    case 'LogUnavailable':
      return new CommandFailure(exitCodes.environment, error.message, { cause: error });
    default:
      return error;
  }
}

/** A sequence on the command line: a whole number from 1. @throws CommandFailure */
export function parseSequence(name: string, text: string): number {
  const sequence = Number(text);
  if (/^[1-9][0-9]*$/.test(text) && Number.isSafeInteger(sequence)) return sequence;
  const sentence = `${name} is ${JSON.stringify(text)}; it must be a sequence, a whole number from 1`;
  throw new CommandFailure(exitCodes.badInput, sentence);
}

/** @throws CommandFailure when the log ends before the sequence */
export function refuseBeyondHead(name: string, sequence: number, head: number): void {
  if (sequence <= head) return;
  const sentence =
    `${name} is ${String(sequence)}, but the log ends at sequence ${String(head)}; ` +
    'give an earlier one';
  throw new CommandFailure(exitCodes.badInput, sentence);
}
