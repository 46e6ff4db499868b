/** Resident bytes of one house, in a process of its own: `memory-footprint.js PLAN-AS-JSON`. */
import { WatchEverybody } from '#libs/clearing-house';
import { TickHouse } from './tick-house.js';
import { FOUR_LINEAR } from './tick-market.js';

export const POSITIONS = FOUR_LINEAR.length;

export interface FootprintPlan {
  readonly accounts: number;
  readonly seed: number;
  /** Without: a house that watches everybody and remembers nothing of anybody. */
  readonly hasBands: boolean;
}

/** Resident bytes above the empty house's. */
export interface Footprint {
  /** With accounts and their cash, before the first position. */
  readonly funded: number;
  /** With all positions. */
  readonly complete: number;
  /** Of `complete`: what is on the JavaScript heap, and not in typed arrays. */
  readonly heap: number;
}

/** Builds a house by events and looks at the process before, meanwhile and after. */
export function footprintOf({ accounts, seed, hasBands }: FootprintPlan): Footprint {
  const shares = { tight: 1, leastShare: 5, mostShare: 20 };
  const watchOf = hasBands
    ? undefined
    : (state: ConstructorParameters<typeof WatchEverybody>[0]) => new WatchEverybody(state);
  const small = { ...shares, instruments: FOUR_LINEAR, seed };
  new TickHouse({ accounts: 200, ...small }, watchOf);
  const empty = settled();
  let funded = 0;
  const day = new TickHouse({ accounts, ...small }, watchOf, () => {
    funded = settled().rss - empty.rss;
  });
  const full = settled();
  if (day.house.state.accounts.count !== accounts) throw new Error('all accounts are there');
  return { funded, complete: full.rss - empty.rss, heap: full.heapUsed - empty.heapUsed };
}

/** Memory after what nobody holds was collected. */
function settled(): NodeJS.MemoryUsage {
  for (let k = 0; k < 3; k += 1) globalThis.gc?.();
  return process.memoryUsage();
}

const [, script = '', plan] = process.argv;
if (script.endsWith('memory-footprint.js') && plan !== undefined) {
  process.stdout.write(JSON.stringify(footprintOf(JSON.parse(plan) as FootprintPlan)));
}
