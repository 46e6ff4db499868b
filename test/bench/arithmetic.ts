/**
 * What the exact arithmetic of libs/units costs: nanoseconds and heap bytes a call. Operands come
 * from arrays and differ from call to call. The last kernel does with BigInt what
 * `multiplyDivideFloor` does without: the control that shows allocation is seen.
 */
import { SAFE_LIMIT } from '#libs/units';
import { kernels, type Operands } from './arithmetic-kernels.js';
import { MIN_REPEATS, Xorshift32, consume, repeat, seconds } from './measure.js';
import { machine, numberParam, result, type BenchParams, type BenchReport } from './report.js';

const SIZE = 4096;
const CHUNK = 10_000;

function operands(): Operands {
  const random = new Xorshift32(7);
  const draw = (bits: number, least: number): Float64Array =>
    new Float64Array(SIZE).map(() => {
      const x = random.next() * 2 ** 21 + (random.next() & 0x1fffff);
      return Math.max(least, Math.floor(x / 2 ** (53 - bits)));
    });
  const wide = draw(53, 2 ** 51);
  const wideNext = wide.map((x) => Math.min(SAFE_LIMIT, x + 1));
  const view = new DataView(new ArrayBuffer(SIZE * 8));
  return { narrow: draw(24, 1), wide, wideNext, view, mask: SIZE - 1 };
}

/** Heap bytes a call, from runs of CHUNK calls; a run with a collection inside is left out. */
function bytesPerCall(kernel: (calls: number) => number, calls: number): number {
  let bytes = 0;
  let counted = 0;
  for (let done = 0; done < calls; done += CHUNK) {
    const before = process.memoryUsage().heapUsed;
    consume(kernel(CHUNK));
    const grown = process.memoryUsage().heapUsed - before;
    if (grown < 0) continue;
    bytes += grown;
    counted += CHUNK;
  }
  return bytes / counted;
}

export async function run(params: BenchParams): Promise<BenchReport> {
  const calls = numberParam(params, 'calls', 10_000_000);
  const repeats = numberParam(params, 'repeats', MIN_REPEATS);
  const given = operands();
  const results = [];
  for (const [name, make] of kernels) {
    const kernel = (count: number): number => make(given, count);
    const spent = await repeat(repeats, 2, () => seconds(() => consume(kernel(calls))));
    const nanoseconds = spent.map((x) => (x / calls) * 1e9);
    const bytes = await repeat(repeats, 0, () => bytesPerCall(kernel, calls));
    results.push(result(`${name}Nanoseconds`, 'ns/call', nanoseconds));
    results.push(result(`${name}Bytes`, 'B/call', bytes));
  }
  return { name: 'arithmetic', params: { calls, repeats }, machine: machine(), results };
}
