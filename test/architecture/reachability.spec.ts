import { deadFileProblems } from './reachability.js';
import { filesBelow } from './source-tree.js';

const file = (path: string, text = 'export {};') => ({ path, text });

const healthy = [
  file('bin/novate.mjs', "const main = join(root, 'dist/apps/cli/src/main.js');"),
  file('bin/bench.mjs', "fork('../dist/test/bench/runner.js');"),
  file('apps/cli/src/main.ts', "import { a } from './a.js'; await import('./lazy.js');"),
  file('apps/cli/src/a.ts', "export * from '#libs/units';"),
  file('apps/cli/src/lazy.ts', "new Worker(new URL('./worker.js', import.meta.url));"),
  file('apps/cli/src/worker.ts'),
  file('libs/units/src/index.ts', "export type { B } from './b.js';"),
  file('libs/units/src/b.ts'),
  file('libs/units/src/b.spec.ts', "import './testing/suite.js'; import '../test/rows.js';"),
  file('libs/units/src/testing/suite.ts'),
  file('libs/units/test/rows.ts'),
  file('test/bench/runner.ts'),
  file('test/scenario/a.spec.ts', "import './table.js';"),
  file('test/scenario/table.ts'),
  file('test/brokers/a.brokers.ts', "import './server.js';"),
  file('test/brokers/server.ts'),
];

describe('dead files', () => {
  it('do not exist', () => {
    const sources = filesBelow(['apps', 'libs', 'test', 'bin'], /\.(ts|mjs)$/);
    expect(sources.length).toBeGreaterThan(40);
    expect(deadFileProblems(sources)).toEqual([]);
  });

  it('are not found where every file is loaded', () => {
    expect(deadFileProblems(healthy)).toEqual([]);
  });

  it.each([
    ['libs/units/src/forgotten.ts', 'nothing loads it'],
    ['apps/cli/src/forgotten.ts', 'nothing loads it'],
    ['test/bench/forgotten.ts', 'nothing loads it'],
    ['test/scenario/forgotten.ts', 'nothing loads it'],
    ['test/brokers/forgotten.ts', 'nothing loads it'],
    ['libs/units/src/testing/forgotten.ts', 'nothing loads it'],
    ['libs/units/test/forgotten.ts', 'nothing loads it'],
  ])('are found: %s', (path, words) => {
    const problems = deadFileProblems([...healthy, file(path)]);
    expect(problems).toEqual([expect.stringContaining(`${path}: ${words}`)]);
  });

  it('are found when only a spec loads a production file', () => {
    const spec = file('libs/units/src/c.spec.ts', "import './c.js';");
    const problems = deadFileProblems([...healthy, spec, file('libs/units/src/c.ts')]);
    expect(problems).toEqual([expect.stringContaining('libs/units/src/c.ts: only tests load it')]);
  });

  it('are found in a circle that nothing enters', () => {
    const circle = [
      file('libs/units/src/x.ts', "import './y.js';"),
      file('libs/units/src/y.ts', "import './x.js';"),
    ];
    expect(deadFileProblems([...healthy, ...circle])).toHaveLength(2);
  });
});
