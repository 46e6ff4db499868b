import { ClearingHouse, HouseState, LATEST_LOGIC } from '#libs/clearing-house';
import { type MemoryFault, MemoryEventLog } from '#libs/event-log';
import { type Message, recordLengthOf, writeRecord } from '#libs/events';
import { Sequencer, sharedFrame } from './sequencer.js';

const START_US = 1_700_000_000_000_000;

function recordOf(message: Message): DataView {
  const view = new DataView(new ArrayBuffer(recordLengthOf(message)));
  writeRecord(view, 0, message, 0);
  return view;
}

/** Takes two inputs, each in a frame of its own, on a log whose writes meet the faults. */
async function runThrough(faults: readonly MemoryFault[]) {
  const log = new MemoryEventLog();
  const { epoch } = await log.claim();
  const released: number[] = [];
  let stopped: string | undefined;
  const sequencer = new Sequencer({
    house: new ClearingHouse(new HouseState(), sharedFrame()),
    log,
    epoch,
    time: 'input',
    timeStepMaxUs: 1_000_000,
    onReleased: ({ head }) => released.push(head.frameNumber),
    onStopped: (reason) => (stopped = reason),
  });
  log.store.inject(...faults);
  const head = { publisher: 1, publisherSequence: 0 };
  const logic: Message = { type: 'LogicActivated', ...head, logicVersion: LATEST_LOGIC };
  const currency: Message = { type: 'CurrencyListed', ...head, name: 'USD', minorDigits: 2 };
  sequencer.offer(recordOf(logic), 0, START_US);
  await sequencer.settled();
  sequencer.offer(recordOf(currency), 0, START_US + 1);
  await sequencer.settled();
  const stored: number[] = [];
  for await (const { frameNumber } of log.read(1)) stored.push(frameNumber);
  return { released, stored, stopped };
}

describe('a frame whose answer is lost', () => {
  const everyFrame = { released: [1, 2], stored: [1, 2], stopped: undefined };

  it('is released once when it was stored', async () => {
    expect(await runThrough(['unknown-stored'])).toEqual(everyFrame);
  });

  it('is appended again when it certainly was not, and stands in the log once', async () => {
    expect(await runThrough(['unknown-lost'])).toEqual(everyFrame);
    expect(await runThrough(['unknown-lost', 'unknown-lost', 'unknown-stored'])).toEqual(
      everyFrame,
    );
  });

  it('stops the node when it may still arrive, or is lost again and again', async () => {
    const late = await runThrough(['unknown-late']);
    expect(late).toEqual({ released: [], stored: [], stopped: 'the frame may still arrive' });
    const lost = await runThrough(new Array<MemoryFault>(20).fill('unknown-lost'));
    expect(lost).toMatchObject({ released: [], stored: [] });
    expect(lost.stopped).toContain('not in the log');
  });

  it('stops the node when the log is closed to writing', async () => {
    expect(await runThrough(['unavailable'])).toMatchObject({ released: [], stopped: 'injected' });
  });
});
