import { posix } from 'node:path';
import ts from 'typescript';
import { testOnlyPattern } from './layers.js';
import type { SourceFile } from './source-tree.js';

/** Workers and child processes are started by address: `new URL('./x.js', import.meta.url)`. */
const byAddress = /new URL\(\s*['"](\.{1,2}\/[^'"]+\.js)['"]\s*,\s*import\.meta\.url/g;
/** Scripts in bin/ start compiled files by name: 'dist/apps/cli/src/main.js'. */
const compiled = /['"`](?:\.\.?\/)*dist\/([^'"`$]+)\.js['"`]/g;

function targetsOf({ path, text }: SourceFile): string[] {
  const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const addressed = [...text.matchAll(byAddress)].map((match) => match[1] ?? '');
  const local = [...imports, ...addressed].flatMap((specifier) => {
    const library = /^#libs\/([^/]+)$/.exec(specifier)?.[1];
    if (library) return [`libs/${library}/src/index.ts`];
    if (!specifier.startsWith('.')) return [];
    return [posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts')];
  });
  return [...local, ...[...text.matchAll(compiled)].map((match) => `${match[1] ?? ''}.ts`)];
}

function reachableFrom(entries: readonly string[], files: ReadonlyMap<string, SourceFile>) {
  const reached = new Set<string>();
  const open = [...entries];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = files.get(path);
    if (!file || reached.has(path)) continue;
    reached.add(path);
    open.push(...targetsOf(file));
  }
  return reached;
}

const isSpec = (path: string) => /\.(spec|brokers)\.ts$/.test(path);
const isEntry = (path: string) =>
  /^(libs\/[^/]+\/src\/index\.ts|apps\/[^/]+\/src\/main\.ts|bin\/[^/]+\.mjs)$/.test(path);

/**
 * Source files that nothing loads. Production files must be reached from a library's index.ts, an
 * application's main.ts or a script in bin/, whether by import, as a worker or as a child process;
 * files that only tests use (test/ outside test/bench, a library's test/, testing/) from a spec.
 */
export function deadFileProblems(sources: readonly SourceFile[]): string[] {
  const files = new Map(sources.map((file) => [file.path, file]));
  const paths = [...files.keys()];
  const live = reachableFrom(paths.filter(isEntry), files);
  const tested = reachableFrom(paths.filter(isSpec), files);
  const testOnly = new RegExp(`${testOnlyPattern}|^test/(?!bench/)`);
  return paths
    .filter((path) => path.endsWith('.ts') && !live.has(path))
    .filter((path) => !(testOnly.test(path) && tested.has(path)))
    .map((path) =>
      tested.has(path)
        ? `${path}: only tests load it; use it, or move it to the library's test/ folder`
        : `${path}: nothing loads it; use it or delete it`,
    );
}
