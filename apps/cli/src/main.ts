import { exitCodes } from './failure.js';
import { run } from './program.js';

// `novate export | head` closes our stdout early; that is the reader's right and no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`novate: standard output cannot be written: ${error.message}\n`);
  process.exit(exitCodes.environment);
});

// Not process.exit(): output to a pipe would be cut off. A command that serves keeps running.
const exitCode = await run(process.argv.slice(2));
if (exitCode !== 0) process.exitCode = exitCode;
