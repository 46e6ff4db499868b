/** The dependency direction of the repository, checked by `npm run lint:deps` and by `npm test`. */
import {
  coreLayers,
  engineMayUse,
  eventLogMayUse,
  mayUseEngines,
  mayUseFileSystem,
  publicPattern,
  testOnlyPattern,
} from './test/architecture/layers.js';

const anyOf = (names) => `(${names.join('|')})`;
const production = { pathNot: testOnlyPattern };
const error = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const layerOrder = coreLayers.map((layer, position) =>
  error(
    `core-order-${layer}`,
    `Order of the core: ${coreLayers.join(' → ')}; each may import only those before it.`,
    { path: `^libs/${layer}/`, ...production },
    { path: '^libs/', pathNot: `^libs/${anyOf(coreLayers.slice(0, position + 1))}/` },
  ),
);

export default {
  forbidden: [
    ...layerOrder,
    error(
      'core-imports-only-core',
      'The core is pure: no package, no node: module, no application. Pass the value in.',
      { path: `^libs/${anyOf(coreLayers)}/`, ...production },
      { pathNot: `^libs/${anyOf(coreLayers)}/`, couldNotResolve: false },
    ),
    error(
      'event-log-imports-units-and-events',
      'The port knows records as bytes with a layout, not what they mean.',
      { path: '^libs/event-log/', ...production },
      { path: '^libs/', pathNot: `^libs/${anyOf([...eventLogMayUse, 'event-log'])}/` },
    ),
    error(
      'engines-import-the-port',
      'An engine stores frames; the runtime decides what is in them.',
      { path: '^libs/event-log-([^/]+)/', ...production },
      { path: '^libs/', pathNot: `^libs/(${engineMayUse.join('|')}|event-log-$1)/` },
    ),
    error(
      'engines-only-in-runtime-and-apps',
      'Take an EventLog; the runtime opens it by its URL.',
      { path: '^libs/([^/]+)/', pathNot: [`^libs/${anyOf(mayUseEngines)}/`, testOnlyPattern] },
      { path: '^libs/event-log-', pathNot: ['^libs/$1/', '^libs/event-log-file/'] },
    ),
    error(
      'embedded-engine-for-its-disk',
      'Take an EventLog; only snapshots and the simulator use the disk of the embedded engine.',
      {
        path: '^libs/([^/]+)/',
        pathNot: [`^libs/${anyOf([...mayUseEngines, ...mayUseFileSystem])}/`, testOnlyPattern],
      },
      { path: '^libs/event-log-file/', pathNot: '^libs/$1/' },
    ),
    error(
      'nest-only-in-apps-and-nest-kit',
      'Everything else must run without a framework.',
      { path: '^(libs|test/bench)/', pathNot: '^libs/nest-kit/' },
      { path: '(^|/)node_modules/@nestjs/' },
    ),
    error('libs-never-import-apps', 'Turn it round.', { path: '^libs/' }, { path: '^apps/' }),
    error(
      'only-public-api-libs',
      'Import #libs/<name>; what it lacks belongs in its index.ts.',
      { path: '^libs/([^/]+)/' },
      { path: '^libs/([^/]+)/', pathNot: ['^libs/$1/', publicPattern] },
    ),
    error(
      'only-public-api-elsewhere',
      'Import #libs/<name>; what it lacks belongs in its index.ts.',
      { path: '^(apps|test)/' },
      { path: '^libs/', pathNot: publicPattern },
    ),
    error(
      'testing-only-in-tests',
      'What tests share is loaded by tests alone.',
      { ...production, path: '^(apps|libs|test/bench)/' },
      { path: '^libs/[^/]+/(.*/testing/|test/)' },
    ),
    error(
      'no-dev-dependency-in-production',
      'It is not there after `npm install --omit=dev`.',
      { path: '^(apps|libs)/', ...production },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    ),
    error(
      'no-circular',
      'Find the third module, or pass the function in. A circle with a type import is none.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    error('resolvable', 'The module does not exist.', {}, { couldNotResolve: true }),
    error('resolved-from-source', 'Never from dist/.', {}, { path: '^dist/' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default'],
    },
  },
};
