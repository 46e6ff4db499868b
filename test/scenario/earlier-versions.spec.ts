import { HouseState } from '#libs/clearing-house';
import { layouts, recordLengthOf, versionAt, writeRecord } from '#libs/events';
import type { FrameDraft } from '#libs/event-log';
import { Verification } from '#libs/replay';
import { HouseDriver } from '../support/house-driver.js';
import { priced, smallHouse } from '../support/small-house.js';

describe('an input in an earlier version', () => {
  it('is recorded as it came, so that the log verifies with every later program', () => {
    const frames: FrameDraft[] = [];
    const driver = new HouseDriver(new HouseState(), (frame, frameTimeUs) => {
      const { firstSequence, count, bytes, length } = frame;
      frames.push({ epoch: 1, firstSequence, count, frameTimeUs, records: bytes.slice(0, length) });
    });
    smallHouse(2, driver);
    const { house } = driver;
    const view = firstVersion(priced(driver, 401_000));
    expect(house.submit(view, 0)).toBe(0);
    expect(versionAt(house.frame.view, 0)).toBe(1);
    driver.slice(); // ends the frame
    const verification = new Verification();
    const differences = frames.map((frame) => verification.check(frame));
    expect(differences.filter((difference) => difference !== undefined)).toEqual([]);
    expect(frames.length).toBeGreaterThan(10);
    expect(verification.house.state.clock.sequence).toBe(driver.sequence);
  });
});

/** The bytes that a publisher of the first version sends: the block ends before `confidencePpm`. */
function firstVersion(input: ReturnType<typeof priced>): DataView {
  const message = { publisher: 1, publisherSequence: 0, ...input };
  const view = new DataView(new ArrayBuffer(recordLengthOf(message)));
  writeRecord(view, 0, message, 0);
  const block = layouts.PriceObserved.blockLengths[1] ?? 0;
  view.setUint32(0, 16 + block, true);
  view.setUint16(8, block, true);
  view.setUint16(14, 1, true);
  return new DataView(view.buffer, 0, 16 + block);
}
