import { createHash } from 'node:crypto';
import { Xorshift32, consume, seconds } from './measure.js';
import { FloatRows } from './storage-float-rows.js';
import { draw } from './storage-population.js';

const FRAME_BYTES = 256 * 1024;
const FRAMES = 1024;
const OPERATIONS = 1_000_000;
const SCENARIOS = 45;
const POSITIONS = 200;
const INSTRUMENTS = 1_000;
const EVALUATIONS = 5_000;

/** Megabytes (10^6) a second of SHA-256 over frames of 256 KiB, chained as a log chains them. */
export function sha256MegabytesPerSecond(): number {
  const frame = Buffer.alloc(FRAME_BYTES, 7);
  let previous = Buffer.alloc(32);
  const spent = seconds(() => {
    for (let i = 0; i < FRAMES; i += 1) {
      previous = createHash('sha256').update(previous).update(frame).digest();
    }
  });
  consume(previous.readUInt8(0));
  return (FRAMES * FRAME_BYTES) / 1e6 / spent;
}

let rows: FloatRows | undefined;

/** Trades a second booked on two rows each, 100,000 accounts x 20 instruments, picked at random. */
export function rowUpdatesPerSecond(): number {
  rows ??= new FloatRows(draw({ accounts: 100_000, positions: 20, operations: OPERATIONS }));
  const store = rows;
  return OPERATIONS / seconds(() => consume(store.trade()));
}

/** The profit and loss of `quantity` lots of the instruments `ids` in each scenario, summed. */
function dot(arrays: Float64Array, ids: Int32Array, quantity: Float64Array, sums: Float64Array) {
  sums.fill(0);
  for (let p = 0; p < POSITIONS; p += 1) {
    const lots = quantity[p]!;
    const from = ids[p]! * SCENARIOS;
    for (let s = 0; s < SCENARIOS; s += 1) sums[s] = sums[s]! + lots * arrays[from + s]!;
  }
}

/** Microseconds for one account's 45 scenarios over 200 positions in 1,000 shared risk arrays. */
export function scenarioDotMicroseconds(): number {
  const random = new Xorshift32(45);
  const arrays = new Float64Array(INSTRUMENTS * SCENARIOS).map(
    () => random.below(100_001) - 50_000,
  );
  const ids = new Int32Array(POSITIONS).map(() => random.below(INSTRUMENTS));
  const quantity = new Float64Array(POSITIONS).map(() => random.below(11) - 5);
  const sums = new Float64Array(SCENARIOS);
  const spent = seconds(() => {
    for (let i = 0; i < EVALUATIONS; i += 1) {
      dot(arrays, ids, quantity, sums);
      consume(Math.min(...sums));
    }
  });
  return (spent / EVALUATIONS) * 1e6;
}
