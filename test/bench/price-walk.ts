import { INSTRUMENTS, openTicks } from './ingest-market.js';
import type { Xorshift32 } from './measure.js';

/** How strongly a price is drawn back to where it opened: it stays within about one per cent. */
const REVERSION = 0.002;

/** Prices of all instruments, one after another, as random walks that stay plausible. */
export class PriceWalk {
  /** Present marks by instrument, ticks. */
  readonly marks = new Float64Array(INSTRUMENTS + 1);
  #next = 0;

  /** `stepPpm`: largest step of one price against the last. */
  constructor(
    private readonly random: Xorshift32,
    private readonly stepPpm: number,
  ) {
    for (let id = 1; id <= INSTRUMENTS; id += 1) this.marks[id] = openTicks(id);
  }

  /** Moves the next instrument's price; returns the instrument. */
  move(): number {
    const instrument = 1 + (this.#next % INSTRUMENTS);
    this.#next += 1;
    const mark = this.marks[instrument] ?? 0;
    const share = ((this.random.next() / 2 ** 31 - 1) * this.stepPpm) / 1e6;
    const back = (openTicks(instrument) - mark) * REVERSION;
    this.marks[instrument] = Math.max(1, Math.round(mark + mark * share + back));
    return instrument;
  }

  /** Lowers one instrument's price. */
  fall(instrument: number, ppm: number): void {
    const mark = this.marks[instrument] ?? 0;
    this.marks[instrument] = Math.max(1, Math.round(mark - (mark * ppm) / 1e6));
  }
}
