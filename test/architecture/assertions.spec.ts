import { coreLayers, testOnlyPattern } from './layers.js';
import { filesBelow, lineCount, type SourceFile } from './source-tree.js';

/** Calls of `invariant` that each library of the core has at least: raise a number, never lower it. */
const atLeast: Readonly<Record<string, number>> = {
  units: 20,
  pricing: 12,
  events: 36,
  market: 15,
  margin: 34,
  clearing: 42,
  'default-management': 43,
  'clearing-house': 164,
};

/** Over what the core executes: its libraries without the catalogue, which is a table. */
const PER_THOUSAND_LINES = 30;

const isProduction = ({ path }: SourceFile) => !new RegExp(testOnlyPattern).test(path);
const isCode = ({ path }: SourceFile) => !path.startsWith('libs/events/src/catalogue/');

function productionOf(library: string): SourceFile[] {
  return filesBelow([`libs/${library}/src`], /\.ts$/).filter(isProduction);
}

/** Calls, not the declaration, nor the word in a comment. */
function assertionsIn(files: readonly SourceFile[]): number {
  const calls = files.map(({ text }) => text.match(/^(?!\s*\*).*(?<!function )\binvariant\(/gm));
  return calls.reduce((sum, found) => sum + (found?.length ?? 0), 0);
}

describe('assertions that stay on in production', () => {
  it('are counted where they are called', () => {
    const text =
      " * invariant(x)\ninvariant(x, 'a');\nfunction invariant(\n  if (y) invariant(x, 'b');\n";
    expect(assertionsIn([{ path: 'a.ts', text }])).toBe(2);
  });

  it.each(coreLayers)('are not fewer than they were: %s', (library) => {
    expect(assertionsIn(productionOf(library))).toBeGreaterThanOrEqual(
      atLeast[library] ?? Infinity,
    );
  });

  it(`are at least ${String(PER_THOUSAND_LINES)} to 1,000 lines of the core`, () => {
    const core = coreLayers.flatMap(productionOf).filter(isCode);
    const lines = core.reduce((sum, { text }) => sum + lineCount(text), 0);
    const density = (1000 * assertionsIn(core)) / lines;
    expect(density).toBeGreaterThanOrEqual(PER_THOUSAND_LINES);
  });
});
