// Links the pure core in dist/ into one module, dist/core.js, which the libraries' index.js files give
// out again. V8 looks a name that is imported from another module up at every use and checks it; a
// module's own constants and functions it knows. Measured: an eighth off the cost of a trade in the core.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rollup } from 'rollup';

const CORE = [
  'units',
  'pricing',
  'events',
  'market',
  'margin',
  'clearing',
  'default-management',
  'clearing-house',
];

/** The libraries import one another by the names of package.json's `imports`. */
function libraries(dist) {
  return {
    name: 'libraries',
    resolveId(id) {
      const name = /^#libs\/(.+)$/.exec(id)?.[1];
      return name === undefined ? null : join(dist, 'libs', name, 'src/index.js');
    },
  };
}

export async function linkCore(dist) {
  const indexOf = (name) => join(dist, 'libs', name, 'src/index.js');
  const indexes = new Set(CORE.map(indexOf));
  const bundle = await rollup({
    input: Object.fromEntries(CORE.map((name) => [`libs/${name}/src/index`, indexOf(name)])),
    plugins: [libraries(dist)],
    onwarn(warning) {
      throw new Error(`linking the core: ${warning.message}`);
    },
  });
  await bundle.write({
    dir: dist,
    format: 'es',
    minifyInternalExports: false,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    manualChunks: (id) => (indexes.has(id) ? undefined : 'core'),
  });
  await bundle.close();
  // What is linked must not be loaded a second time under its own name.
  for (const name of CORE) {
    const folder = join(dist, 'libs', name, 'src');
    for (const entry of readdirSync(folder)) {
      if (entry !== 'index.js') rmSync(join(folder, entry), { recursive: true });
    }
  }
}
