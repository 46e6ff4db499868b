// Changes the sources of some libraries in thousands of small ways and counts which changes their
// specs notice. Reports go to .novate/mutation; exit 1 if a score is below the limit.
//   npm run test:mutation [-- LIBRARY… --mutate PATH[:FROM-TO] --incremental --concurrency N]
import { Stryker } from '@stryker-mutator/core';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LIBRARIES, SCORE_MIN, sourcesOf, specsOf } from './mutation/libraries.mjs';

const REPORTS = '.novate/mutation';
/** A run that takes this much longer than without the mutant, and its factor, never ends. */
const TIMEOUT = { timeoutMS: 12_000, timeoutFactor: 2 };

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mutate: { type: 'string', multiple: true, default: [] },
    incremental: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '2' },
  },
});
const named = values.mutate.map((path) => path.split('/')[1]);
const libraries = new Set([...positionals, ...named]);
for (const library of libraries) {
  if (library in LIBRARIES) continue;
  console.error(`${library} is not mutated: ${Object.keys(LIBRARIES).join(', ')} are`);
  process.exit(2);
}

const rows = [];
for (const library of libraries.size > 0 ? libraries : Object.keys(LIBRARIES)) {
  const only = values.mutate.filter((path) => path.startsWith(`libs/${library}/`));
  const started = Date.now();
  const mutants = await new Stryker({
    mutate: only.length > 0 ? only : sourcesOf(library),
    testRunner: 'specs',
    plugins: ['./scripts/mutation/spec-runner.mjs'],
    specs: specsOf(library),
    coverageAnalysis: 'perTest',
    concurrency: Number(values.concurrency),
    maxTestRunnerReuse: 500,
    ...TIMEOUT,
    ignorePatterns: ['dist', '.novate', 'coverage'],
    tempDirName: '.novate/mutation/sandbox',
    reporters: ['html'],
    htmlReporter: { fileName: `${REPORTS}/${library}.html` },
    incremental: values.incremental,
    incrementalFile: `${REPORTS}/${library}-incremental.json`,
    allowEmpty: false,
    checkers: [],
    disableTypeChecks: true,
  }).runMutationTest();
  rows.push(rowOf(library, mutants, (Date.now() - started) / 1000));
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(`${REPORTS}/${library}-unnoticed.txt`, mutants.flatMap(unnoticed).join(''));
}
console.table(rows);
console.log(`What was not noticed: ${REPORTS}/LIBRARY-unnoticed.txt, and LIBRARY.html beside it`);
process.exitCode = rows.every(({ score }) => score >= SCORE_MIN) ? 0 : 1;

/** A mutant that the program cannot even be loaded with (RuntimeError) is in no score. */
function rowOf(library, mutants, seconds) {
  const counts = { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0, RuntimeError: 0 };
  for (const { status } of mutants) counts[status] = (counts[status] ?? 0) + 1;
  const noticed = counts.Killed + counts.Timeout;
  const all = noticed + counts.Survived + counts.NoCoverage;
  const score = Number(((100 * noticed) / all).toFixed(1));
  return { library, mutants: all, ...counts, score, seconds: Math.round(seconds) };
}

function unnoticed({ status, fileName, location, mutatorName, replacement }) {
  if (status !== 'Survived' && status !== 'NoCoverage') return [];
  const path = fileName.slice(fileName.indexOf('libs/'));
  const { line, column } = location.start;
  const becomes = replacement.replaceAll(/\s+/g, ' ');
  return [`${path}:${line}:${column} ${status} ${mutatorName}: ${becomes}\n`];
}
