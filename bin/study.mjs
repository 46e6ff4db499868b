#!/usr/bin/env node
// `npm run study -- [--seeds N] [--market NAME] [--set key=value]... [--json] [--print]`: how liquidation
// policies compare on two collapses. Exit codes: 0 done, 2 usage, 3 not built or the study failed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist/libs/simulator/src/study/main.js');
const usage = `usage: npm run study -- [options]

Runs the real clearing house over 19 May 2021 and 8 to 10 November 2022 with seeded populations, under
its own liquidation policy and three others, and compares them. Without --print it writes
docs/liquidation-study.md and docs/liquidation-study.svg.

  --seeds N         populations drawn for each market, 20 by default
  --market NAME     2021-05-19 or 2022-11-08 alone
  --set key=value   accounts, openInterestMinutes, indexWeight, lasting, halfLifeS, slippagePpm,
                    targetPpm, orderLifeS
  --print           write no file
  --json            one JSON document on stdout, with every outcome, instead of tables
`;

function fail(sentence) {
  process.stderr.write(`study: ${sentence}\n`);
  process.exit(3);
}

/** A comparison of yesterday's code is worse than none. */
function refuseStaleBuild() {
  if (!existsSync(main)) fail('dist/ has no study; run `npm run build`');
  const stamp = join(root, 'dist/build.json');
  if (!existsSync(join(root, '.git')) || !existsSync(stamp)) return;
  const { startedAtMs } = JSON.parse(readFileSync(stamp, 'utf8'));
  for (const file of readdirSync(join(root, 'libs'), { recursive: true })) {
    if (!file.endsWith('.ts') || /\.spec\.ts$|[\\/](test|testing)[\\/]/.test(file)) continue;
    if (statSync(join(root, 'libs', file)).mtimeMs > startedAtMs) {
      fail(`libs/${file} is newer than dist/; run \`npm run build\``);
    }
  }
}

const words = process.argv.slice(2);
if (words.includes('--help') || words.includes('-h')) {
  process.stdout.write(usage);
  process.exit(0);
}
refuseStaleBuild();
const { status, signal } = spawnSync(process.execPath, [main, root, ...words], {
  stdio: 'inherit',
});
if (signal) fail(`it ended with ${signal}`);
process.exitCode = status === 0 || status === 2 ? status : 3;
