import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PUBLISHERS } from './ingest-market.js';
import { verifyIngestLog } from './ingest-verification.js';
import { makeMixLog, type MixLog } from './mix-log.js';

describe('the verification of an ingest log', () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'novate-verification-'));
  let mix: MixLog;
  const venue = PUBLISHERS.venue;

  beforeAll(async () => {
    const size = { accounts: 200, events: 8_000, ring: 20_000, tail: 2_000 };
    mix = await makeMixLog({ directory, ...size, snapshotEvery: 4_000, snapshotRepeats: 1 });
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('finds every trade of the venue once, in order', async () => {
    expect(mix.trades).toBeGreaterThan(1_000);
    const { metric } = await verifyIngestLog(directory, {
      publisher: venue,
      lastSequence: mix.trades,
    });
    expect(metric).toBe('verifiedEventsPerSecondAtEnd');
  });

  it('notices a trade that is acknowledged and not in the log, or the other way round', async () => {
    for (const lastSequence of [mix.trades - 1, mix.trades + 1]) {
      const wrong = verifyIngestLog(directory, { publisher: venue, lastSequence });
      await expect(wrong).rejects.toThrow(`acknowledged is ${String(lastSequence)}`);
    }
  });

  it('notices that it looks for the trades of somebody else', async () => {
    const wrong = verifyIngestLog(directory, { publisher: 99, lastSequence: mix.trades });
    await expect(wrong).rejects.toThrow('the log ends with trade 0');
  });
});
