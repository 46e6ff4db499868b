import { jest } from '@jest/globals';
import { rmSync } from 'node:fs';
import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { answersOf, expectContinues, ingestArgs, novate, STORY } from './ingest-runs.js';
import { faultAt, pointsOf, sampled, untilKilled } from './kill-points.js';
import { verified } from './recovered-run.js';
import { callsIn, runTraced, whyNoInjection } from './system-faults.js';

/**
 * `novate ingest`, as it is, killed inside the calls that store something or print an answer, and
 * run again with the same input. `NOVATE_KILLS=full` kills in each of them.
 */
const isFull = process.env['NOVATE_KILLS'] === 'full';
const SAMPLE = 2;
const unavailable = whyNoInjection();
const temporary = new TemporaryDirectory();
const directory = temporary.in('killed');
const files = { out: temporary.in('out'), trace: temporary.in('trace') };
const args = [novate, ...ingestArgs(directory, STORY)];

(unavailable === undefined ? describe : describe.skip)('novate ingest, killed', () => {
  jest.setTimeout(isFull ? 3_600_000 : 60_000);

  beforeAll(ensureBuilt, 120_000);
  afterAll(() => temporary.remove());

  it('answers as before what it answered, and comes to the same business', async () => {
    const whole = await runTraced(args, files, undefined);
    const { businessRoot } = await verified(directory);
    const points = pointsOf(whole);
    expect(callsIn(whole.trace, 'fdatasync')).toBeGreaterThan(20);
    const chosen = isFull ? points : sampled(points, SAMPLE);
    for (const point of chosen) {
      const { signal, stdout } = await untilKilled(() => {
        rmSync(directory, { recursive: true, force: true });
        return runTraced(args, files, faultAt(point, files.out));
      });
      expect({ point, signal }).toEqual({ point, signal: 'SIGKILL' });
      await expectContinues(directory, STORY, stdout);
      expect((await verified(directory)).businessRoot).toBe(businessRoot);
      expect(answersOf(stdout).length).toBeLessThanOrEqual(answersOf(whole.stdout).length);
    }
    process.stderr.write(`ingest killed in ${String(chosen.length)} of ${String(points.length)}\n`);
  });
});
