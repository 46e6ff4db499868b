import { Command, CommanderError } from 'commander';
import { commands } from './commands/index.js';
import { describeFailure, exitCodes, type ExitCode } from './failure.js';
import { packageDescription, packageVersion } from './installation.js';

const exitCodeHelp = `
Exit codes: 0 done; 1 the thing checked is false; 2 usage or bad input;
3 the environment failed (disk, broker).`;

/** The command line with every command registered; commander's own exits are thrown instead. */
export function createProgram(): Command {
  const program = new Command('novate')
    .description(packageDescription)
    .version(packageVersion)
    .showHelpAfterError('(add --help for what is accepted)')
    .addHelpText('after', exitCodeHelp)
    .exitOverride();
  for (const register of commands) register(program);
  // Subcommands copy the parent's settings only when commander creates them itself.
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

/** Runs one command line (without `node` and the script) and returns its exit code. */
export async function run(args: readonly string[], program = createProgram()): Promise<ExitCode> {
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed already. Help and version end with 0; all else is a wrong usage.
      return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
    }
    const { line, exitCode } = describeFailure(error);
    process.stderr.write(`novate: ${line}\n`);
    return exitCode;
  }
}
