import { lineCount, type SourceFile } from './source-tree.js';

/** The checks of the repository as pure functions: files in, one sentence for each problem out. */

export interface LineFigures {
  readonly files: number;
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
}

const p95Limit = 400;
const longestLimit = 600;

/** Nearest-rank percentiles of the lengths of the files, in lines. */
export function lineFigures(files: readonly SourceFile[]): LineFigures {
  const lengths = files.map(({ text }) => lineCount(text)).sort((a, b) => a - b);
  const rank = (ppc: number) => lengths[Math.max(0, Math.ceil((lengths.length * ppc) / 100) - 1)];
  return {
    files: lengths.length,
    median: rank(50) ?? 0,
    p95: rank(95) ?? 0,
    longest: lengths.at(-1) ?? 0,
  };
}

export function lengthProblems(files: readonly SourceFile[]): string[] {
  const { p95 } = lineFigures(files);
  const problems = files
    .filter(({ text }) => lineCount(text) > longestLimit)
    .map(({ path, text }) => `${path} has ${lineCount(text)} lines: split it by what it is about`);
  if (p95 >= p95Limit) {
    problems.push(`95 % of the files should be under ${p95Limit} lines; the percentile is ${p95}`);
  }
  return problems;
}

const sayNothing = /(^|[/.-])(utils?|helpers?|managers?|misc|common)([/.-]|$)/;

/** Names that say nothing, and names that are not kebab-case. */
export function nameProblems(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (sayNothing.test(path)) return [`${path}: name it after what it holds`];
    if (/^[a-z0-9./-]+$/.test(path)) return [];
    return [`${path}: file and folder names are kebab-case`];
  });
}

const readmeLimit = 40;

/** Every library that has code has a README.md of at most 40 lines. */
export function readmeProblems(files: readonly SourceFile[]): string[] {
  const libraries = new Set(
    files.flatMap(({ path }) => /^libs\/[^/]+(?=\/src\/.*\.ts$)/.exec(path)?.[0] ?? []),
  );
  return [...libraries].sort().flatMap((library) => {
    const readme = files.find(({ path }) => path === `${library}/README.md`);
    if (!readme) return [`${library} has no README.md: purpose, three types, invariants, limits`];
    const lines = lineCount(readme.text);
    return lines > readmeLimit
      ? [`${readme.path} has ${lines} lines, ${readmeLimit} are enough`]
      : [];
  });
}

// Put together from pieces, so that this file is no find of its own.
const joined = (...pieces: readonly string[]) => pieces.join('');
const privatePlaces = [
  joined('/wo', 'rk/'),
  joined('.lib', 'rary/'),
  joined('/tmp/br', 'ief'),
  joined('bash_', 'jobs'),
];
const outsideData = joined('../sha', 'red');

/**
 * The repository speaks of itself alone: no path of the machine it was written on. Data beside the
 * checkout may be named by tests only, which skip with a printed reason where it is absent.
 */
export function privatePlaceProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const place = [...privatePlaces, ...(path.endsWith('.spec.ts') ? [] : [outsideData])].find(
        (candidate) => line.includes(candidate),
      );
      return place ? [`${path}:${index + 1} names ${place}`] : [];
    }),
  );
}
