import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CommandFailure, exitCodes } from '../failure.js';
import { installationRoot } from '../installation.js';

interface Options {
  readonly check?: true;
}

/** Brings the generated pages under `root` up to date and returns the paths that were not. */
async function refresh(root: string, write: boolean): Promise<string[]> {
  const { generatedDocuments } = await import('../generated-documents.js');
  const outdated = generatedDocuments.filter(({ path, text }) => {
    const file = join(root, path);
    const is = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    const should = text(is ?? '');
    if (is === should) return false;
    if (write) writeFileSync(file, should);
    return true;
  });
  return outdated.map(({ path }) => path);
}

async function refreshDocuments(options: Options): Promise<void> {
  const outdated = await refresh(installationRoot, !options.check);
  if (options.check && outdated.length > 0) {
    const sentence = `${outdated.join(', ')} differ from the code; run \`npm run docs\``;
    throw new CommandFailure(exitCodes.checkFailed, sentence);
  }
  for (const path of outdated) process.stdout.write(`${path} written\n`);
}

export function register(program: Command): void {
  program
    .command('docs')
    .summary('write the generated pages of docs/ (in a checkout)')
    .description('Write the pages of docs/ that are made from code, such as the event catalogue.')
    .option('--check', 'write nothing; exit 1 where a page differs')
    .action(refreshDocuments);
}
