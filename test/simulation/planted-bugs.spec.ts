import { runWholeNode } from '#libs/simulator';
import { extentOf, SEEDS_FOR_A_BUG } from './extent.js';
import { type PlantedBug, plantedBugs } from './planted-bugs.js';

const { isFull } = extentOf(process.env['NOVATE_SIMULATION']);
const OPTIONS = { inputs: 150 };
const CONTROL_SEEDS = isFull ? SEEDS_FOR_A_BUG : 3;
const MINUTES_MAX = 60;

interface Finding {
  readonly seeds: number;
  readonly sentence: string;
}

/** After how many seeds the bug is noticed as it should be, and what was said. */
async function find({ parts, noticed, seed }: PlantedBug): Promise<Finding | undefined> {
  // Without the flag one begins where it was found last, and goes on if it no longer is there.
  const first = isFull ? 1 : seed;
  for (let seeds = 1; seeds <= SEEDS_FOR_A_BUG; seeds++) {
    const { violations } = await runWholeNode(first + seeds - 1, { ...OPTIONS, parts });
    const sentence = violations.find((one) => noticed.test(one));
    if (sentence !== undefined) return { seeds, sentence };
  }
  return undefined;
}

describe('a bug planted in the node', () => {
  it.each(plantedBugs.map((bug) => ({ ...bug, bug })))(
    'is found: $name',
    async ({ name, bug }) => {
      const found = await find(bug);
      if (isFull) {
        const text =
          found === undefined ? 'not found' : `${String(found.seeds)} | ${found.sentence}`;
        process.stderr.write(`| ${name} | ${text} |\n`);
      }
      expect(found?.seeds).toBeLessThanOrEqual(SEEDS_FOR_A_BUG);
    },
    MINUTES_MAX * 60_000,
  );

  it(
    'is what the checkers find: without one they find nothing',
    async () => {
      for (let seed = 1; seed <= CONTROL_SEEDS; seed++) {
        const { violations } = await runWholeNode(seed, OPTIONS);
        expect([seed, violations]).toEqual([seed, []]);
      }
    },
    MINUTES_MAX * 60_000,
  );
});
