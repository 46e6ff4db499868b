import { HouseState, type WatchMaker, WatchEverybody } from '#libs/clearing-house';
import { RandomWorld } from '../generator/random-world.js';
import { Random } from '../market/random.js';
import { DecimalTwin } from './decimal-twin.js';
import { HouseRun } from './house-run.js';

const STREAM = 1004;

/** What one seed compared. */
export interface BandReport {
  readonly events: number;
  readonly breaches: number;
  readonly warnings: number;
  readonly recoveries: number;
  /** Evaluations with bands, and by brute force. */
  readonly evaluations: number;
  readonly evaluationsOfAll: number;
}

/** The banded house and brute force recorded different bytes. */
export class BandDifference extends Error {
  override readonly name = 'BandDifference';
  constructor(seed: number, sequence: number) {
    super(
      `bands and brute force differ in the frame that begins at ${String(sequence)}\n` +
        `replay: NOVATE_SEED=${String(seed)} npm test -- test/property/safe-bands`,
    );
  }
}

/**
 * One seeded world through two houses, with bands and by brute force (every holder judged at every
 * price, both sides after every trade), which must record the same bytes, frame by frame. The world
 * looks at the decimal twin, and that hears the plans of brute force: nothing depends on the bands.
 */
export function runBandComparison(seed: number, events: number, watchOf?: WatchMaker): BandReport {
  const random = new Random(seed, STREAM);
  const identityWindow = 6 + random.below(6);
  const twin = new DecimalTwin({ identityWindow });
  const world = new RandomWorld(seed, twin);
  const banded = new HouseRun(new HouseState({ identityWindow }), undefined, watchOf);
  const naive = new HouseRun(
    new HouseState({ identityWindow }),
    undefined,
    (state) => new WatchEverybody(state),
  );
  const counts = new Map<string, number>();
  const cut = (): void => {
    const [own, other] = [banded.cut(), naive.cut()];
    if (Buffer.compare(own.records, other.records) !== 0) {
      throw new BandDifference(seed, own.firstSequence);
    }
  };
  let recorded = 0;
  while (recorded < events) {
    const step = world.next();
    if (step.kind === 'time' || random.below(3) === 0) cut();
    twin.hear(naive.take(step));
    if (step.kind === 'slice') twin.continueSweep();
    else if (step.kind === 'input') twin.submit(step.message, step.messageId);
    else {
      twin.advanceTime(step.timeUs);
      if (step.isIdle) twin.recordTime();
    }
    world.observe(twin.take());
    const seen = banded.take(step);
    recorded += seen.length;
    for (const { message } of seen) counts.set(message.type, (counts.get(message.type) ?? 0) + 1);
  }
  cut();
  return {
    events: recorded,
    breaches: counts.get('MarginBreached') ?? 0,
    warnings: counts.get('AccountWarned') ?? 0,
    recoveries: (counts.get('WarningCleared') ?? 0) + (counts.get('MarginCallMet') ?? 0),
    evaluations: banded.house.judgement.evaluation.evaluations,
    evaluationsOfAll: naive.house.judgement.evaluation.evaluations,
  };
}
