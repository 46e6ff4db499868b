import { type Evaluation, HouseState, SafeBands, WatchEverybody } from '#libs/clearing-house';
import { Rulebook } from '#libs/margin';
import { Random } from '#libs/simulator';
import { HouseDriver, type Input } from '../support/house-driver.js';
import {
  account,
  deposit,
  priced,
  rulebook,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

/**
 * Bands against brute force where size is charged (docs/safe-bands.md): a few accounts of an exchange
 * pool near their levels, who trade often, and are called; a rulebook with premium, slippage and
 * open interest, drawn by the seed. `NOVATE_SEEDS=500` is the full run, `NOVATE_SEED=7` replays one.
 */
const only = process.env['NOVATE_SEED'];
const count = Number(process.env['NOVATE_SEEDS'] ?? 12);
const seeds = only === undefined ? Array.from({ length: count }, (_, k) => k + 1) : [Number(only)];
const STEPS = 250;
const FAULT_SEEDS = 60;
const STREAM = 1007;
const units = [account.alice, account.bob, account.maker] as const;

type Watch = (state: HouseState, evaluation: Evaluation) => SafeBands;

class Difference extends Error {
  override readonly name = 'Difference';
  constructor(seed: number, step: number) {
    super(
      `bands and brute force differ at step ${String(step)}\n` +
        `replay: NOVATE_SEED=${String(seed)} npm test -- test/property/charged-bands`,
    );
  }
}

interface Figures {
  calls: number;
  met: number;
  warnings: number;
  evaluations: number;
  evaluationsOfAll: number;
}

/** One seed through both houses. */
function compare(seed: number, watchOf?: Watch): Figures {
  const random = new Random(seed, STREAM);
  const banded = smallHouse(2, new HouseDriver(new HouseState(), undefined, watchOf));
  const naive = smallHouse(
    2,
    new HouseDriver(new HouseState(), undefined, (state) => new WatchEverybody(state)),
  );
  const terms = chargedRulebook(random);
  const state = { mark: 400_000 };
  const figures = { calls: 0, met: 0, warnings: 0, evaluations: 0, evaluationsOfAll: 0 };
  const inputs: Input[] = [terms, ...units.map((unit) => deposit(unit, 100 + random.below(700)))];
  for (let step = 0; step < STEPS; step++) {
    const input = inputs[step] ?? nextInput(random, state, banded);
    const own = banded.submit(input);
    const other = naive.submit(input);
    own.push(...banded.drain());
    other.push(...naive.drain());
    if (JSON.stringify(own) !== JSON.stringify(other)) throw new Difference(seed, step);
    for (const { type } of own) {
      if (type === 'MarginCallIssued') figures.calls += 1;
      if (type === 'MarginCallMet') figures.met += 1;
      if (type === 'AccountWarned') figures.warnings += 1;
    }
  }
  figures.evaluations = banded.house.judgement.evaluation.evaluations;
  figures.evaluationsOfAll = naive.house.judgement.evaluation.evaluations;
  return figures;
}

function chargedRulebook(random: Random): Input {
  const fromMinor = usd(random.below(20_000));
  const charges = {
    marginClass: 1,
    referenceLots: 50 + random.below(300),
    sizePremiumPpm: random.below(3) * random.below(30_000),
    sizePremiumBasePpm: 200_000 * random.below(6),
    closeOutSlippagePpm: random.below(3) * random.below(20_000),
    openInterestFromMinor: fromMinor,
    openInterestToMinor: fromMinor + usd(4_000 + random.below(60_000)),
  };
  const tiers = [
    { marginClass: 1, upToLots: 1_000_000, initialPpm: 60_000, maintenancePpm: 40_000 },
  ];
  return {
    ...rulebook,
    rulebookVersion: 2,
    tiers,
    policies: [{ accountKind: 0, onBreach: 1 }],
    concentrations: [charges],
  };
}

/** Mostly small moves and small trades; now and then money, so that calls are met or missed late. */
function nextInput(random: Random, state: { mark: number }, driver: HouseDriver): Input {
  const draw = random.below(10);
  const [buyer, seller] = pairOf(random);
  if (draw < 5) {
    state.mark += random.below(6_001) - 3_000;
    return priced(driver, state.mark);
  }
  if (draw < 9) return trade(buyer, seller, 1 + random.below(60), state.mark);
  return deposit(buyer, 1 + random.below(300));
}

function pairOf(random: Random): [number, number] {
  const first = random.below(units.length);
  const second = (first + 1 + random.below(units.length - 1)) % units.length;
  return [units[first]!, units[second]!];
}

/** Takes a trade for one where rates do not rise with size. */
class ChargesForgotten extends SafeBands {
  override absorb(...trade: Parameters<SafeBands['absorb']>): boolean {
    const charged = Object.getOwnPropertyDescriptor(Rulebook.prototype, 'concentration')!;
    Rulebook.prototype.concentration = () => undefined;
    try {
      return super.absorb(...trade);
    } finally {
      Object.defineProperty(Rulebook.prototype, 'concentration', charged);
    }
  }
}

/** Takes the present open interest for one that stays. */
class CrowdKept extends SafeBands {
  readonly #evaluation: Evaluation;

  constructor(state: HouseState, evaluation: Evaluation) {
    super(state, evaluation);
    this.#evaluation = evaluation;
  }

  override settle(unit: number): void {
    const { figures } = this.#evaluation;
    figures.initialAtRestMinor = figures.initialMinor;
    super.settle(unit);
  }
}

describe('bands and brute force record the same events where size is charged', () => {
  const all: Figures[] = [];

  test.each(seeds)('seed %i', (seed) => {
    const figures = compare(seed);
    expect(figures.evaluations).toBeLessThanOrEqual(figures.evaluationsOfAll);
    all.push(figures);
  });

  const several = only === undefined ? test : test.skip;
  several('there were calls, met ones among them, and evaluations to save', () => {
    const sum = (key: keyof Figures): number => all.reduce((total, own) => total + own[key], 0);
    expect(sum('warnings')).toBeGreaterThan(0);
    expect(sum('calls')).toBeGreaterThan(0);
    expect(sum('met')).toBeGreaterThan(0);
    expect(sum('evaluations')).toBeLessThan(0.9 * sum('evaluationsOfAll'));
    if (count >= 100) {
      const keys = ['calls', 'met', 'warnings', 'evaluations', 'evaluationsOfAll'] as const;
      const totals = Object.fromEntries(keys.map((key) => [key, sum(key)]));
      process.stdout.write(`${JSON.stringify({ seeds: all.length, ...totals })}\n`);
    }
  });
});

describe('the comparison finds a planted fault', () => {
  test.each(Object.entries({ ChargesForgotten, CrowdKept }))('%s', (_, Faulty) => {
    const search = (): void => {
      for (let seed = 1; seed <= FAULT_SEEDS; seed++) {
        compare(seed, (state, evaluation) => new Faulty(state, evaluation));
      }
    };
    expect(search).toThrow(Difference);
  });
});
