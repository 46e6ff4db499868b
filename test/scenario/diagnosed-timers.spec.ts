import { type FrameBuffer, HouseState } from '#libs/clearing-house';
import type { FrameDraft } from '#libs/event-log';
import { type DecisionDifference, Diagnosis } from '#libs/replay';
import { CascadeDay } from '../golden/log/cascade-day.js';
import { ScenarioDay } from '../golden/log/scenario-day.js';
import { HouseDriver } from '../support/house-driver.js';

/** The frames of a day, as they would be logged. */
function recorded(run: (driver: HouseDriver) => void): FrameDraft[] {
  const frames: FrameDraft[] = [];
  const keep = ({ firstSequence, count, bytes, length }: FrameBuffer, timeUs: number): void => {
    const records = bytes.slice(0, length);
    frames.push({ epoch: 1, firstSequence, count, frameTimeUs: timeUs, records });
  };
  run(new HouseDriver(new HouseState(), keep));
  return frames;
}

describe('a day diagnosed by the logic that decided it', () => {
  // Timers whose event is its own cause, too: epochs that end by time, what was deferred, what was halted.
  it.each([
    { name: 'scenario', run: (driver: HouseDriver) => new ScenarioDay(driver).run() },
    { name: 'cascade', run: (driver: HouseDriver) => new CascadeDay(driver).run() },
  ])('differs nowhere: $name', ({ run }) => {
    const differences: DecisionDifference[] = [];
    const diagnosis = new Diagnosis(new HouseState(), 3, (one) => differences.push(one));
    const frames = recorded(run);
    // The first frames activate the logic, which a forced one has no part in.
    for (const frame of frames) diagnosis.check(frame);
    expect(differences).toEqual([]);
    expect(diagnosis.decided).toBeGreaterThan(40);
  });
});
