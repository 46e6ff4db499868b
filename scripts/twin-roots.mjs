#!/usr/bin/env node
// Runs seeded worlds through the house, its decimal twin, a follower and restored snapshots, which
// must all agree, and prints one root a seed: `twin-roots.mjs SEEDS [EVENTS]`. Exit code 1 when they
// do not agree.
import { runTwinComparison } from '#libs/simulator';

const [seeds, events = '1000'] = process.argv.slice(2);
try {
  for (let seed = 1; seed <= Number(seeds); seed += 1) {
    const report = runTwinComparison(seed, Number(events));
    process.stdout.write(`seed ${seed} events ${report.events} stateRoot ${report.stateRoot}\n`);
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
