import { ClearingHouse, HouseState } from '#libs/clearing-house';
import { rootsOf } from '#libs/replay';
import { MarketDay } from './market-day.js';
import { DayRun, demoBars } from './testing/day-run.js';

const TRADES = 2_500;
const SEEDS = Number(process.env['NOVATE_PLAIN_SEEDS'] ?? 3);

function dayOf(seed: number): MarketDay {
  return new MarketDay({ seed, bars: demoBars(700, 860), accounts: 200, trades: TRADES });
}

describe('trades decided and applied in one pass', () => {
  it.each(Array.from({ length: SEEDS }, (_, k) => k + 1))(
    'lead to the bytes and the state of the general way (seed %i of NOVATE_PLAIN_SEEDS)',
    (seed) => {
      const general = new ClearingHouse(new HouseState({ knowsPlainTrades: false }));
      const slow = new DayRun(dayOf(seed), general).run();
      const fast = new DayRun(dayOf(seed)).run();
      // Nearly all, those that open a position among them.
      expect(fast.house.plainTrades).toBeGreaterThan(TRADES * 0.93);
      expect(slow.house.plainTrades).toBe(0);
      expect(fast.records).toBe(slow.records);
      expect(fast.recordDigest()).toBe(slow.recordDigest());
      expect(rootsOf(fast.house.state)).toEqual(rootsOf(slow.house.state));
    },
    120_000,
  );
});
