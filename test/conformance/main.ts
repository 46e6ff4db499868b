/** The conformance runner: `main.js DIR OUT.json`, started by bin/conformance.mjs. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeFile, type Result } from './judgement.js';
import { countsTable, reasonsText } from './report.js';

/** Ends with an exit code and one sentence: 2 for usage or input, 3 for the environment. */
function fail(code: number, sentence: string): never {
  process.stderr.write(`conformance: ${sentence}\n`);
  process.exit(code);
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function vectorFiles(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
    if (names.length > 0) return names.sort();
  } catch (error) {
    fail(2, `${directory} cannot be read: ${reasonOf(error)}; name a directory of vectors files`);
  }
  return fail(2, `${directory} has no .json files; name a directory of vectors files`);
}

function judged(directory: string, name: string): Result[] {
  try {
    return judgeFile(name, readFileSync(join(directory, name), 'utf8'));
  } catch (error) {
    process.stderr.write(`conformance: ${name} is left out: ${reasonOf(error)}\n`);
    return [];
  }
}

const [directory = '', out = ''] = process.argv.slice(2);
const results = vectorFiles(directory).flatMap((name) => judged(directory, name));
try {
  writeFileSync(out, `${JSON.stringify(results, undefined, 1)}\n`);
} catch (error) {
  fail(3, `${out} cannot be written: ${reasonOf(error)}`);
}
process.stdout.write(countsTable(results));
process.stderr.write(reasonsText(results));
