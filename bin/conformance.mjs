#!/usr/bin/env node
// `npm run conformance -- --vectors DIR --json OUT.json`: computes published examples with the product's
// own functions. Exit codes: 0 done, whatever the counts; 2 usage or bad input; 3 not built, or OUT
// cannot be written.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist/test/conformance/main.js');
const usage = `usage: npm run conformance -- --vectors DIR --json OUT.json

  --vectors DIR    a directory of vectors files, {"vectors": [{id, group, inputs, expected, tolerance}]}
  --json OUT.json  where to write one {file, id, status, expected, actual, tolerance, reason} a case

Status is pass, fail, unsupported (with the reason), or computed where a case has no expected figures.
Prints the counts by file and exits with 0 also where cases fail: the counts are the result.
`;

function fail(code, sentence) {
  process.stderr.write(`conformance: ${sentence}\n`);
  process.exit(code);
}

function parseArguments(words) {
  const options = { vectors: undefined, json: undefined };
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    if (word === '--help' || word === '-h') {
      process.stdout.write(usage);
      process.exit(0);
    }
    const [, name, , value] = /^--(vectors|json)(=(.*))?$/.exec(word) ?? [];
    if (name === undefined) fail(2, `${word} is no option; see --help`);
    options[name] = value ?? words[(i += 1)];
    if (!options[name]) fail(2, `--${name} needs a path; see --help`);
  }
  if (options.vectors === undefined) fail(2, '--vectors DIR is missing; see --help');
  if (options.json === undefined) fail(2, '--json OUT.json is missing; see --help');
  return options;
}

/** What yesterday's code computes is no result of today's. */
function refuseStaleBuild() {
  if (!existsSync(main)) fail(3, 'dist/ has no conformance runner; run `npm run build`');
  const stamp = join(root, 'dist/build.json');
  if (!existsSync(join(root, '.git')) || !existsSync(stamp)) return;
  const { startedAtMs } = JSON.parse(readFileSync(stamp, 'utf8'));
  for (const folder of ['libs', 'test/conformance']) {
    for (const file of readdirSync(join(root, folder), { recursive: true })) {
      if (!file.endsWith('.ts') || /\.spec\.ts$|[\\/]test[\\/]/.test(file)) continue;
      if (statSync(join(root, folder, file)).mtimeMs > startedAtMs) {
        fail(3, `${folder}/${file} is newer than dist/; run \`npm run build\``);
      }
    }
  }
}

const { vectors, json } = parseArguments(process.argv.slice(2));
refuseStaleBuild();
const { status, signal } = spawnSync(process.execPath, [main, vectors, json], { stdio: 'inherit' });
if (signal) fail(3, `the runner ended with ${signal}`);
process.exitCode = status;
