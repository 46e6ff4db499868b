#!/usr/bin/env node
// Starts the compiled command line. Says what to do when it cannot: exit 3, the environment failed.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist/apps/cli/src/main.js');

function refuse(sentence) {
  process.stderr.write(`novate: ${sentence}\n`);
  process.exit(3);
}

// Not compiled, so that their age says nothing.
const forTests = /\.spec\.ts$|[\\/](test|testing)[\\/]/;

/** The path of the first source that is newer than the build, or undefined. */
function sourceNewerThan(builtAtMs) {
  for (const folder of ['apps', 'libs', 'test/bench']) {
    const from = join(root, folder);
    if (!existsSync(from)) continue;
    for (const name of readdirSync(from, { recursive: true })) {
      if (!name.endsWith('.ts') || forTests.test(name)) continue;
      const modified = statSync(join(from, name), { throwIfNoEntry: false });
      if (modified && modified.mtimeMs > builtAtMs) return `${folder}/${name}`;
    }
  }
  return undefined;
}

function builtAtMs() {
  try {
    return JSON.parse(readFileSync(join(root, 'dist/build.json'), 'utf8')).startedAtMs;
  } catch {
    return undefined;
  }
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  refuse(`Node ${process.versions.node} is too old; install Node 20.19 or newer`);
}
const built = existsSync(main) ? builtAtMs() : undefined;
if (built === undefined) {
  refuse('dist/ is missing or its build did not finish; run `npm install`, then `npm run build`');
}
// Only a checkout has sources that change; an installed package is what it is.
if (existsSync(join(root, '.git'))) {
  const newer = sourceNewerThan(built);
  if (newer) refuse(`${newer} is newer than dist/; run \`npm run build\``);
}
await import(pathToFileURL(main).href);
