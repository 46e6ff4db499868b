import {
  lengthProblems,
  lineFigures,
  nameProblems,
  privatePlaceProblems,
  readmeProblems,
} from './repository-rules.js';
import { filesBelow, lineCount, pathsBelow } from './source-tree.js';

const ofLines = (path: string, lines: number) => ({ path, text: '\n'.repeat(lines) });
const textFile =
  /(^|\/)(\.?[^./]+|.*\.(ts|js|mjs|json|jsonl|md|ya?ml|csv|xml|txt|sh|html|css|svg))$/;

describe('file length', () => {
  const sources = filesBelow(['apps', 'libs', 'test', 'bin', 'scripts'], /\.(ts|js|mjs)$/);

  it('stays within the limits', () => {
    const { files, median, p95, longest } = lineFigures(sources);
    process.stdout.write(`${files} files, lines: median ${median}, p95 ${p95}, max ${longest}\n`);
    expect(files).toBeGreaterThan(40);
    expect(lengthProblems(sources)).toEqual([]);
  });

  it('finds a file of more than 600 lines', () => {
    const files = Array.from({ length: 40 }, (_, index) => ofLines(`libs/${index}.ts`, 100));
    expect(lengthProblems([...files, ofLines('libs/a.ts', 600)])).toEqual([]);
    expect(lengthProblems([...files, ofLines('libs/a.ts', 601)])).toEqual([
      'libs/a.ts has 601 lines: split it by what it is about',
    ]);
  });

  it('finds a percentile of 400 lines', () => {
    const lengths = [...Array<number>(94).fill(50), ...Array<number>(6).fill(400)];
    const files = lengths.map((lines, index) => ofLines(`libs/${index}.ts`, lines));
    expect(lineFigures(files)).toEqual({ files: 100, median: 50, p95: 400, longest: 400 });
    expect(lengthProblems(files)).toEqual([
      '95 % of the files should be under 400 lines; the percentile is 400',
    ]);
    expect(lengthProblems([...files, ...files.slice(0, 20)])).toEqual([]);
  });

  it.each([
    ['', 1],
    ['a', 1],
    ['a\n', 1],
    ['a\nb', 2],
    ['a\n\n', 2],
  ])('counts the lines of %j', (text, lines) => {
    expect(lineCount(text)).toBe(lines);
  });
});

describe('names', () => {
  it('say what a file holds', () => {
    const paths = ['apps', 'libs', 'test', 'bin', 'scripts'].flatMap((folder) =>
      pathsBelow(folder),
    );
    const code = paths.filter((path) => /\.(ts|js|mjs)$/.test(path));
    expect(nameProblems(code)).toEqual([]);
  });

  it.each([
    'libs/units/src/utils.ts',
    'libs/units/src/util/price.ts',
    'libs/units/src/price-helpers.ts',
    'libs/units/src/risk-manager.ts',
    'libs/units/src/string.utils.ts',
    'libs/units/src/priceTicks.ts',
    'libs/units/src/price_ticks.ts',
  ])('are found: %s', (path) => {
    expect(nameProblems([path, 'libs/units/src/utilisation.ts'])).toHaveLength(1);
  });
});

describe('README.md', () => {
  it('stands in every library and has at most 40 lines', () => {
    expect(readmeProblems(filesBelow(['libs'], /(\.ts|README\.md)$/))).toEqual([]);
  });

  it.each([
    [undefined, ['libs/a has no README.md: purpose, three types, invariants, limits']],
    [40, []],
    [41, ['libs/a/README.md has 41 lines, 40 are enough']],
  ])('of %p lines', (lines, problems) => {
    const readme = lines === undefined ? [] : [ofLines('libs/a/README.md', lines)];
    expect(readmeProblems([ofLines('libs/a/src/index.ts', 1), ...readme])).toEqual(problems);
  });
});

describe('places outside the repository', () => {
  const outside = ['..', 'shared'].join('/');

  it('are not named', () => {
    const files = filesBelow(['.'], textFile).filter(({ path }) => path !== 'package-lock.json');
    expect(files.length).toBeGreaterThan(60);
    expect(privatePlaceProblems(files)).toEqual([]);
  });

  it.each([
    ['see /', 'work/main/docs'].join(''),
    ['grep x .', 'library/search'].join(''),
    ['cat /tmp/', 'brief/common.md'].join(''),
    `data in ${outside}/data`,
  ])('are found: %s', (line) => {
    const problems = privatePlaceProblems([{ path: 'docs/a.md', text: `first\n${line}\n` }]);
    expect(problems).toEqual([expect.stringMatching(/^docs\/a\.md:2 names /)]);
  });

  it('may be named by a spec that skips without the data', () => {
    const text = `const data = '${outside}/data';`;
    expect(privatePlaceProblems([{ path: 'test/a.spec.ts', text }])).toEqual([]);
  });
});
