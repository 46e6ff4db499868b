import { type Message, recordLengthOf, writeRecord } from '#libs/events';
import { putInt64 } from '#libs/units';
import type { Released } from '#libs/wire';
import { ReleasedSteps } from './released-steps.js';

let sequence = 0;

/** A released frame that ends with an input of this number and carries such warnings. */
function frame(lastPublisherSequence: number, ...accounts: number[]): Released {
  const firstSequence = sequence + 1;
  const parts = accounts.map((account) => {
    const message: Message = {
      type: 'AccountWarned',
      account,
      equityMinor: 1,
      maintenanceMinor: 2,
      initialMinor: 3,
    };
    const bytes = new Uint8Array(8 + recordLengthOf(message));
    const view = new DataView(bytes.buffer);
    putInt64(view, 0, ++sequence);
    writeRecord(view, 8, message, 0);
    return bytes;
  });
  if (accounts.length === 0) sequence += 1;
  const count = sequence - firstSequence + 1;
  const records = new Uint8Array(Buffer.concat(parts));
  const frameTimeUs = 1000 * lastPublisherSequence;
  const acks = { runs: [], refusals: [] };
  return { frame: 1, firstSequence, count, frameTimeUs, lastPublisherSequence, ...acks, records };
}

async function accountsUpTo(steps: ReleasedSteps, last: number): Promise<number[]> {
  const { messages, sequences } = await steps.upTo(last);
  expect(sequences).toHaveLength(messages.length);
  return messages.map((message) => (message.type === 'AccountWarned' ? message.account : 0));
}

describe('released frames, divided into steps', () => {
  beforeEach(() => (sequence = 0));

  it('end with the frame that reaches the last input; later ones belong to the next step', async () => {
    const steps = new ReleasedSteps();
    for (const one of [frame(3, 1), frame(5, 2, 3), frame(5, 4), frame(9, 5)]) steps.take(one);
    expect(await accountsUpTo(steps, 5)).toEqual([1, 2, 3]);
    expect(await accountsUpTo(steps, 9)).toEqual([4, 5]);
  });

  it('are divided alike whether they are there already or come one by one', async () => {
    const steps = new ReleasedSteps();
    const first = accountsUpTo(steps, 5);
    for (const one of [frame(3, 1), frame(5, 2, 3), frame(5, 4), frame(9, 5)]) {
      await new Promise(setImmediate);
      steps.take(one);
    }
    expect(await first).toEqual([1, 2, 3]);
    expect(await accountsUpTo(steps, 9)).toEqual([4, 5]);
  });

  it('give a step without inputs nothing, and take nothing for it', async () => {
    const steps = new ReleasedSteps();
    for (const one of [frame(2, 1), frame(2, 2)]) steps.take(one);
    expect(await accountsUpTo(steps, 2)).toEqual([1]);
    expect(await accountsUpTo(steps, 2)).toEqual([]);
    steps.take(frame(3, 3));
    expect(await accountsUpTo(steps, 3)).toEqual([2, 3]);
  });

  it('know what is durable, and tell who waits why nothing more comes', async () => {
    const steps = new ReleasedSteps();
    steps.take(frame(4, 1, 2));
    await steps.arrived(2);
    expect(steps.durablePublisherSequence).toBe(4);
    expect(steps.durableSequence).toBe(2);
    await steps.reached(4000);
    const waiting = steps.upTo(5);
    steps.fail(new Error('the node is gone'));
    await expect(waiting).rejects.toThrow('the node is gone');
    await expect(steps.arrived(3)).rejects.toThrow('the node is gone');
    expect(await accountsUpTo(steps, 4)).toEqual([]);
  });
});
