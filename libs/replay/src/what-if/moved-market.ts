import {
  optionAt,
  type OptionMarket,
  type PricedOption,
  pricedOption,
  type Rulebook,
  ScenarioValuation,
} from '#libs/margin';
import { type CurrencyTable, I, type InstrumentTable, OPTION } from '#libs/market';
import { black76Value } from '#libs/pricing';
import {
  invariant,
  multiplyDivideFloor,
  multiplyDivideHalfUp,
  type PriceTicks,
  priceTicks,
  ZERO,
} from '#libs/units';
import type { FrozenInputs } from './frozen-inputs.js';

const MILLION = 1_000_000;
/** The reference currency, whose price is 1 by definition. */
const REFERENCE = 1;

/** What is moved: the market of one unit at one sequence, in tables of its own. */
export interface Movable {
  readonly timeUs: number;
  readonly rulebook: Rulebook;
  readonly baseCurrency: number;
  readonly instruments: InstrumentTable;
  readonly currencies: CurrencyTable;
  /** The same instruments, with the surfaces of the underlyings. */
  readonly market: OptionMarket;
  /** Of the present epoch; undefined under `linear`. */
  readonly valuation: ScenarioValuation | undefined;
  /** Instruments that the figures hang on: held, ordered, and what options of them are on. */
  readonly concerned: ReadonlySet<number>;
}

/** What the present epoch knows of some instruments, and what ends it. */
export interface FrozenEpoch {
  readonly number: number;
  /** Least move of a mark that opens the next epoch, ppm; Infinity without scenarios. */
  readonly endsAtPpm: number;
  readonly marks: ReadonlyMap<number, number>;
  /** What the next one would be computed from; undefined under `linear`, and before the first. */
  readonly inputs: FrozenInputs | undefined;
}

/** What a unit is evaluated against after a move. */
export interface Moved {
  readonly instruments: InstrumentTable;
  readonly currencies: CurrencyTable;
  readonly valuation: ScenarioValuation | undefined;
}

/**
 * The market of a frozen unit after all factors have moved together by one relative move
 * (docs/rules.md 6c): marks and prices of currencies times 1 + shock, rounded to the nearest; an option's mark
 * by what its model value moves, volatility and time held. Where a mark has moved far enough to end the
 * valuation epoch, the next one is opened at the moved marks, as the engine does when these prices arrive.
 */
export class MovedMarket {
  private readonly marks = new Map<number, number>();
  private readonly currencyMicros: readonly number[];
  private readonly options = new Map<number, PricedOption>();
  private at: number | undefined;
  private moved: Moved;

  constructor(
    private readonly unit: Movable,
    private readonly epoch: FrozenEpoch,
  ) {
    const { instruments, currencies, concerned, market } = unit;
    for (const id of concerned) {
      this.marks.set(id, instruments.get(id, I.markTicks));
      if (instruments.get(id, I.kind) !== OPTION) continue;
      const option = pricedOption(market, id);
      if (typeof option !== 'string') this.options.set(id, option);
    }
    this.currencyMicros = Array.from({ length: currencies.count }, (_, k) =>
      currencies.priceMicros(k + 1),
    );
    this.moved = { instruments, currencies, valuation: unit.valuation };
  }

  get upMaxPpm(): number {
    const { instruments } = this.unit;
    let most = Infinity;
    for (const [id, mark] of this.marks) {
      if (instruments.get(id, I.kind) === OPTION || mark === 0) continue;
      const limit = instruments.get(id, I.maxPriceTicks);
      most = Math.min(most, multiplyDivideFloor(limit - mark, MILLION, mark));
    }
    return most;
  }

  /** Moves every price by so many parts per million from where it was frozen; not from the last move. */
  to(shockPpm: number): Moved {
    invariant(shockPpm > -MILLION, 'a price stays above 0');
    if (this.at === shockPpm) return this.moved;
    const { instruments, currencies, valuation } = this.unit;
    for (const [id, mark] of this.marks) {
      if (instruments.get(id, I.kind) === OPTION) continue;
      instruments.set(id, I.markTicks, movedPrice(mark, shockPpm, this.limitOf(id)));
    }
    for (const [id, mark] of this.marks) {
      if (instruments.get(id, I.kind) !== OPTION) continue;
      instruments.set(
        id,
        I.markTicks,
        shockPpm === 0 ? priceTicks(mark) : this.optionMark(id, mark),
      );
    }
    this.currencyMicros.forEach((micros, k) => {
      const isFixed = k + 1 === this.unit.baseCurrency || k + 1 === REFERENCE || micros === 0;
      currencies.setPrice(k + 1, isFixed ? micros : movedPrice(micros, shockPpm, Infinity));
    });
    this.at = shockPpm;
    const opened = this.endsEpoch(shockPpm) ? this.nextEpoch() : valuation;
    this.moved = { instruments, currencies, valuation: opened };
    return this.moved;
  }

  private limitOf(id: number): number {
    return this.unit.instruments.get(id, I.maxPriceTicks);
  }

  /** The mark and what Black's value moves on top of it: its distance from the model stays. */
  private optionMark(id: number, mark: number): PriceTicks {
    const { instruments, market } = this.unit;
    const underlying = instruments.get(id, I.underlying);
    const moved = instruments.get(underlying, I.markTicks);
    const option = this.options.get(id);
    const gain =
      option === undefined
        ? intrinsic(instruments, id, moved) -
          intrinsic(instruments, id, this.marks.get(underlying) ?? moved)
        : black76Value(optionAt(market, id, option, moved)) - black76Value(option);
    const scale = instruments.get(id, I.underlyingMultiplier) / instruments.get(id, I.multiplier);
    const ticks = Math.max(1, mark + Math.round(gain * scale));
    return priceTicks(Math.min(this.limitOf(id), ticks));
  }

  /** As `endsEpoch` of the clearing house decides at each of these prices. */
  private endsEpoch(shockPpm: number): boolean {
    if (shockPpm === 0 || this.unit.valuation === undefined) return false;
    const { instruments } = this.unit;
    for (const id of this.marks.keys()) {
      if (instruments.get(id, I.kind) === OPTION) continue;
      const then = this.epoch.marks.get(id) ?? 0;
      const now = instruments.get(id, I.markTicks);
      if (then === 0 || (Math.abs(now - then) * MILLION) / then >= this.epoch.endsAtPpm)
        return true;
    }
    return false;
  }

  private nextEpoch(): ScenarioValuation {
    const { rulebook, instruments } = this.unit;
    const { number, inputs } = this.epoch;
    invariant(inputs !== undefined, 'only an epoch that there is comes to its end');
    return new ScenarioValuation(rulebook, {
      ...inputs,
      instruments,
      epoch: number + 1,
      epochMarkTicks: (id) => (this.marks.has(id) ? instruments.get(id, I.markTicks) : ZERO),
    });
  }
}

/** price x (1 + shock), to the nearest whole, at least 1, at most the limit. */
function movedPrice(price: number, shockPpm: number, limit: number): PriceTicks {
  invariant(price >= 0, 'a price is 0 or more');
  if (price === 0) return ZERO;
  const moved = multiplyDivideHalfUp(price, MILLION + shockPpm, MILLION);
  return priceTicks(Math.min(limit, Math.max(1, moved)));
}

function intrinsic(instruments: InstrumentTable, id: number, spot: number): number {
  const strike = instruments.get(id, I.strikeTicks);
  const isCall = instruments.get(id, I.optionType) === 1;
  return Math.max(0, isCall ? spot - strike : strike - spot);
}
