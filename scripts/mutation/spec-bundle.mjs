// Specs and the sources under them as one function, which can be evaluated again and again: each
// evaluation has modules of its own, as a Jest environment has, and takes milliseconds.
import { transform } from '@swc/core';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rollup } from 'rollup';

const ENTRY = 'all specs';
const FILE_STARTS = 'file starts: ';
const JEST = '@jest/globals';

/** The names that the bundle takes as arguments, in this order. */
export const PARAMETERS = [
  ...['startFile', 'require', 'module', 'exports', 'describe', 'it', 'test', 'expect', 'jest'],
  ...['beforeAll', 'beforeEach', 'afterEach', 'afterAll'],
];

/** The text of one function expression that declares the tests of `specs`, files below `root`. */
export async function bundleSpecs(root, specs) {
  const build = await rollup({
    input: ENTRY,
    treeshake: false,
    plugins: [sources(root, specs)],
    onwarn: () => undefined,
  });
  const { output } = await build.generate({
    format: 'cjs',
    interop: 'auto',
    dynamicImportInCjs: false,
  });
  await build.close();
  return `(function (${PARAMETERS.join(', ')}) {${output[0].code}\n})`;
}

function sources(root, specs) {
  return {
    name: 'sources',
    resolveId(id, importer) {
      if (id === ENTRY || id === JEST || id.startsWith(FILE_STARTS)) return id;
      if (id.startsWith('#libs/')) return join(root, 'libs', id.slice(6), 'src/index.ts');
      if (!/^[./]/.test(id)) return { id, external: true };
      const path = resolve(dirname(importer), id);
      const source = path.replace(/\.js$/, '.ts');
      return existsSync(source) ? source : path;
    },
    load(id) {
      if (id === ENTRY) return specs.map((spec) => importsOf(join(root, spec), spec)).join('\n');
      if (id === JEST) return 'const own = jest; export { own as jest };';
      if (id.startsWith(FILE_STARTS)) return `startFile(${JSON.stringify(id.slice(13))});`;
      return readFile(id, 'utf8');
    },
    async transform(code, id) {
      if (!id.endsWith('.ts')) return null;
      const configFile = join(root, '.swcrc');
      const made = await transform(code, { filename: id, configFile, sourceMaps: false });
      const own = JSON.stringify(pathToFileURL(id).href);
      return { code: made.code.replaceAll('import.meta.url', own), map: null };
    },
  };
}

function importsOf(path, spec) {
  return `import '${FILE_STARTS}${relative('.', spec)}'; import ${JSON.stringify(path)};`;
}
