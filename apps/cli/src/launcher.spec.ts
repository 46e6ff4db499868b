import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** bin/novate.mjs in a small installation of its own, with a command line that prints a word. */
describe('bin/novate.mjs', () => {
  let root: string;

  function novate() {
    const script = join(root, 'bin/novate.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  function build(startedAtMs: number): void {
    mkdirSync(join(root, 'dist/apps/cli/src'), { recursive: true });
    writeFileSync(join(root, 'dist/apps/cli/src/main.js'), "process.stdout.write('started');");
    writeFileSync(join(root, 'dist/build.json'), JSON.stringify({ startedAtMs }));
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'novate-launcher-'));
    mkdirSync(join(root, 'bin'));
    mkdirSync(join(root, '.git'));
    mkdirSync(join(root, 'libs/units/src'), { recursive: true });
    cpSync('bin/novate.mjs', join(root, 'bin/novate.mjs'));
    for (const name of ['index.ts', 'index.spec.ts']) {
      writeFileSync(join(root, 'libs/units/src', name), 'export {};');
      utimesSync(join(root, 'libs/units/src', name), 1000, name === 'index.ts' ? 1000 : 2000);
    }
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('says what to do when there is no build', () => {
    const stderr = expect.stringContaining('npm run build') as string;
    expect(novate()).toEqual({ status: 3, stdout: '', stderr });
  });

  it('says which source is newer than the build', () => {
    build(999_999);
    const stderr = 'novate: libs/units/src/index.ts is newer than dist/; run `npm run build`\n';
    expect(novate()).toEqual({ status: 3, stdout: '', stderr });
  });

  it('starts a fresh build, whatever the age of the specs', () => {
    build(1_000_000);
    expect(novate()).toEqual({ status: 0, stdout: 'started', stderr: '' });
  });

  it('starts whatever is installed outside a checkout', () => {
    build(999_999);
    rmSync(join(root, '.git'), { recursive: true });
    expect(novate()).toEqual({ status: 0, stdout: 'started', stderr: '' });
  });
});
