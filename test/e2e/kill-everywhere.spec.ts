import { jest } from '@jest/globals';
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { buildKillDriver } from './driver-build.js';
import { STORY_INPUTS } from './durable-run.js';
import { assertRecovered, verified } from './recovered-run.js';
import { faultAt, type Point, pointsOf, sampled, untilKilled } from './kill-points.js';
import { callsIn, runTraced, type Traced, whyNoInjection } from './system-faults.js';

/**
 * kill -9 inside every system call that stores something, by strace: the process is gone before the
 * call takes effect. `NOVATE_KILLS=full` kills in each of them; otherwise in every so many-th.
 */
const isFull = process.env['NOVATE_KILLS'] === 'full';
const SAMPLE = 9;
const SAMPLE_OF_RECOVERY = 3;
/** Of a run on a log that must be recovered first: its calls up to here concern the recovery. */
const RECOVERY_CALLS = 8;
const GOALS = [96, STORY_INPUTS];

const unavailable = whyNoInjection();
const temporary = new TemporaryDirectory();
let driver = '';

interface Scenario {
  readonly prepare: (directory: string) => void;
  readonly goals: readonly number[];
  /** What earlier runs on the prepared directory acknowledged. */
  readonly acknowledged: ReadonlyMap<number, number>;
}

async function drive(name: string, scenario: Scenario, point?: Point): Promise<Traced> {
  const directory = temporary.in(name);
  rmSync(directory, { recursive: true, force: true });
  scenario.prepare(directory);
  const files = { out: temporary.in(`${name}.out`), trace: temporary.in(`${name}.trace`) };
  const args = [driver, directory, ...scenario.goals.map(String)];
  return runTraced(args, files, point && faultAt(point, files.out));
}

function acknowledgedIn(stdout: string): Map<number, number> {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
  return new Map(
    [...whole.matchAll(/^(\d+) (\d+)\n/gm)].map((line) => [Number(line[1]), Number(line[2])]),
  );
}

/** Kills a run at a point; what was wrong afterwards, or undefined. */
async function faultsAfter(name: string, scenario: Scenario, point: Point): Promise<string[]> {
  const what = `${point.isPrint ? 'print' : point.call} ${String(point.nth)}`;
  const { signal, stdout, stderr } = await untilKilled(() => drive(name, scenario, point));
  if (stderr !== '') return [`${what}: ${stderr}`];
  if (signal !== 'SIGKILL') return [`${what}: the run ended before it was killed`];
  try {
    const acknowledged = new Map([...scenario.acknowledged, ...acknowledgedIn(stdout)]);
    const { inputs } = await assertRecovered(temporary.in(name), acknowledged);
    return inputs < acknowledged.size ? [`${what}: fewer inputs than acknowledged`] : [];
  } catch (error) {
    return [`${what}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Two at a time. */
async function sweep(scenario: Scenario, points: readonly Point[]): Promise<string[]> {
  const open = [...points];
  const found: string[] = [];
  const work = async (name: string): Promise<void> => {
    for (let point = open.shift(); point !== undefined; point = open.shift()) {
      found.push(...(await faultsAfter(name, scenario, point)));
    }
  };
  await Promise.all([work('one'), work('two')]);
  return found;
}

function told(chosen: readonly Point[], points: readonly Point[]): string {
  return `${String(chosen.length)} of ${String(points.length)}`;
}

const onNothing: Scenario = {
  ...{ goals: GOALS, acknowledged: new Map<number, number>() },
  prepare: () => undefined,
};

(unavailable === undefined ? describe : describe.skip)('kill -9 in a system call', () => {
  jest.setTimeout(isFull ? 3_600_000 : 120_000);

  beforeAll(() => {
    ensureBuilt();
    driver = buildKillDriver();
  }, 120_000);
  afterAll(() => temporary.remove());

  it('that stores something loses nothing acknowledged, and the log goes on', async () => {
    const whole = await drive('whole', onNothing);
    expect({ code: whole.code, stderr: whole.stderr }).toEqual({ code: 0, stderr: '' });
    expect(acknowledgedIn(whole.stdout).size).toBe(STORY_INPUTS);
    const names = readdirSync(temporary.in('whole'));
    expect(names.filter((name) => name.endsWith('.nvl')).length).toBeGreaterThanOrEqual(3);
    expect(names.filter((name) => name.endsWith('.snapshot'))).toHaveLength(2);
    expect((await verified(temporary.in('whole'))).inputs.size).toBe(STORY_INPUTS);

    const points = pointsOf(whole);
    expect(points.length).toBeGreaterThanOrEqual(300);
    const chosen = isFull ? points : sampled(points, SAMPLE);
    expect(await sweep(onNothing, chosen)).toEqual([]);
    process.stderr.write(`killed in ${told(chosen, points)} calls\n`);
    const { code } = await run('verify', '--data-dir', temporary.in('one'));
    expect(code).toBe(0);
  });

  it('of the recovery of a torn log loses nothing either', async () => {
    const half = await drive('torn', onNothing, { call: 'fdatasync', nth: 40, isPrint: false });
    expect(half.signal).toBe('SIGKILL');
    const torn = temporary.in('torn');
    const last =
      readdirSync(torn)
        .filter((name) => name.endsWith('.nvl'))
        .at(-1) ?? '';
    // Of a next frame only a part of the header came to the disk.
    const segment = readFileSync(join(torn, last));
    appendFileSync(
      join(torn, last),
      segment.subarray(segment.indexOf('NVLFRAME')).subarray(0, 120),
    );
    const acknowledged = acknowledgedIn(half.stdout);
    const prepare = (to: string): void => cpSync(torn, to, { recursive: true });
    const scenario = { prepare, acknowledged, goals: [acknowledged.size + 6] };

    const whole = await drive('whole', scenario);
    expect({ code: whole.code, stderr: whole.stderr }).toEqual({ code: 0, stderr: '' });
    expect(callsIn(whole.trace, 'ftruncate')).toBeGreaterThan(0);
    const points = pointsOf(whole, RECOVERY_CALLS);
    const chosen = isFull ? points : sampled(points, SAMPLE_OF_RECOVERY);
    expect(await sweep(scenario, chosen)).toEqual([]);
    process.stderr.write(`recovery killed in ${told(chosen, points)} calls\n`);
  });
});
