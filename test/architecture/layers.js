/**
 * The layers of the repository: the one statement of which folder may use which. The dependency
 * rules (.dependency-cruiser.js), the lint rules (eslint.config.js) and the architecture tests all
 * read it.
 */

/** The pure core, in dependency order: each may use only those before it. */
export const coreLayers = [
  'units',
  'pricing',
  'events',
  'market',
  'margin',
  'clearing',
  'default-management',
  'clearing-house',
];

/** What the event log port and its engines may use of our libraries. */
export const eventLogMayUse = ['units', 'events'];
export const engineMayUse = ['units', 'events', 'event-log'];

/** Who may use an engine: who opens a log by its URL. Everybody else knows the port alone. */
export const mayUseEngines = ['runtime'];
/** They use the embedded engine's disk: snapshots lie on it, and the simulator makes it fail. */
export const mayUseFileSystem = ['replay', 'simulator'];

/**
 * Files that only tests load: specs (those named .brokers.ts need a broker), and what they share in a
 * testing/ folder or in the test/ folder of a library. The rules for production code do not apply.
 */
export const testOnlyPattern = '(\\.(spec|brokers)\\.ts$|/testing/|^libs/[^/]+/test/)';
export const testOnlyGlobs = ['**/*.spec.ts', '**/*.brokers.ts', '**/testing/**', 'libs/*/test/**'];
/** What others may import of a library: its index, and in tests what it shares for tests. */
export const publicPattern = '^libs/[^/]+/(src/index\\.ts|src/testing/|test/)';

export const coreGlobs = coreLayers.map((layer) => `libs/${layer}/src/**/*.ts`);
export const productionGlobs = ['apps/**/*.ts', 'libs/**/*.ts', 'test/bench/**/*.ts'];
