import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type FrameBuffer, HouseState, recount } from '#libs/clearing-house';
import { catalogue, layouts, type Message, type MessageNamed, readRecord } from '#libs/events';
import {
  type FrameDraft,
  isFault,
  openFrame,
  sameBytes,
  sealFrame,
  storedBytes,
  type StoredFrame,
  ZERO_HASH,
} from '#libs/event-log';
import { foldFrame, forEachRecord, hex, rootsOf, Verification } from '#libs/replay';
import { amountMinor, ppm, ppmCeil, ppmFloor } from '#libs/units';
import { HouseDriver } from '../../support/house-driver.js';
import { CascadeDay } from './cascade-day.js';
import { IndexDay } from './index-day.js';
import { OptionDay } from './option-day.js';
import { PlanDay } from './plan-day.js';
import { ReportDay } from './report-day.js';
import { ScenarioDay } from './scenario-day.js';
import { TradingDay } from './trading-day.js';
import { VenueDay } from './venue-day.js';

/**
 * The golden logs: days as the program recorded them when it first could, sealed frames back to back.
 * Every later program must fold them to the same roots and decide every byte of them again.
 *
 * They are never edited. `WRITE_GOLDEN=1 npm test -- golden-log` writes one where it is missing.
 */
const folder = fileURLToPath(new URL('./', import.meta.url));
const makers: Readonly<Record<string, (driver: HouseDriver) => void>> = {
  'trading-day': (driver) => new TradingDay(driver).run(),
  'venue-day': (driver) => new VenueDay(driver).run(),
  'report-day': (driver) => new ReportDay(driver).run(),
  'option-day': (driver) => new OptionDay(driver).run(),
  'scenario-day': (driver) => new ScenarioDay(driver).run(),
  'cascade-day': (driver) => new CascadeDay(driver).run(),
  'plan-day': (driver) => new PlanDay(driver).run(),
  'index-day': (driver) => new IndexDay(driver).run(),
};

interface GoldenLog {
  readonly name: string;
  readonly stored: readonly StoredFrame[];
  readonly expected: Readonly<Record<string, string>>;
}

const logs = Object.entries(makers).map(([name, run]): GoldenLog => {
  const file = `${folder}${name}.nvl`;
  if (process.env['WRITE_GOLDEN'] === '1' && !existsSync(file)) writeGoldenLog(name, run);
  const roots = readFileSync(`${folder}${name}.json`, 'utf8');
  const expected = JSON.parse(roots) as Record<string, string>;
  return { name, stored: readStored(file), expected };
});

