import { ClearingHouse, type FrameBuffer, HouseState } from '#libs/clearing-house';
import { layouts, recordLengthOf, writeRecord } from '#libs/events';
import type { FrameDraft } from '#libs/event-log';
import { Verification } from '#libs/replay';
import { eventOf, HouseDriver, namesOf, OUTCOME } from '../support/house-driver.js';
import {
  account,
  DAY,
  deposit,
  ON_ACK,
  SECOND,
  smallHouse,
  trade,
} from '../support/small-house.js';

const { alice, bob } = account;
const onAck = { ...trade(alice, bob, 1, 400_000), venue: ON_ACK };

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
  driver.time(DAY + SECOND);
  return { driver, frames };
}

function expectVerified(frames: readonly FrameDraft[]): void {
  const verification = new Verification();
  for (const frame of frames) expect(verification.check(frame)).toBeUndefined();
}

/** A report as it was before the latest accept time: 98 bytes. */
function firstVersion(report: typeof onAck): DataView {
  const message = { publisher: 1, publisherSequence: 0, ...report };
  const whole = new DataView(new ArrayBuffer(recordLengthOf(message)));
  writeRecord(whole, 0, message, 0);
  const blockLength = layouts.TradeReported.blockLengths[1] ?? 0;
  const view = new DataView(whole.buffer.slice(0, 16 + blockLength));
  view.setUint32(0, view.byteLength, true);
  view.setUint16(8, blockLength, true);
  view.setUint16(14, 1, true);
  return view;
}

describe('the latest time to accept a trade', () => {
  it('is recorded with a refusal and not with a novation; both are decided again', () => {
    const { driver, frames } = recorded();
    const late = driver.submit({ ...onAck, acceptBy: DAY }, '0001-late');
    expect(eventOf(late, 'TradeRejected')).toMatchObject({ reason: 122, acceptBy: DAY });
    const inTime = driver.submit({ ...onAck, acceptBy: DAY + SECOND }, '0002-in-time');
    expect(namesOf(inTime)).toEqual(['TradeNovated', 'InputIdentified']);
    expectVerified(frames);
  });

  it('is not part of the content that a message id stands for', () => {
    const { driver } = recorded();
    driver.submit({ ...onAck, acceptBy: DAY + SECOND }, '0001-trade');
    expect(driver.submit({ ...onAck, acceptBy: DAY + 2 * SECOND }, '0001-trade')).toEqual([]);
    expect(driver.lastOutcome).toBe(OUTCOME.duplicate);
    expect(driver.refuse({ ...onAck, quantityLots: 2 }, '0001-trade')).toBe(601);
  });

  it('a report of the first version has none, accepted or refused', () => {
    const { driver, frames } = recorded();
    const view = firstVersion(onAck);
    expect(view.byteLength).toBe(98);
    expect(driver.house.submit(view, 0)).toBe(OUTCOME.accepted);
    const refused = firstVersion({ ...onAck, seller: 99 });
    expect(driver.house.submit(refused, 0)).toBe(OUTCOME.rejected);
    driver.accept(deposit(bob, 1)); // cuts the frame
    expectVerified(frames);
  });

  it('a version that nobody knows is no report', () => {
    const house = new ClearingHouse();
    const view = firstVersion(onAck);
    for (const version of [0, 4]) {
      view.setUint16(14, version, true);
      expect(() => house.submit(view, 0)).toThrow('another layout');
    }
    expect(() => house.submit(new DataView(view.buffer, 0, 60), 0)).toThrow();
  });
});
