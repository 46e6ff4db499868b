import { ClearingHouse, FrameBuffer, HouseState, WatchEverybody } from '#libs/clearing-house';
import { MarketDay } from './market-day.js';
import { DayRun, demoBars } from './testing/day-run.js';

const SEEDS = Number(process.env['NOVATE_BAND_SEEDS'] ?? 3);

function dayOf(seed: number): MarketDay {
  return new MarketDay({ seed, bars: demoBars(700, 860), accounts: 200, trades: 2_500 });
}

const everybody = (state: HouseState): WatchEverybody => new WatchEverybody(state);

/** A house that judges every holder at every price, and both sides after every trade. */
function judgingEverybody(): ClearingHouse {
  return new ClearingHouse(new HouseState(), new FrameBuffer(), undefined, everybody);
}

describe('safe bands', () => {
  it.each(Array.from({ length: SEEDS }, (_, k) => k + 1))(
    'lead to the bytes that judging everybody leads to (NOVATE_BAND_SEEDS=%i replays it)',
    (seed) => {
      const naive = new DayRun(dayOf(seed), judgingEverybody()).run();
      const banded = new DayRun(dayOf(seed)).run();
      expect(banded.records).toBe(naive.records);
      expect(banded.recordDigest()).toBe(naive.recordDigest());
      const spared = naive.house.judgement.evaluation.evaluations;
      expect(banded.house.judgement.evaluation.evaluations).toBeLessThan(spared);
    },
    120_000,
  );
});
