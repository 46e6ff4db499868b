import { recount } from '#libs/clearing-house';
import { P } from '#libs/clearing';
import { readRecord } from '#libs/events';
import { MarketDay } from './market-day.js';
import { OPERATOR_ID } from './publishers.js';
import { DayRun, demoBars } from './testing/day-run.js';
import { TRADE_BYTES } from './trade-record.js';

const bars = demoBars();
const small = { accounts: 300, trades: 5_000, bars };

/** Refusals that a market without sight of the clearing house may run into, now and then. */
const explainable: readonly string[] = [
  'TradeReported 108', // an account was closed out earlier in the step
  'TradeReported 112', // a position grew to its limit earlier in the step
  'WithdrawalRequested 207', // called or liquidated earlier in the step
  'WithdrawalRequested 208', // a market turned stale
  'WithdrawalRequested 209', // a loss stayed uncovered earlier in the step
  'WithdrawalRequested 210', // fees and funding took more than was estimated
  'WithdrawalRequested 211', // the margin is more than was estimated
];

function runOf(seed: number) {
  const day = new MarketDay({ seed, ...small });
  return { day, run: new DayRun(day).run() };
}

describe.each([{ seed: 1 }, { seed: 2 }])('a small market day, seed $seed', ({ seed }) => {
  const { day, run } = runOf(seed);
  const figures = day.summary.figures();
  const { state } = run.house;

  it('has the trades that were asked for, and every order found its end', () => {
    const rows = { ...figures, inputs: run.inputs, records: run.records, ...day.summary.counts };
    const lines = Object.entries(rows).map(([name, count]) => `${name.padEnd(26)} ${count}`);
    process.stdout.write(`small market day, seed ${String(seed)}\n${lines.join('\n')}\n`);
    expect(figures.trades).toBe(small.trades);
    expect(figures.breaches).toBeGreaterThan(0);
    expect(figures.unitsLiquidated).toBeGreaterThan(0);
    expect(figures.unitsInsolvent).toBeGreaterThan(0);
    expect(figures.ordersIssued).toBeGreaterThan(0);
    expect(figures.ordersClosed).toBe(figures.ordersIssued);
    expect(day.workingOrders).toBe(0);
    expect(state.orders.open.size).toBe(0);
  });

  it('is refused next to nothing, and only for reasons that can be explained', () => {
    const { refusedInputs } = day.summary;
    expect(Object.keys(refusedInputs).filter((key) => !explainable.includes(key))).toEqual([]);
    const refused = Object.values(refusedInputs).reduce((sum, count) => sum + count, 0);
    expect(refused).toBeLessThan(run.inputs / 1000);
  });

  it('conserves money and contracts', () => {
    run.house.assertConserved();
    recount(state);
  });

  it('believes to hold what the clearing house says is held', () => {
    let held = 0;
    for (let account = 1; account <= day.members.count; account++) {
      for (const [place, { id, name }] of day.contracts.entries()) {
        const row = state.positions.find(account, id);
        const lots = row === 0 ? 0 : state.positions.get(row, P.lots);
        if (lots !== 0) held += 1;
        const believed = day.book.lotsOf(account, place);
        expect({ account, name, lots: believed }).toEqual({ account, name, lots });
      }
    }
    expect(held).toBeGreaterThan(100);
  });
});

describe('the inputs of a market day', () => {
  const { run } = runOf(7);

  it('are the same bytes for the same seed, and so are the records they lead to', () => {
    const again = runOf(7).run;
    expect(again.inputDigest()).toBe(run.inputDigest());
    expect(again.recordDigest()).toBe(run.recordDigest());
  });

  it('follow from the decisions alone, however the trades are portioned', () => {
    const day = new MarketDay({ seed: 7, ...small });
    expect(run.replayDigest(day)).toBe(run.inputDigest());
  });

  it('are others for another seed', () => {
    expect(runOf(8).run.inputDigest()).not.toBe(run.inputDigest());
  });
});

describe('the order of calls', () => {
  it('is inputs, trades, next step', () => {
    const day = new MarketDay({ seed: 1, ...small });
    const view = new DataView(new ArrayBuffer(1 << 16));
    expect(() => day.inputs(1)).toThrow('in order');
    day.inputs(0);
    expect(() => day.writeTrades(1, view, 0, 1)).toThrow('after the inputs');
    let step = 0;
    while (day.tradesIn(step) === 0) day.inputs((step += 1));
    expect(() => day.inputs(step + 1)).toThrow('before the next step');
    expect(day.writeTrades(step, view, 0, 1)).toBe(day.tradesIn(step));
    expect(day.writeTrades(step, view, 0, 1)).toBe(0);
  });

  it('writes trades that read back as reports of the venue, numbered as told', () => {
    const day = new MarketDay({ seed: 1, ...small, trades: 50_000 });
    const view = new DataView(new ArrayBuffer(1 << 16));
    let step = -1;
    do day.inputs((step += 1));
    while (day.tradesIn(step) === 0);
    const count = day.writeTrades(step, view, 0, 41);
    for (let k = 0; k < count; k++) {
      const trade = readRecord(view, k * TRADE_BYTES);
      expect(trade).toMatchObject({
        type: 'TradeReported',
        publisherSequence: 41 + k,
        tradeDate: 18_766,
        tradeId: k + 1,
        liquidationOrder: 0,
        tradeType: 0,
      });
      if (trade.type !== 'TradeReported') continue;
      expect(trade.executedAt).toBeLessThanOrEqual(day.stepTimeUs(step));
      expect(trade.buyer).not.toBe(trade.seller);
    }
    expect(count).toBeGreaterThan(0);
  });

  it('begins with the operator, who registers everybody else', () => {
    const genesis = new MarketDay({ seed: 1, ...small }).genesis();
    expect(genesis[0]).toMatchObject({ type: 'LogicActivated', publisher: OPERATOR_ID });
    const opened = genesis.filter(({ type }) => type === 'AccountOpened');
    expect(opened).toHaveLength(small.accounts);
  });

  it('refuses a membership that does not fit', () => {
    const options = { seed: 1, bars, accounts: 60, trades: 10 };
    expect(() => new MarketDay(options)).toThrow('20 members need 110 accounts');
  });
});
