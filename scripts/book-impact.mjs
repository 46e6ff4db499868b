// `node scripts/book-impact.mjs DEPTH.csv.gz TRADES.csv.gz`: what a recorded order book says about the
// price impact of market orders, as CSV on stdout. The study of liquidation policies ships what this
// printed for one book (libs/simulator/data/README.md); with the recording at hand anyone repeats it.
//
// Depth rows: recv_ns,kind(S|U),event_ms,tx_ms,first,last,prev,side(b|a),price,qty; trades:
// recv_ns,event_ms,trade_ms,trade_id,price,qty,taker_side,order_type. Quantities in the base coin.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const SIZES_USD = [1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7];
const HORIZONS_S = [1, 2, 5, 10, 20, 30, 60];
/** Sweeps whose refilling is followed, and the depth that is looked at around the mid. */
const SWEEPS = 40;
const NEAR = 0.0005;
const SECOND_NS = 1e9;

const [depthFile, tradesFile] = process.argv.slice(2);
if (!depthFile || !tradesFile) {
  process.stderr.write('usage: node scripts/book-impact.mjs DEPTH.csv.gz TRADES.csv.gz\n');
  process.exit(2);
}

const rows = (file) =>
  gunzipSync(readFileSync(file))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

/** The book after each second: levels of both sides from the best on, prices and coins. */
function booksBySecond() {
  const sides = { b: new Map(), a: new Map() };
  const lines = rows(depthFile);
  const snapshotAt = lines.findIndex((cells) => cells[1] === 'S');
  const snapshotId = Number(lines[snapshotAt][5]);
  const set = ([, , , , , , , side, price, qty]) => {
    if (Number(qty) === 0) sides[side].delete(Number(price));
    else sides[side].set(Number(price), Number(qty));
  };
  for (const cells of lines) if (cells[1] === 'S') set(cells);
  const updates = lines.filter((cells) => cells[1] === 'U' && Number(cells[5]) > snapshotId);
  const snapshotNs = Number(lines[snapshotAt][0]);
  const books = new Map();
  let second = Math.ceil(snapshotNs / SECOND_NS);
  const keep = () => {
    const bids = [...sides.b].sort((x, y) => y[0] - x[0]).slice(0, 6000);
    const asks = [...sides.a].sort((x, y) => x[0] - y[0]).slice(0, 6000);
    if (bids.length > 0 && asks.length > 0 && bids[0][0] < asks[0][0]) {
      books.set(second, { bids, asks, mid: (bids[0][0] + asks[0][0]) / 2 });
    }
  };
  for (const cells of updates) {
    while (Number(cells[0]) > (second + 1) * SECOND_NS) {
      keep();
      second += 1;
    }
    set(cells);
  }
  return books;
}

/** Mean price of a market order of so much against the mid, ppm; undefined when the book ends first. */
function slippagePpm(levels, mid, notionalUsd) {
  let left = notionalUsd;
  let coins = 0;
  for (const [price, qty] of levels) {
    const take = Math.min(left, price * qty);
    coins += take / price;
    left -= take;
    if (left <= 0) return (Math.abs(notionalUsd / coins - mid) / mid) * 1e6;
  }
  return undefined;
}

const quantile = (values, q) => {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
};
const mean = (values) => values.reduce((sum, x) => sum + x, 0) / values.length;
const print = (...cells) => process.stdout.write(`${cells.join(',')}\n`);
const round = (x, digits = 2) => (x === undefined ? '' : Number(x.toFixed(digits)));

const books = booksBySecond();
const seconds = [...books.keys()];
const trades = rows(tradesFile).map(([ns, , , , price, qty, side]) => ({
  second: Math.floor(Number(ns) / SECOND_NS),
  notional: Number(price) * Number(qty),
  sign: side === 'buy' ? 1 : -1,
}));

// The market of the sample: turnover a minute, volatility of one-minute moves (from one-second ones).
const spanS = seconds.at(-1) - seconds[0];
const inSpan = trades.filter(({ second }) => second >= seconds[0] && second <= seconds.at(-1));
const turnover = inSpan.reduce((sum, { notional }) => sum + notional, 0);
const moves = [];
for (let k = seconds[0]; k + 10 <= seconds.at(-1); k += 10) {
  const [from, to] = [books.get(k)?.mid, books.get(k + 10)?.mid];
  if (from && to) moves.push(Math.log(to / from));
}
const sigmaMinute = Math.sqrt(mean(moves.map((x) => x * x)) * 6);
print('quantity', 'key', 'value', 'spread_low', 'spread_high', 'samples');
print('seconds', '', spanS, '', '', seconds.length);
print('turnover_usd_a_minute', '', Math.round((turnover / spanS) * 60), '', '', inSpan.length);
print('volatility_of_a_minute_ppm', '', round(sigmaMinute * 1e6), '', '', moves.length);

for (const notional of SIZES_USD) {
  const all = [];
  for (const { bids, asks, mid } of books.values()) {
    for (const levels of [bids, asks]) {
      const ppm = slippagePpm(levels, mid, notional);
      if (ppm !== undefined) all.push(ppm);
    }
  }
  if (all.length === 0) continue;
  const [low, middle, high] = [0.1, 0.5, 0.9].map((q) => round(quantile(all, q)));
  print('slippage_ppm', notional, middle, low, high, all.length);
}

// What is left of the move that a flow made: least squares of the mid's move from before the flow's
// second to so many seconds after it, on the signed flow of that second.
const flow = new Map();
for (const { second, notional, sign } of inSpan) {
  flow.set(second, (flow.get(second) ?? 0) + sign * notional);
}
for (const horizon of HORIZONS_S) {
  const pairs = [];
  for (const [second, net] of flow) {
    const [before, after] = [books.get(second - 1)?.mid, books.get(second + horizon - 1)?.mid];
    if (before && after) pairs.push([net / 1e6, Math.log(after / before) * 1e6]);
  }
  const sxx = pairs.reduce((sum, [x]) => sum + x * x, 0);
  const slope = pairs.reduce((sum, [x, y]) => sum + x * y, 0) / sxx;
  const residual = pairs.reduce((sum, [x, y]) => sum + (y - slope * x) ** 2, 0);
  const error = Math.sqrt(residual / (pairs.length - 1) / sxx);
  const [low, high] = [slope - 2 * error, slope + 2 * error];
  print('move_ppm_a_million_usd', horizon, round(slope), round(low), round(high), pairs.length);
}

// Refilling: depth within 5 basis points of the present mid on the side that was hit, against the second
// before the hit.
const near = (levels, mid) =>
  levels.reduce(
    (sum, [price, qty]) => (Math.abs(price / mid - 1) <= NEAR ? sum + price * qty : sum),
    0,
  );
const sweeps = [...flow]
  .filter(([second]) => books.has(second - 1) && books.has(second + 60))
  .sort((x, y) => Math.abs(y[1]) - Math.abs(x[1]))
  .slice(0, SWEEPS);
for (const horizon of [0, ...HORIZONS_S]) {
  const ratios = [];
  for (const [second, net] of sweeps) {
    const side = net > 0 ? 'asks' : 'bids';
    const before = books.get(second - 1);
    const after = books.get(second + horizon);
    if (after) ratios.push(near(after[side], after.mid) / near(before[side], before.mid));
  }
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => round(quantile(ratios, q), 3));
  print('depth_ratio_after_a_sweep', horizon, middle, low, high, ratios.length);
}
