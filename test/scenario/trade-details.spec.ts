import { ClearingHouse, type FrameBuffer, HouseState } from '#libs/clearing-house';
import {
  canonicalObject,
  layouts,
  MalformedRecord,
  type Message,
  recordLengthOf,
  writeRecord,
} from '#libs/events';
import type { FrameDraft } from '#libs/event-log';
import { forEachRecord, RecordedInput, Verification } from '#libs/replay';
import { eventOf, HouseDriver, namesOf, OUTCOME } from '../support/house-driver.js';
import { account, deposit, ON_ACK, smallHouse, trade, usd } from '../support/small-house.js';

const { alice, bob } = account;
const report = trade(alice, bob, 25, 400_000);
const details = canonicalObject(
  { uti: 'XNOV1', buySide: { trader: 'Größe' }, tags: [1, null], desk: { floor: 2.5 } },
  'details',
);
const detailed = { ...report, details };

/** A house with money whose frames are kept. */
function recorded(): { driver: HouseDriver; frames: FrameDraft[] } {
  const frames: FrameDraft[] = [];
  const keep = (
    { firstSequence, count, bytes, length }: FrameBuffer,
    frameTimeUs: number,
  ): void => {
    const records = bytes.slice(0, length);
    frames.push({ epoch: 1, firstSequence, count, frameTimeUs, records });
  };
  const driver = smallHouse(3, new HouseDriver(new HouseState(), keep));
  for (const id of [alice, bob]) driver.accept(deposit(id, 1_000));
  return { driver, frames };
}

function expectVerified(frames: readonly FrameDraft[]): void {
  const verification = new Verification();
  for (const frame of frames) expect(verification.check(frame)).toBeUndefined();
}

function bytesOf(message: Message): Uint8Array {
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}

/** The input that the last frame's first record came from. */
function inputOf(frames: readonly FrameDraft[]): { bytes: Uint8Array; messageId: string } {
  const input = new RecordedInput();
  const frame = frames.at(-1);
  if (frame === undefined) throw new Error('there is a frame');
  forEachRecord(frame, (view, at, sequence) => {
    if (sequence === frame.firstSequence) input.read(view, at);
  });
  const { messageId, view } = input;
  return { bytes: input.bytes.slice(0, view.getUint32(0, true)), messageId };
}

describe('what a report says besides its fields', () => {
  it.each([
    { name: 'accepted', terms: {}, messageId: '', first: 'TradeNovated' },
    { name: 'accepted under an id', terms: {}, messageId: '0001', first: 'TradeNovated' },
    { name: 'refused', terms: { seller: 99 }, messageId: '', first: 'TradeRejected' },
    {
      name: 'refused under an id',
      terms: { seller: 99 },
      messageId: '0001',
      first: 'TradeRejected',
    },
  ])('is kept behind the trade and its id: $name', ({ terms, messageId, first }) => {
    const { driver, frames } = recorded();
    const sent = { ...detailed, ...terms };
    const events = driver.submit(sent, messageId);
    const id = messageId === '' ? [] : ['InputIdentified'];
    expect(namesOf(events)).toEqual([first, ...id, 'TradeDetailsRecorded']);
    const place = driver.sequence - id.length - 1;
    expect(eventOf(events, 'TradeDetailsRecorded')).toMatchObject({ trade: place, details });
    expect(driver.events.at(-1)?.cause).toBe(place);
    expectVerified(frames);
    // And the report comes back as it was sent, byte for byte.
    const whole = bytesOf({ publisher: 1, publisherSequence: 0, ...sent });
    expect(inputOf(frames)).toEqual({ bytes: whole, messageId });
  });

  it('moves no money: 25 lots at 40 cost what they cost without', () => {
    const one = recorded().driver;
    const other = recorded().driver;
    one.accept(report);
    other.accept(detailed);
    expect(other.businessRoot()).toBe(one.businessRoot());
    expect(other.balance(alice)).toBe(usd(1_000 - 0.5)); // the taker's 0.05 % of 1,000
  });

  it('costs a report without any nothing: the same bytes, whatever the version', () => {
    const { driver, frames } = recorded();
    expect(namesOf(driver.accept(report))).toEqual(['TradeNovated']);
    const bytes = frames.at(-1)?.records.length;
    expect(bytes).toBe(layouts.TradeNovated.recordBytesFixed);
    const late = { ...report, venue: ON_ACK, acceptBy: 1 };
    expect(namesOf(driver.submit(late))).toEqual(['TradeRejected']);
    expectVerified(frames);
    expect(inputOf(frames).bytes).toHaveLength(16 + (layouts.TradeReported.blockLengths[2] ?? 0));
  });

  it('is part of what a message id stands for', () => {
    const { driver, frames } = recorded();
    driver.submit(detailed, '0001-trade');
    const place = driver.sequence - 2;
    driver.submit({ ...detailed, acceptBy: 5 }, '0001-trade');
    expect(driver.lastOutcome).toBe(OUTCOME.duplicate);
    expect(driver.house.lastSequence).toBe(place); // the trade, not what it says besides
    const other = canonicalObject({ uti: 'XNOV2' }, 'details');
    expect(driver.refuse({ ...detailed, details: other }, '0001-trade')).toBe(601);
    expect(driver.refuse({ ...detailed, details: '' }, '0001-trade')).toBe(601);
    driver.submit(report, '0002-plain');
    expect(driver.refuse(detailed, '0002-plain')).toBe(601);
    expectVerified(frames);
  });

  it.each([
    '{}',
    ' {}',
    '{"a":1} ',
    '{"b":1,"a":2}',
    '{"a":1,"a":2}',
    '{"a":1.0}',
    '{"a":9007199254740993}',
    '{"a":[[[[1]]]]}',
    '{"__proto__":1}',
    '"text"',
    '[1]',
    '{"a":',
  ])('is canonical JSON of an object, not %s; nothing is recorded', (text) => {
    const house = new ClearingHouse();
    const bytes = bytesOf({ publisher: 1, publisherSequence: 0, ...report, details: text });
    const view = new DataView(bytes.buffer);
    expect(() => house.submit(view, 0)).toThrow(MalformedRecord);
    expect(() => house.submit(view, 0, '0001')).toThrow(MalformedRecord);
    expect(house.frame.count).toBe(0);
  });

  it('is within its record', () => {
    const house = new ClearingHouse();
    const whole = bytesOf({ publisher: 1, publisherSequence: 0, ...detailed });
    for (let length = 16; length < whole.length; length += 1) {
      const cut = whole.slice(0, length);
      expect(() => house.submit(new DataView(cut.buffer), 0, '0001')).toThrow();
      new DataView(cut.buffer).setUint32(0, length, true);
      expect(() => house.submit(new DataView(cut.buffer), 0)).toThrow();
    }
    expect(house.frame.count).toBe(0);
  });
});
