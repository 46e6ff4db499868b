import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from '../e2e/demo-process.js';
import type { Footprint } from './memory-footprint.js';

const ACCOUNTS = 20_000;

/** In a process of its own, which can collect what nobody holds: other tests' garbage is not counted. */
function footprint(hasBands: boolean): Footprint {
  const script = join(process.cwd(), 'dist/test/bench/memory-footprint.js');
  const plan = JSON.stringify({ accounts: ACCOUNTS, seed: 1, hasBands });
  const answer = execFileSync(process.execPath, ['--expose-gc', script, plan], {
    encoding: 'utf8',
  });
  return JSON.parse(answer) as Footprint;
}

describe('the footprint of a house', () => {
  beforeAll(() => ensureBuilt());

  it('grows with accounts, positions and bands', () => {
    const [banded, bare] = [footprint(true), footprint(false)];
    expect(bare.funded).toBeGreaterThan(ACCOUNTS * 100);
    expect(bare.complete).toBeGreaterThan(bare.funded + ACCOUNTS * 4 * 32);
    expect(banded.complete).toBeGreaterThan(bare.complete);
    // Rows, edges and names lie in typed arrays: no string and no object an account.
    expect(bare.heap).toBeLessThan(ACCOUNTS * 64);
    expect(banded.heap).toBeLessThan(ACCOUNTS * 64);
  }, 60_000);
});
