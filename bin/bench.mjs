#!/usr/bin/env node
// `npm run bench -- NAME [--json] [--set key=value]...`: runs one benchmark in a process of its own.
// Exit codes: 0 measured, 1 a bound of the benchmark does not hold, 2 usage, 3 not built or the
// benchmark failed.
import { fork } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist/test/bench/main.js');
const usage = `usage: npm run bench -- NAME [--json] [--set key=value]...

  --json           print one JSON document {name, params, machine, results, baseline?} and no more
  --set key=value  change a parameter of the benchmark (its defaults are in the report's params)
  --list           print the names of the benchmarks

A result's value is the median of its samples, one sample a repeat, at least 5 repeats. Exits with 1
when a bound of the benchmark (steady: latency, memory, verification) does not hold.
`;

function fail(code, sentence) {
  process.stderr.write(`bench: ${sentence}\n`);
  process.exit(code);
}

function parseArguments(words) {
  const options = { name: undefined, json: false, list: false, help: false, params: {} };
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    if (word === '--json') options.json = true;
    else if (word === '--list') options.list = true;
    else if (word === '--help' || word === '-h') options.help = true;
    else if (word === '--set') {
      const [key, ...value] = (words[(i += 1)] ?? '').split('=');
      if (!key || value.length === 0) fail(2, '--set needs key=value');
      options.params[key] = value.join('=');
    } else if (word.startsWith('-')) fail(2, `${word} is no option; see --help`);
    else if (options.name === undefined) options.name = word;
    else fail(2, `one benchmark at a time: ${options.name} or ${word}`);
  }
  return options;
}

/** A measurement of yesterday's code is worse than none. */
function refuseStaleBuild() {
  if (!existsSync(main)) fail(3, 'dist/ has no benchmarks; run `npm run build`');
  const stamp = join(root, 'dist/build.json');
  if (!existsSync(join(root, '.git')) || !existsSync(stamp)) return;
  const { startedAtMs } = JSON.parse(readFileSync(stamp, 'utf8'));
  for (const folder of ['libs', 'test/bench']) {
    for (const file of readdirSync(join(root, folder), { recursive: true })) {
      if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
      if (statSync(join(root, folder, file)).mtimeMs > startedAtMs) {
        fail(3, `${folder}/${file} is newer than dist/; run \`npm run build\``);
      }
    }
  }
}

/** Runs main.js with `words` in a new process and gives the one message it sends. */
function inOwnProcess(words) {
  return new Promise((resolve) => {
    const execArgv = ['--expose-gc', '--max-old-space-size=8192'];
    // The benchmark's own stdout goes to stderr: stdout is the report's alone.
    const child = fork(main, words, { execArgv, stdio: ['ignore', 2, 2, 'ipc'] });
    let message;
    child.on('message', (received) => (message = received));
    child.on('exit', (code) => {
      if (code === 0 && message !== undefined) resolve(message);
      else fail(3, `the benchmark's process ended with ${code} and no report`);
    });
  });
}

function format(x) {
  const digits = Math.abs(x) >= 1000 ? 0 : Math.abs(x) >= 10 ? 1 : 3;
  return x.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function print({ name, machine, params, results, baseline }) {
  const write = (line) => process.stdout.write(`${line}\n`);
  write(`${name} on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB`);
  write(
    `${machine.os}, ${machine.filesystem}, Node ${machine.node}, load ${machine.loadAverage.toFixed(1)}`,
  );
  write(
    `${Object.entries(params)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ')}\n`,
  );
  const width = Math.max(...results.map(({ metric }) => metric.length));
  const columns = ['minimum', 'median', 'maximum'].map((column) => column.padStart(14)).join('');
  write(`${'metric'.padEnd(width)}${columns}  unit`);
  for (const { metric, unit, min, value, max, p50, p99, p999 } of results) {
    const figures = [min, value, max].map((x) => format(x).padStart(14)).join('');
    const tail =
      p99 === undefined ? '' : `  p50 ${format(p50)} p99 ${format(p99)} p99.9 ${format(p999)}`;
    write(`${metric.padEnd(width)}${figures}  ${unit}${tail}`);
  }
  for (const [metric, value] of Object.entries(baseline ?? {})) {
    write(`${metric.padEnd(width)}${''.padStart(14)}${format(value).padStart(14)}  (baseline)`);
  }
}

const options = parseArguments(process.argv.slice(2));
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}
refuseStaleBuild();
const { names } = await inOwnProcess(['--list']);
if (options.list) {
  process.stdout.write(`${names.join('\n')}\n`);
  process.exit(0);
}
if (options.name === undefined) fail(2, `name one of ${names.join(', ')}; see --help`);
if (!names.includes(options.name)) {
  fail(2, `no benchmark is called ${options.name}; there are ${names.join(', ')}`);
}
const { report, usage: misuse } = await inOwnProcess([
  options.name,
  JSON.stringify(options.params),
]);
if (misuse !== undefined) fail(2, misuse);
if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else print(report);
for (const breach of report.breaches ?? []) process.stderr.write(`bench: ${breach}\n`);
if ((report.breaches ?? []).length > 0) process.exitCode = 1;
