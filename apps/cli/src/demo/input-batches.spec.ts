import fc from 'fast-check';
import { type InputMessage, offsetsOf, recordLengthAt } from '#libs/events';
import { TRADE_BYTES } from '#libs/simulator';
import { getInt64 } from '#libs/units';
import { BATCH_HEAD_BYTES, STREAM_MESSAGE_BYTES_MAX } from '#libs/wire';
import { InputBatches } from './input-batches.js';

const HEAD = offsetsOf('PriceObserved');
const price: InputMessage = {
  type: 'PriceObserved',
  publisherSequence: 0,
  publisher: 2,
  instrument: 1,
  priceTicks: 5,
  observedAt: 1,
  confidencePpm: 1_000_000,
};

/** Writes so many trades of a publisher of its own, whose bodies count from 0. */
function tradeWriter(total: number) {
  let written = 0;
  return (view: DataView, at: number, _first: number, countMax: number): number => {
    const count = Math.min(total - written, countMax);
    for (let k = 0; k < count; k++) {
      const place = at + k * TRADE_BYTES;
      view.setUint32(place, TRADE_BYTES, true);
      view.setUint32(place + HEAD.publisher, 3, true);
      view.setUint32(place + TRADE_BYTES - 4, written + k, true);
    }
    written += count;
    return count;
  };
}

/** Checks that the batches go on after number `sent`; gives the last number in them. */
function recordsIn(batches: InputBatches, sent: number, firstTrade: number): number {
  let number = sent;
  for (const bytes of batches.all()) {
    expect(bytes.length).toBeLessThanOrEqual(STREAM_MESSAGE_BYTES_MAX - BATCH_HEAD_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += recordLengthAt(view, at)) {
      number += 1;
      const isTrade = recordLengthAt(view, at) === TRADE_BYTES;
      const isRight =
        getInt64(view, at + HEAD.publisherSequence) === number &&
        view.getUint32(at + HEAD.publisher, true) === 1 &&
        isTrade === number >= firstTrade &&
        (!isTrade || view.getUint32(at + TRADE_BYTES - 4, true) === number - firstTrade);
      if (!isRight) throw new Error(`record ${String(number)} is another one`);
    }
  }
  return number;
}

describe('batches of inputs', () => {
  it('number densely, name one publisher, and leave out exactly what is durable', () => {
    const sizes = fc.array(fc.tuple(fc.nat(5), fc.oneof(fc.nat(50), fc.nat(30_000))), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1.2, noNaN: true }), (steps, share) => {
        const total = steps.reduce((sum, [prices, trades]) => sum + prices + trades, 0);
        const durable = Math.floor(total * share);
        const batches = new InputBatches(1, () => durable);
        let sent = Math.min(durable, total);
        let before = 0;
        for (const [prices, trades] of steps) {
          batches.clear();
          for (let k = 0; k < prices; k++) batches.add(price);
          batches.addTrades(tradeWriter(trades));
          sent = recordsIn(batches, sent, before + prices + 1);
          before += prices + trades;
          expect(batches.lastPublisherSequence).toBe(before);
        }
        expect(sent).toBe(total);
      }),
      { numRuns: 30 },
    );
  });
});
