import { jest } from '@jest/globals';
import { CrashSimulation } from './crash-simulation.js';

const SEEDS = Number(process.env['NOVATE_CRASH_SEEDS'] ?? 200);
const FIRST_SEED = Number(process.env['NOVATE_CRASH_FIRST_SEED'] ?? 1);
const FRAMES = 6;
/** Fewer where every operation of a life is tried. */
const FRAMES_SWEPT = 3;

/** Runs a scenario for every seed; a failure names its seed and the command that repeats it. */
async function forEachSeed(run: (seed: number) => Promise<void>): Promise<void> {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
    try {
      await run(seed);
    } catch (error) {
      const replay = `NOVATE_CRASH_SEEDS=1 NOVATE_CRASH_FIRST_SEED=${String(seed)}`;
      const command = `${replay} npm test -- libs/event-log-file/test/crash-simulation`;
      throw new Error(`seed ${String(seed)}; repeat with: ${command}`, { cause: error });
    }
  }
}

/** Operations of an undisturbed first life with this seed. */
async function operationsOf(seed: number): Promise<number> {
  const simulation = new CrashSimulation(seed);
  await simulation.live(FRAMES_SWEPT, {});
  return simulation.disk.operations;
}

describe('the file log on a simulated disk', () => {
  jest.setTimeout(120_000);

  it('keeps what it acknowledged when power is lost at any operation', async () => {
    let crashes = 0;
    await forEachSeed(async (seed) => {
      const operations = await operationsOf(seed);
      for (let dieAt = 1; dieAt <= operations; dieAt += 1) {
        const simulation = new CrashSimulation(seed);
        const died = await simulation.live(FRAMES_SWEPT, { dieAt, shortWrite: 0.2 });
        if (died) crashes += 1;
        simulation.disk.crash();
        expect(await simulation.live(1, {})).toBe(false);
        expect(await simulation.live(0, {})).toBe(false);
      }
    });
    expect(crashes).toBeGreaterThan(SEEDS * 30);
  });

  it('keeps it over several crashes in a row, in recovery too, by kill or by power', async () => {
    await forEachSeed(async (seed) => {
      const simulation = new CrashSimulation(seed);
      let die = seed * 7;
      for (let life = 0; life < 12; life += 1) {
        die = (die * 31 + 11) % 67;
        const dieAt = simulation.disk.operations + 1 + die;
        // Every fourth life ends in a clean stop: what HEAD then says must not outlive the next.
        await simulation.live(FRAMES, life % 4 === 0 ? {} : { dieAt, shortWrite: 0.3 });
        if ((seed + life) % 3 === 0) simulation.disk.killProcess();
        else simulation.disk.crash();
      }
      expect(await simulation.live(1, {})).toBe(false);
    });
  });

  it('keeps it when fdatasync fails, the process restarts and then power is lost', async () => {
    let failed = 0;
    await forEachSeed(async (seed) => {
      const simulation = new CrashSimulation(seed);
      for (let life = 0; life < 8; life += 1) {
        const syncErrorAt = simulation.disk.syncs + 1 + ((seed + life * 5) % 17);
        const dieAt = simulation.disk.operations + 10 + ((seed * 13 + life * 29) % 80);
        if (await simulation.live(FRAMES, { syncErrorAt, dieAt })) failed += 1;
        if ((seed + life) % 3 === 0) simulation.disk.crash();
        else simulation.disk.killProcess();
      }
      expect(await simulation.live(1, {})).toBe(false);
    });
    expect(failed).toBeGreaterThan(SEEDS);
  });

  it('refuses cleanly on a full disk and goes on when there is space', async () => {
    await forEachSeed(async (seed) => {
      const simulation = new CrashSimulation(seed);
      const full = await simulation.live(40, { capacityBytes: 15_000 + seed * 11 });
      expect(full).toBe(true);
      const stored = simulation.acknowledged;
      expect(stored).toBeGreaterThan(0);
      simulation.disk.crash();
      expect(await simulation.live(2, {})).toBe(false);
      expect(simulation.acknowledged).toBe(stored + 2);
    });
  });

  it('goes on in the same process when a full disk has space again', async () => {
    await forEachSeed(async (seed) => {
      const simulation = new CrashSimulation(seed);
      expect(await simulation.live(40, { capacityBytes: 15_000 + seed * 11 }, {})).toBe(false);
      expect(simulation.acknowledged).toBe(39);
      expect(await simulation.live(0, {})).toBe(false);
    });
  });

  it('gives the same run for the same seed', async () => {
    const run = async (): Promise<string> => {
      const simulation = new CrashSimulation(42);
      await simulation.live(FRAMES, { dieAt: 40, shortWrite: 0.3 });
      simulation.disk.crash();
      await simulation.live(FRAMES, {});
      const bytes = simulation.disk.bytesOf('/log/0000000000000001.nvl');
      return Buffer.from(bytes).toString('hex');
    };
    expect(await run()).toBe(await run());
  });
});
