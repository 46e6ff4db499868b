import type { Command } from 'commander';
import { register as registerDemo } from './demo.js';
import { register as registerDocs } from './docs.js';
import { register as registerDiagnose } from './diagnose.js';
import { register as registerExplain } from './explain.js';
import { register as registerExport } from './export.js';
import { register as registerIngest } from './ingest.js';
import { register as registerMargin } from './margin.js';
import { register as registerReplay } from './replay.js';
import { register as registerVerify } from './verify.js';
import { register as registerSchema } from './schema.js';
import { register as registerSimulate } from './simulate.js';

/**
 * Every command, in the order of `novate --help`. A command is a module of this folder that exports
 * `register(program)`. Registering is cheap: what a command needs is imported inside its action, so
 * that `novate schema` does not load the node.
 */
export const commands: readonly ((program: Command) => void)[] = [
  registerIngest,
  registerVerify,
  registerDiagnose,
  registerReplay,
  registerExplain,
  registerExport,
  registerMargin,
  registerDemo,
  registerSimulate,
  registerSchema,
  registerDocs,
];
