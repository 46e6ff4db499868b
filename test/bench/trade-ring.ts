import { invariant, putInt64 } from '#libs/units';
import { openTicks, PUBLISHERS } from './ingest-market.js';
import { type Population, shuffle } from './ingest-population.js';
import { TRADE_BYTES, TRADE_FIELDS, writeTrade } from './record-batches.js';

const T = TRADE_FIELDS;
const OFFSETS = 256;

/**
 * Trades of the ingest mix, encoded beforehand, so that a publisher costs little more than a copy:
 * only number and price are written when they are sent. A tight account trades single lots of its
 * one instrument. The second half takes back the first in another order, so that positions wander
 * and return however long the ring goes round.
 */
export class TradeRing {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #instruments: Uint8Array;
  /** Distance of a trade's price from the mark, as a share. */
  readonly #offsets = new Float64Array(OFFSETS);

  /** Of an even number of trades. */
  constructor(
    readonly trades: number,
    population: Population,
  ) {
    invariant(trades % 2 === 0, 'a ring has two halves');
    this.bytes = new Uint8Array(trades * TRADE_BYTES);
    this.#view = new DataView(this.bytes.buffer);
    this.#instruments = new Uint8Array(trades);
    const { random } = population;
    for (let k = 0; k < OFFSETS; k += 1) this.#offsets[k] = (random.below(1001) - 500) / 1e7;
    const half = trades / 2;
    const order = Int32Array.from({ length: half }, (_, k) => half + k);
    shuffle(order, random);
    for (let k = 0; k < half; k += 1) this.#draw(population, k, order[k] ?? half);
  }

  /** Lets all records be of this publisher. */
  sendAs(publisher: number): void {
    for (let at = 0; at < this.bytes.length; at += TRADE_BYTES) {
      this.#view.setUint32(at + T.publisher, publisher, true);
    }
  }

  /** Draws one trade for `place`, and its reverse for `other`. */
  #draw(population: Population, place: number, other: number): void {
    const { tight, masks, random } = population;
    const first = population.draw();
    const instrument = population.drawInstrument(first);
    let second = population.draw();
    const isOther = (account: number): boolean =>
      account !== first &&
      ((masks[account] ?? 0) >> (instrument - 1)) % 2 === 1 &&
      (tight[account] === 0 || tight[first] === 0);
    while (!isOther(second)) second = population.draw();
    const lots = tight[first] === 1 || tight[second] === 1 ? 1 : 1 + random.below(10);
    const isBuyer = random.below(2) === 0;
    const [buyer, seller] = isBuyer ? [first, second] : [second, first];
    const terms = { instrument, lots, priceTicks: openTicks(instrument) };
    const trade = { ...terms, buyer, seller, aggressor: 1 + random.below(2) };
    const back = { ...terms, buyer: seller, seller: buyer, aggressor: trade.aggressor };
    writeTrade(this.#view, place * TRADE_BYTES, trade, PUBLISHERS.venue, 0);
    writeTrade(this.#view, other * TRADE_BYTES, back, PUBLISHERS.venue, 0);
    this.#instruments[place] = instrument;
    this.#instruments[other] = instrument;
  }

  /**
   * The records that follow number `lastSequence` of the venue's session, at present marks (by
   * instrument). They must not be asked for again before they are acknowledged.
   */
  records(lastSequence: number, count: number, marks: ArrayLike<number>): Uint8Array {
    const place = lastSequence % this.trades;
    invariant(place + count <= this.trades, 'batches divide the ring');
    const view = this.#view;
    for (let k = 0; k < count; k += 1) {
      const at = (place + k) * TRADE_BYTES;
      const mark = marks[this.#instruments[place + k] ?? 0] ?? 1;
      const offset = this.#offsets[(lastSequence + k) % OFFSETS] ?? 0;
      putInt64(view, at + T.publisherSequence, lastSequence + k + 1);
      putInt64(view, at + T.tradeId, lastSequence + k + 1);
      putInt64(view, at + T.priceTicks, Math.round(mark + mark * offset));
    }
    return this.bytes.subarray(place * TRADE_BYTES, (place + count) * TRADE_BYTES);
  }
}