function writeGoldenLog(name: string, run: (driver: HouseDriver) => void): void {
  const sealed: Uint8Array[] = [];
  let previousHash: Uint8Array = ZERO_HASH;
  const keep = (frame: FrameBuffer, frameTimeUs: number): void => {
    const { firstSequence, count } = frame;
    const records = frame.bytes.subarray(0, frame.length);
    const draft = { epoch: 1, firstSequence, count, frameTimeUs, records };
    const bytes = sealFrame(draft, sealed.length + 1, previousHash);
    const opened = openFrame(bytes);
    if (isFault(opened)) throw new Error(opened.detail);
    previousHash = opened.hash;
    sealed.push(bytes);
  };
  const driver = new HouseDriver(new HouseState(), keep);
  run(driver);
  const { stateRoot, businessRoot } = rootsOf(driver.state);
  const summary = {
    frames: String(sealed.length),
    events: String(driver.sequence),
    head: hex(previousHash),
    stateRoot: hex(stateRoot),
    businessRoot: hex(businessRoot),
  };
  writeFileSync(`${folder}${name}.nvl`, Buffer.concat(sealed), { flag: 'wx' });
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(summary, null, 2)}\n`, { flag: 'wx' });
}

function readStored(file: string): StoredFrame[] {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const bytes = readFileSync(file);
  const frames: StoredFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    const frame = openFrame(bytes, at);
    if (isFault(frame)) throw new Error(`byte ${String(at)}: ${frame.detail}`);
    frames.push(frame);
    at += storedBytes(frame);
  }
  return frames;
}

function draftOf({ epoch, firstSequence, count, frameTimeUs, body }: StoredFrame): FrameDraft {
  return { epoch, firstSequence, count, frameTimeUs, records: body };
}

function messagesOf(stored: readonly StoredFrame[]): Message[] {
  const messages: Message[] = [];
  for (const frame of stored) {
    forEachRecord(draftOf(frame), (view, at) => messages.push(readRecord(view, at)));
  }
  return messages;
}

describe.each(logs)('the golden log $name', ({ stored, expected }) => {
  it('is a dense chain of frames', () => {
    expect(String(stored.length)).toBe(expected['frames']);
    let previousHash: Uint8Array = ZERO_HASH;
    let sequence = 1;
    for (const [place, frame] of stored.entries()) {
      expect(frame.frameNumber).toBe(place + 1);
      expect(frame.firstSequence).toBe(sequence);
      expect(sameBytes(frame.previousHash, previousHash)).toBe(true);
      previousHash = frame.hash;
      sequence += frame.count;
    }
    expect(String(sequence - 1)).toBe(expected['events']);
    expect(hex(previousHash)).toBe(expected['head']);
  });

  it('folds to the recorded roots', () => {
    const state = new HouseState();
    for (const frame of stored) foldFrame(state, draftOf(frame));
    const { stateRoot, businessRoot } = rootsOf(state);
    expect(hex(businessRoot)).toBe(expected['businessRoot']);
    expect(hex(stateRoot)).toBe(expected['stateRoot']);
    recount(state);
  });

  it('is decided again, byte for byte, each span by its own logic', () => {
    const verification = new Verification();
    for (const frame of stored) expect(verification.check(draftOf(frame))).toBeUndefined();
    expect(hex(rootsOf(verification.house.state).stateRoot)).toBe(expected['stateRoot']);
  });
});

describe('the golden logs', () => {
  const stored = logs[0]?.stored ?? [];

  it('a changed fee is found, even where the frame is sealed anew', () => {
    const place = stored.findIndex((frame) =>
      sameBytes(frame.body.subarray(10, 12), Uint8Array.of(layouts.TradeNovated.templateId, 0)),
    );
    const verification = new Verification();
    for (const frame of stored.slice(0, place)) verification.check(draftOf(frame));
    const forged = stored[place];
    if (forged === undefined) throw new Error('there is a trade');
    const records = Uint8Array.from(forged.body);
    const fee = layouts.TradeNovated.blockLength + 16 - 8; // sellerFeeMinor, the last field
    records[fee] = (records[fee] ?? 0) + 1;
    const difference = verification.check({ ...draftOf(forged), records });
    expect(difference?.sequence).toBe(String(forged.firstSequence));
  });

  it('hold every event there is', () => {
    const seen = new Set<string>(
      logs.flatMap((log) => messagesOf(log.stored)).map((message) => message.type),
    );
    // A report is recorded as novated or rejected; log records stand outside the events.
    const names = Object.values(catalogue)
      .filter(({ kind }) => kind === 'input' || kind === 'decision')
      .map(({ name }) => name);
    expect(names.filter((name) => !seen.has(name))).toEqual([]);
  });

  it('have trades whose fees logic 1 rounded down and logic 2 would round up', () => {
    const messages = messagesOf(stored);
    const change = messages.findIndex((message) => message.type === 'LogicActivated');
    const isTrade = (message: Message) =>
      message.type === 'TradeNovated' && message.instrument === 1 && message.priceTicks === 400_001;
    const [before] = messages.slice(0, change).filter(isTrade) as MessageNamed<'TradeNovated'>[];
    const [after] = messages.slice(change).filter(isTrade) as MessageNamed<'TradeNovated'>[];
    // One lot at 40,000.1 = 400,001 minor units: 500 ppm = 200.0005, 200 ppm = 80.0002.
    expect([before?.buyerFeeMinor, before?.sellerFeeMinor]).toEqual([200, 80]);
    expect([after?.buyerFeeMinor, after?.sellerFeeMinor]).toEqual([201, 81]);
    const notional = amountMinor(400_001);
    expect([ppmFloor(notional, ppm(500)), ppmCeil(notional, ppm(500))]).toEqual([200, 201]);
    // And logic 2, asked for the first trade, does not give the recorded answer.
    expect(firstDifferenceUnderLogic2(stored)).toBe(messages.indexOf(before as Message) + 1);
  });
});

/** Sequence of the first record that logic 2, in force from the beginning, decides otherwise. */
function firstDifferenceUnderLogic2(stored: readonly StoredFrame[]): number {
  const state = new HouseState();
  state.clock.logicVersion = 2;
  const verification = new Verification(state);
  for (const frame of stored) {
    const difference = verification.check(draftOf(frame));
    if (difference !== undefined) return Number(difference.sequence);
  }
  return 0;
}
