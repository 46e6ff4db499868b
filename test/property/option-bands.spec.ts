import { type Evaluation, HouseState, SafeBands, WatchEverybody } from '#libs/clearing-house';
import { PriceFactors } from '#libs/clearing-house';
import { CALL, I, OPTION } from '#libs/market';
import { black76Greeks } from '#libs/pricing';
import { Random } from '#libs/simulator';
import { HouseDriver } from '../support/house-driver.js';
import { OptionMarket } from '../support/option-market.js';

/**
 * Bands against brute force with options and scenarios (docs/safe-bands.md): two pools whose rulebooks change
 * between both models, options down to their last minutes, other currencies, everything that moves a
 * boundary. Both record the same bytes. `NOVATE_SEEDS=500` is the full run, `NOVATE_SEED=7` replays one.
 */
const only = process.env['NOVATE_SEED'];
const count = Number(process.env['NOVATE_SEEDS'] ?? 3);
const seeds = only === undefined ? Array.from({ length: count }, (_, k) => k + 1) : [Number(only)];
const EVENTS = Number(process.env['NOVATE_EVENTS'] ?? 1_000);
const FAULT_SEEDS = 20;
const PER_SEED_MS = 120_000;
const STREAM = 1019;
const YEAR_US = 31_536_000_000_000;

type Watch = (state: HouseState, evaluation: Evaluation) => SafeBands;

class Difference extends Error {
  override readonly name = 'Difference';
  constructor(seed: number, sequence: number) {
    super(
      `bands and brute force differ in the frame that begins at ${String(sequence)}\n` +
        `replay: NOVATE_SEED=${String(seed)} npm test -- test/property/option-bands`,
    );
  }
}

/** A house and a copy of the frame that it recorded last. */
class Recorded {
  readonly driver: HouseDriver;
  frame = Buffer.alloc(0);
  firstSequence = 0;

  constructor(watchOf?: (state: HouseState, evaluation: Evaluation) => SafeBands | WatchEverybody) {
    this.driver = new HouseDriver(
      new HouseState(),
      ({ bytes, length, firstSequence }) => {
        this.frame = Buffer.concat([this.frame, bytes.subarray(0, length)]);
        this.firstSequence = firstSequence;
      },
      watchOf,
    );
  }

  take(): Buffer {
    const { frame } = this;
    this.frame = Buffer.alloc(0);
    return frame;
  }

  get evaluations(): number {
    return this.driver.house.judgement.evaluation.evaluations;
  }
}

interface Report {
  events: number;
  trades: number;
  epochs: number;
  expiries: number;
  breaches: number;
  warnings: number;
  recoveries: number;
  calls: number;
  met: number;
  evaluations: number;
  evaluationsOfAll: number;
}

const COUNTED: Readonly<Record<string, keyof Report>> = {
  TradeNovated: 'trades',
  ValuationEpochOpened: 'epochs',
  MarginBreached: 'breaches',
  AccountWarned: 'warnings',
  WarningCleared: 'recoveries',
  MarginCallIssued: 'calls',
  MarginCallMet: 'met',
};

function compare(seed: number, watchOf?: Watch): Report {
  const random = new Random(seed, STREAM);
  const banded = new Recorded(watchOf);
  const naive = new Recorded((state) => new WatchEverybody(state));
  const houses = [banded.driver, naive.driver];
  const market = new OptionMarket(random, banded.driver, houses);
  const report = { ...nothing };
  const check = (): void => {
    if (!banded.take().equals(naive.take())) throw new Difference(seed, banded.firstSequence);
  };
  check();
  while (report.events < EVENTS) {
    const step = market.next();
    // Mostly sweeps run to their end; now and then inputs come between their slices.
    const isDrained = random.below(4) > 0;
    for (const driver of houses) {
      const seen = step.timeUs === undefined ? driver.submit(step.input) : driver.time(step.timeUs);
      if (isDrained) seen.push(...driver.drain());
      if (driver !== banded.driver) continue;
      report.events += seen.length;
      for (const message of seen) {
        const key = COUNTED[message.type];
        if (key !== undefined) report[key] += 1;
        if (message.type === 'MarketStateChanged' && message.marketState === 4)
          report.expiries += 1;
      }
    }
    check();
  }
  report.evaluations = banded.evaluations;
  report.evaluationsOfAll = naive.evaluations;
  return report;
}

