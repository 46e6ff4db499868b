import type { Xorshift32 } from './measure.js';
import { COIN, COIN_TICKS, OPTIONS } from './option-population.js';
import { chainTicks } from './tick-chain.js';

/** How strongly the coin is drawn back to where it opened. */
const REVERSION = 0.002;

/** Prices of the coin and its options, in turn: the coin moves, then each option follows by its formula. */
export class OptionWalk {
  #coin = COIN_TICKS;
  #next = 0;

  /** `stepPpm`: largest step of the coin against its last price. */
  constructor(
    private readonly random: Xorshift32,
    private readonly stepPpm: number,
  ) {}

  markOf(instrument: number): number {
    const option = OPTIONS[instrument - COIN - 1];
    return option === undefined ? this.#coin : chainTicks(option, this.#coin, COIN_TICKS);
  }

  /** The instrument whose price comes next. */
  move(): number {
    const instrument = COIN + (this.#next % (OPTIONS.length + 1));
    this.#next += 1;
    if (instrument !== COIN) return instrument;
    const share = ((this.random.next() / 2 ** 31 - 1) * this.stepPpm) / 1e6;
    const back = (COIN_TICKS - this.#coin) * REVERSION;
    this.#coin = Math.max(1, Math.round(this.#coin * (1 + share) + back));
    return instrument;
  }
}
