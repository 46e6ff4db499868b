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

/** The line for stderr and the exit code of whatever a command threw. */
export function describeFailure(error: unknown): { line: string; exitCode: ExitCode } {
  if (error instanceof CommandFailure) return { line: error.message, exitCode: error.exitCode };
  if (isSystemError(error)) return { line: error.message, exitCode: exitCodes.environment };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { line: `internal error, please report it: ${text}`, exitCode: exitCodes.environment };
}
