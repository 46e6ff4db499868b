import type { Command } from 'commander';
import type { FileLog } from '#libs/event-log-file';
import { CommandFailure, exitCodes } from './failure.js';

/** `--data-dir D`, as every command that works on a log takes it. */
export function withDataDir(command: Command): Command {
  return command.requiredOption('--data-dir <D>', 'directory of the embedded log');
}

/**
 * Opens the log in a directory for reading (also while a node writes it), runs `use`, and closes it.
 * @throws CommandFailure with exit 2 when there is no log, exit 1 when it is damaged
 */
export async function readingLog<T>(
  directory: string,
  use: (log: FileLog) => Promise<T>,
): Promise<T> {
  const { FileEventLog } = await import('#libs/event-log-file');
  try {
    const log = await FileEventLog.open({ directory, readOnly: true });
    try {
      return await use(log);
    } finally {
      await log.close();
    }
  } catch (error) {
    throw asFailure(error, directory);
  }
}

/** An error of the log as the failure its user can act on; any other error as it is. */
export function asFailure(error: unknown, directory: string): unknown {
  if (!(error instanceof Error)) return error;
  const isMissing = 'code' in error && error.code === 'ENOENT';
  if (isMissing || error.message.startsWith('there is no log')) {
    const sentence = `there is no log in ${directory}; give the --data-dir of one`;
    return new CommandFailure(exitCodes.badInput, sentence, { cause: error });
  }
  switch (error.name) {
    case 'LogCorruption':
      return new CommandFailure(
        exitCodes.checkFailed,
        `${error.message}; run \`novate verify --data-dir ${directory}\``,
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