const nothing: Report = {
  events: 0,
  trades: 0,
  epochs: 0,
  expiries: 0,
  breaches: 0,
  warnings: 0,
  recoveries: 0,
  calls: 0,
  met: 0,
  evaluations: 0,
  evaluationsOfAll: 0,
};

/** Greeks at a point: an option is taken to move by its delta with the underlying, and with nothing else. */
class DeltaFactors extends PriceFactors {
  protected override addPosition(...of: Parameters<PriceFactors['addPosition']>): void {
    const { instruments, clock } = this.state;
    const { portfolio } = this.evaluation;
    const id = portfolio.instruments[of[0]] ?? 0;
    if (instruments.get(id, I.kind) !== OPTION) {
      super.addPosition(...of);
      return;
    }
    const underlying = instruments.get(id, I.underlying);
    const spot = instruments.get(underlying, I.markTicks);
    const { delta } = black76Greeks({
      isCall: instruments.get(id, I.optionType) === CALL,
      forward: spot,
      strike: instruments.get(id, I.strikeTicks),
      timeYears: Math.max(0, instruments.get(id, I.expiresAt) - clock.timeUs) / YEAR_US,
      volatility: 0.6,
      rate: 0,
    });
    const f = this.rows.place(underlying, { isInverse: false, kept: 1, leverage: 1 });
    const lots = portfolio.lots[of[0]] ?? 0;
    this.rows.addWorth(f, lots * delta * spot * instruments.get(id, I.underlyingMultiplier));
  }
}

class GreeksAtAPoint extends SafeBands {
  constructor(state: HouseState, evaluation: Evaluation) {
    super(state, evaluation, new DeltaFactors(state, evaluation));
  }
}

/** A new valuation epoch changes nothing that a band was made for. */
class EpochKept extends SafeBands {
  readonly #state: HouseState;
  #epoch = 0;

  constructor(state: HouseState, evaluation: Evaluation) {
    super(state, evaluation);
    this.#state = state;
  }

  override touched(...of: Parameters<SafeBands['touched']>): number[] {
    this.#epoch = this.#state.valuation.number;
    return super.touched(...of);
  }

  override release(unit: number): void {
    // Private fields are not there yet while the base class is made.
    const isMade = #epoch in this;
    if (isMade && this.#epoch !== this.#state.valuation.number && this.isInside(unit)) return;
    super.release(unit);
  }
}

/** New rules and new exchange rates change nothing that a band was made for. */
class RulesKept extends SafeBands {
  #isMade = true;

  override releaseAll(): void {
    if (!(#isMade in this) || !this.#isMade) super.releaseAll();
  }
}

const FAULTS = { GreeksAtAPoint, EpochKept, RulesKept };

describe('bands and brute force record the same bytes with options and scenarios', () => {
  const all: Report[] = [];

  test.each(seeds)(
    'seed %i',
    (seed) => {
      const report = compare(seed);
      expect(report.events).toBeGreaterThanOrEqual(EVENTS);
      all.push(report);
    },
    PER_SEED_MS,
  );

  const several = only === undefined ? test : test.skip;
  several('everything happened that moves a boundary, and there was something to save', () => {
    const sum = (key: keyof Report): number => all.reduce((total, own) => total + own[key], 0);
    for (const key of Object.keys(nothing) as (keyof Report)[])
      expect([key, sum(key) > 0]).toEqual([key, true]);
    expect(sum('evaluations')).toBeLessThan(0.7 * sum('evaluationsOfAll'));
    if (count < 100) return;
    const totals = Object.keys(nothing).map((key) => [key, sum(key as keyof Report)]);
    process.stdout.write(
      `${JSON.stringify({ seeds: all.length, ...Object.fromEntries(totals) })}\n`,
    );
  });
});

describe('the comparison finds a planted fault', () => {
  test.each(Object.entries(FAULTS))(
    '%s',
    (_, Faulty) => {
      const search = (): void => {
        for (let seed = 1; seed <= FAULT_SEEDS; seed++) {
          compare(seed, (state, evaluation) => new Faulty(state, evaluation));
        }
      };
      expect(search).toThrow(Difference);
    },
    PER_SEED_MS,
  );
});
