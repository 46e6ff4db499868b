/** What a command's exit code means to a script; see `novate --help`. */
export const exitCodes = {
  done: 0,
  /** The thing checked is false: verification failed, a limit is breached. */
  checkFailed: 1,
  /** Usage or bad input. */
  badInput: 2,
  /** The environment failed: disk, broker, a lock that another process holds. */
  environment: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * A command ends early for a reason its user can act on. The message is one line: what, where
 * (file, line, field), which rule, what to do. Anything else that is thrown is a fault of ours
 * and is shown with its stack.
 */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';

  constructor(
    readonly exitCode: Exclude<ExitCode, 0>,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Errors of the operating system that name a file or an address are the environment's. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException & { syscall: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

const WRONG_NAME: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a directory, not a file',
  ENOTDIR: 'lies in a file, not a directory',
  EEXIST: 'is a file, not a directory',
};

/** A path that was given wrongly is bad input; everything else is the environment's. */
function describeSystemError(error: NodeJS.ErrnoException): { line: string; exitCode: ExitCode } {
  const wrong = WRONG_NAME[error.code ?? ''];
  if (wrong === undefined) return { line: error.message, exitCode: exitCodes.environment };
  const line = `${error.path ?? 'what was named'} ${wrong}; name another (${error.message})`;
  return { line, exitCode: exitCodes.badInput };
}

/** The line for stderr and the exit code of whatever a command threw. */
export function describeFailure(error: unknown): { line: string; exitCode: ExitCode } {
  if (error instanceof CommandFailure) return { line: error.message, exitCode: error.exitCode };
  if (isSystemError(error)) return describeSystemError(error);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { line: `internal error, please report it: ${text}`, exitCode: exitCodes.environment };
}
