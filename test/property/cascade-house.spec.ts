import { createHash } from 'node:crypto';
import {
  type FrameBuffer,
  HouseState,
  recount,
  restoreState,
  WatchEverybody,
  writeStateRows,
} from '#libs/clearing-house';
import type { FrameDraft } from '#libs/event-log';
import type { Message } from '#libs/events';
import { Verification } from '#libs/replay';
import { Random } from '#libs/simulator';
import { levelMinor } from '#libs/margin';
import { amountMinor, ppm } from '#libs/units';
import { CascadeWorld, nextStep, type WorldStep } from '../support/cascade-world.js';
import { HouseDriver } from '../support/house-driver.js';

/**
 * Houses whose exchange pool has execution terms, drawn by the seed: members long and short, crashes, thin
 * books, venues that fill, reject, expire and keep silent, a backstop, a fund that runs out. Every frame
 * conserves cash and contracts; bands and brute force record the same; a house restored from its rows goes
 * on as the other; verification decides the same again; nobody is deleveraged into a breach.
 * `NOVATE_SEEDS=500` is the full run, `NOVATE_SEED=7` replays one.
 */
const only = process.env['NOVATE_SEED'];
const count = Number(process.env['NOVATE_SEEDS'] ?? 8);
const seeds = only === undefined ? Array.from({ length: count }, (_, k) => k + 1) : [Number(only)];
const STEPS = 220;
const STREAM = 2027;

const seen = new Map<string, number>();

function rootOf(state: HouseState): string {
  const hash = createHash('sha256');
  writeStateRows(state, 'all', (chunk) => hash.update(chunk));
  return hash.digest('hex');
}

function restored(state: HouseState): HouseState {
  const chunks: Uint8Array[] = [];
  writeStateRows(state, 'all', (chunk) => chunks.push(chunk.slice()));
  return restoreState(Buffer.concat(chunks));
}

function perform(driver: HouseDriver, step: WorldStep): Message[] {
  const events = step.input === undefined ? driver.time(step.timeUs) : driver.submit(step.input);
  for (let k = 0; k < step.slices; k++) events.push(...driver.slice());
  return events;
}

/** Whoever is deleveraged stays at its requirement or above, by the figures of its event. */
function assertBearable(events: readonly Message[]): void {
  for (const m of events) {
    if (m.type !== 'PositionDeleveraged') continue;
    const least = levelMinor(amountMinor(m.counterpartyMaintenanceMinor), ppm(1_000_000));
    expect(m.counterpartyEquityMinor).toBeGreaterThanOrEqual(least);
    expect(m.lossMinor).toBeGreaterThanOrEqual(0);
  }
}

describe.each(seeds)('a house with execution terms, seed %i', (seed) => {
  it('conserves, is the same by bands and by brute force, after a restore, and verified', () => {
    const random = new Random(seed, STREAM);
    const frames: FrameDraft[] = [];
    const keep = (
      { firstSequence, count: n, bytes, length }: FrameBuffer,
      timeUs: number,
    ): void => {
      const records = bytes.slice(0, length);
      frames.push({ epoch: 1, firstSequence, count: n, frameTimeUs: timeUs, records });
    };
    const world = new CascadeWorld(new HouseDriver(new HouseState(), keep), seed);
    const watch = (state: HouseState): WatchEverybody => new WatchEverybody(state);
    const naive = new CascadeWorld(new HouseDriver(new HouseState(), undefined, watch), seed)
      .driver;
    let second = new HouseDriver(restored(world.driver.state));
    for (let k = 0; k < STEPS; k++) {
      const step = nextStep(random, world);
      const own = perform(world.driver, step);
      expect([k, JSON.stringify(perform(naive, step))]).toEqual([k, JSON.stringify(own)]);
      expect([k, JSON.stringify(perform(second, step))]).toEqual([k, JSON.stringify(own)]);
      for (const { type } of own) seen.set(type, (seen.get(type) ?? 0) + 1);
      assertBearable(own);
      if (k % 20 === 0) {
        recount(world.driver.state);
        expect(rootOf(second.state)).toBe(rootOf(world.driver.state));
        second = new HouseDriver(restored(world.driver.state));
      }
    }
    world.driver.idle(world.now); // so that the log says how far time went
    const verification = new Verification();
    for (const frame of frames) expect(verification.check(frame)).toBeUndefined();
    expect(rootOf(verification.house.state)).toBe(rootOf(world.driver.state));
  });
});

const several = only === undefined ? test : test.skip;
several('what execution terms lead to was reached', () => {
  const reached = [
    'LiquidationPaced',
    'LiquidationDeferred',
    'LiquidationResumed',
    'LiquidationAttemptFailed',
    'MarketHalted',
    'MarketResumed',
    'DeleveragingStarted',
    'PositionDeleveraged',
    'DeleveragingEnded',
    'PortfolioTakenOver',
    'TakeOverDeclined',
  ];
  expect(reached.filter((type) => !seen.has(type))).toEqual([]);
});
