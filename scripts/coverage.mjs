// Branch coverage of the core and of the embedded log by the specs that need no process but Jest's:
// npm run test:coverage [-- PATTERN…]. Exit 1 if a library is below the limit.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

const BRANCHES_MIN = 95;
const REPORTS = '.novate/coverage';
const LIBRARIES = [
  ...['units', 'pricing', 'events', 'market', 'margin', 'clearing', 'default-management'],
  'clearing-house',
  ...['event-log', 'event-log-file'],
];
const SPECS = [
  ...LIBRARIES.map((library) => `libs/${library}/`),
  ...['libs/simulator/src/market/plain-trades', 'libs/simulator/src/market/safe-bands'],
  ...['test/contract/event-log.spec', 'test/conformance/', 'test/golden/'],
  ...['test/optimality/', 'test/property/', 'test/scenario/'],
];

/**
 * What stands behind `??` only because the compiler takes every element of an array for maybe
 * absent. No input leads there; such a default is counted apart.
 */
const ARRAY_DEFAULT = /^(0|NaN|ZERO)\b/;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const patterns = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [
    ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'],
    ...['--maxWorkers=2', '--coverage', '--coverageReporters=json', '--silent'],
    ...[`--coverageDirectory=${REPORTS}`, '--coverageThreshold={}'],
    ...LIBRARIES.map((library) => `--collectCoverageFrom=libs/${library}/src/**/*.ts`),
    '--collectCoverageFrom=!**/*.spec.ts',
    ...(patterns.length > 0 ? patterns : SPECS),
  ],
  { stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 3);

const files = Object.values(JSON.parse(readFileSync(`${REPORTS}/coverage-final.json`, 'utf8')));
const rows = [];
const untaken = [];
for (const library of LIBRARIES) {
  const count = { branches: 0, taken: 0, arrayDefaults: 0, withDefaults: 0, takenOfThose: 0 };
  for (const file of files.filter(({ path }) => path.includes(`/libs/${library}/src/`))) {
    for (const branch of branchesOf(file)) addBranch(count, branch);
  }
  const percent = (part, all) => (all === 0 ? 100 : Number(((100 * part) / all).toFixed(1)));
  rows.push({
    library,
    branches: count.branches,
    taken: count.taken,
    percent: percent(count.taken, count.branches),
    arrayDefaults: count.arrayDefaults,
    withArrayDefaults: percent(count.takenOfThose, count.withDefaults),
  });
}
mkdirSync(REPORTS, { recursive: true });
writeFileSync(`${REPORTS}/untaken.txt`, untaken.sort().join(''));
console.table(rows);
console.log(`Branches that were not taken: ${REPORTS}/untaken.txt`);
if (rows.some(({ percent }) => percent < BRANCHES_MIN)) process.exit(1);

function addBranch(count, { isTaken, isArrayDefault, place }) {
  count.withDefaults += 1;
  if (isTaken) count.takenOfThose += 1;
  if (isArrayDefault) {
    count.arrayDefaults += 1;
    return;
  }
  count.branches += 1;
  if (isTaken) count.taken += 1;
  else untaken.push(`${place}\n`);
}

/** Both ways of each condition, each case of a switch, each operand of `&&`, `||` and `??`. */
function* branchesOf({ path, branchMap, b, inputSourceMap }) {
  // The instrumenter takes the map of the compiler, which is text, for an object of characters.
  const map = new SourceMap(JSON.parse(Object.values(inputSourceMap).join('')));
  const lines = readFileSync(path, 'utf8').split('\n');
  const short = path.slice(path.indexOf('libs/'));
  for (const [id, { type, loc, locations }] of Object.entries(branchMap)) {
    for (const [k, place] of locations.entries()) {
      // The way past an `if` without an `else` has no place of its own.
      const { line, column } = (place.start?.line === undefined ? loc : place).start;
      const { originalLine, originalColumn } = map.findEntry(line - 1, column);
      const [before, text] = cut(lines[originalLine] ?? '', originalColumn ?? 0);
      const isDefault = type === 'binary-expr' && k > 0 && /\?\?\s*$/.test(before);
      yield {
        isTaken: b[id][k] > 0,
        isArrayDefault: isDefault && ARRAY_DEFAULT.test(text),
        place: `${short}:${originalLine + 1}:${originalColumn + 1} ${type} ${k}: ${text.slice(0, 90)}`,
      };
    }
  }
}

function cut(line, column) {
  return [line.slice(0, column), line.slice(column)];
}
