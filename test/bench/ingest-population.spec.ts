import { A, P, SAGA } from '#libs/clearing';
import { BareHouse } from './heap-allocation.js';
import { INSTRUMENTS, openTicks } from './ingest-market.js';
import { Population } from './ingest-population.js';
import { TRADE_BYTES, TRADE_FIELDS } from './record-batches.js';
import { TradeRing } from './trade-ring.js';

const ACCOUNTS = 1_000;
const MARKS = Float64Array.from({ length: INSTRUMENTS + 1 }, (_, k) => openTicks(k));

describe('the population of the ingest benchmark', () => {
  const population = new Population(ACCOUNTS);
  const { house } = new BareHouse(ACCOUNTS, 2_000);
  const { accounts, positions } = house.state;

  it('gives everybody 1 to 20 positions and no breach', () => {
    const counts = new Set<number>();
    for (let account = 1; account <= ACCOUNTS; account += 1) {
      counts.add(positions.countOf(account));
      expect(accounts.get(account, A.sagaState)).toBeLessThanOrEqual(SAGA.warned);
    }
    expect(Math.min(...counts)).toBe(1);
    expect(Math.max(...counts)).toBe(INSTRUMENTS);
  });

  it('has one account in fifty within one per cent of its notional from a breach', () => {
    const { evaluation } = house.judgement;
    const distances: number[] = [];
    for (let account = 1; account <= ACCOUNTS; account += 1) {
      if (population.tight[account] !== 1) continue;
      expect(positions.countOf(account)).toBe(1);
      const row = positions.first(account);
      const ticks = openTicks(positions.get(row, P.instrument));
      const notional = Math.abs(positions.get(row, P.lots)) * ticks;
      evaluation.evaluate(account);
      const { equityMinor, maintenanceMinor } = evaluation.figures;
      distances.push((equityMinor - maintenanceMinor) / notional);
    }
    expect(distances.length).toBe(ACCOUNTS / 50);
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...distances)).toBeLessThanOrEqual(0.0101);
  });
});

describe('the ring of trades', () => {
  const trades = 2_000;
  const ring = new TradeRing(trades, new Population(ACCOUNTS));
  const records = ring.records(0, trades, MARKS);
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);

  it('takes back in its second half what it did in its first', () => {
    const net = new Map<string, number>();
    for (let at = 0; at < records.length; at += TRADE_BYTES) {
      const instrument = view.getUint32(at + TRADE_FIELDS.instrument, true);
      const lots = view.getUint32(at + TRADE_FIELDS.quantityLots, true);
      for (const [side, sign] of [['buyer', 1] as const, ['seller', -1] as const]) {
        const key = `${String(view.getUint32(at + TRADE_FIELDS[side], true))}/${String(instrument)}`;
        net.set(key, (net.get(key) ?? 0) + sign * lots);
      }
    }
    expect(net.size).toBeGreaterThan(ACCOUNTS / 2);
    expect([...net.values()].filter((lots) => lots !== 0)).toEqual([]);
  });

  it('is busy as Zipf says: the busiest tenth has most legs', () => {
    const { byActivity } = new Population(ACCOUNTS);
    const busiest = new Set(byActivity.subarray(0, ACCOUNTS / 10));
    let legs = 0;
    for (let at = 0; at < records.length; at += TRADE_BYTES) {
      if (busiest.has(view.getUint32(at + TRADE_FIELDS.buyer, true))) legs += 1;
      if (busiest.has(view.getUint32(at + TRADE_FIELDS.seller, true))) legs += 1;
    }
    expect(legs / (2 * trades)).toBeGreaterThan(0.55);
  });
});
