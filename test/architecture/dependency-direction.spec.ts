import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import rules from '../../.dependency-cruiser.js';
import { coreLayers } from './layers.js';

interface Report {
  readonly summary: {
    readonly violations: readonly { rule: { name: string }; from: string; to: string }[];
    readonly totalCruised: number;
  };
}

const depcruise = resolve('node_modules/.bin/depcruise');

/** Applies the rules of the repository to the tree at `root`. */
function cruise(root: string): Report['summary'] {
  const args = ['apps', 'libs', 'test', '--config', '.dependency-cruiser.js', '-T', 'json'];
  try {
    const json = execFileSync(depcruise, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
    return (JSON.parse(json) as Report).summary;
  } catch (error) {
    // It exits with the number of violations; the report is on stdout all the same.
    const { stdout } = error as { stdout?: string };
    if (!stdout) throw error;
    return (JSON.parse(stdout) as Report).summary;
  }
}

/** A small healthy tree, to which each case adds one file that breaks a rule. */
const healthy = {
  ...Object.fromEntries(coreLayers.map((name) => [`libs/${name}/src/index.ts`, 'export {};'])),
  'libs/units/src/hidden.ts': 'export const hidden = 1;',
  'libs/event-log/src/index.ts': "import '#libs/events';",
  'libs/event-log/src/testing/suite.ts': "import 'jest';",
  'libs/event-log-file/src/index.ts': "import 'node:fs'; import '#libs/event-log';",
  'libs/event-log-jetstream/src/index.ts': "import '#libs/event-log'; import './own.js';",
  'libs/event-log-jetstream/src/own.ts': 'export {};',
  'libs/replay/src/index.ts': "import '#libs/event-log-file';",
  'libs/runtime/src/index.ts': "import '#libs/event-log'; import '#libs/clearing-house';",
  'libs/runtime/src/log.ts': "import '#libs/event-log-file'; import '#libs/event-log-jetstream';",
  'libs/runtime/src/x.ts': "import type {} from './y.js';",
  'libs/runtime/src/y.ts': "import './x.js';",
  'libs/nest-kit/src/index.ts': "import '@nestjs/common';",
  'apps/cli/src/main.ts': "import 'commander'; import '#libs/runtime';",
  'test/contract/file.spec.ts': "import '../../libs/event-log/src/testing/suite.js';",
};

const planted: readonly (readonly [rule: string, file: string, text: string])[] = [
  ...coreLayers.map(
    (layer) =>
      [
        `core-order-${layer}`,
        `libs/${layer}/src/p.ts`,
        "import type {} from '#libs/runtime';",
      ] as const,
  ),
  ['core-order-events', 'libs/events/src/a.ts', "import '#libs/market';"],
  ['core-imports-only-core', 'libs/market/src/a.ts', "import 'node:crypto';"],
  ['core-imports-only-core', 'libs/margin/src/a.ts', "import 'decimal.js';"],
  ['event-log-imports-units-and-events', 'libs/event-log/src/a.ts', "import '#libs/market';"],
  ['engines-import-the-port', 'libs/event-log-file/src/a.ts', "import '#libs/runtime';"],
  [
    'engines-only-in-runtime-and-apps',
    'libs/replay/src/a.ts',
    "import '#libs/event-log-jetstream';",
  ],
  ['embedded-engine-for-its-disk', 'libs/sdk/src/a.ts', "import '#libs/event-log-file';"],
  ['nest-only-in-apps-and-nest-kit', 'libs/runtime/src/a.ts', "import '@nestjs/common';"],
  ['libs-never-import-apps', 'libs/runtime/src/b.ts', "import '../../../apps/cli/src/main.js';"],
  ['only-public-api-libs', 'libs/runtime/src/c.ts', "import '../../units/src/hidden.js';"],
  ['only-public-api-elsewhere', 'apps/cli/src/a.ts', "import '../../../libs/units/src/hidden.js';"],
  ['testing-only-in-tests', 'libs/event-log/src/b.ts', "import './testing/suite.js';"],
  ['no-dev-dependency-in-production', 'apps/cli/src/b.ts', "import 'fast-check';"],
  ['no-circular', 'libs/runtime/src/e.ts', "import './f.js';"],
  ['resolvable', 'libs/runtime/src/g.ts', "import './absent.js';"],
  ['resolved-from-source', 'libs/runtime/src/h.ts', "import '../../../dist/a.js';"],
];
const plantedTargets = {
  'libs/runtime/src/f.ts': "import './e.js';",
  'dist/a.js': 'export {};',
};

describe('dependency direction', () => {
  let root: string;

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'novate-layers-'));
    const rules = ['.dependency-cruiser.js', 'package.json', 'tsconfig.json', 'tsconfig.base.json'];
    for (const file of [...rules, 'test/architecture/layers.js']) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      cpSync(file, join(root, file));
    }
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
    write(healthy);
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('is kept by the repository', () => {
    const { violations, totalCruised } = cruise('.');
    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
    expect(totalCruised).toBeGreaterThan(20);
  });

  it('is kept by a small healthy tree', () => {
    expect(cruise(root).violations).toEqual([]);
  });

  it('finds each planted violation', () => {
    for (const [, file, text] of planted) write({ [file]: text });
    write(plantedTargets);
    const found = cruise(root).violations.map(({ rule, from }) => `${rule.name}: ${from}`);
    for (const [rule, file] of planted) expect(found).toContain(`${rule}: ${file}`);
  });

  it('has a planted violation for every rule', () => {
    const names = new Set((rules.forbidden as { name: string }[]).map(({ name }) => name));
    expect(new Set(planted.map(([rule]) => rule))).toEqual(names);
  });
});
