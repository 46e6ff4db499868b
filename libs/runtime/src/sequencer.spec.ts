import { L } from '#libs/clearing';
import { ClearingHouse, HouseState, LATEST_LOGIC } from '#libs/clearing-house';
import { type MemoryFault, MemoryEventLog } from '#libs/event-log';
import { type Message, recordLengthOf, writeRecord } from '#libs/events';
import { eventsOf } from '#libs/replay';
import { amountMinor, InvariantViolation } from '#libs/units';
import { BUSY, Sequencer, sharedFrame, TimeJumpPending } from './sequencer.js';

const START_US = 1_700_000_000_000_000;

const perpetual = {
  type: 'InstrumentListed',
  ...{ currency: 1, underlying: 0, kind: 0, payoff: 0, premium: 0, optionType: 0, marginClass: 1 },
  ...{ tickDigits: 1, multiplier: 1, underlyingMultiplier: 0, strikeTicks: 0 },
  ...{ maxLots: 1_000, maxPriceTicks: 1_000_000, outlierPpm: 0, staleAfterUs: 10_000_000 },
  expiresAt: 0,
} as const;

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

/** Two markets, priced three seconds apart, in a house that the machine's clock then leaves behind. */
async function heldUp(seconds: number): Promise<{ type: string; timeUs: number }[]> {
  const log = new MemoryEventLog();
  const { epoch } = await log.claim();
  const clock = { timeUs: START_US, nowUs: (): number => clock.timeUs };
  const sequencer = new Sequencer({
    house: new ClearingHouse(new HouseState(), sharedFrame()),
    ...{ log, epoch, time: clock, timeStepMaxUs: 20_000_000 },
    onReleased: () => undefined,
    onStopped: (reason) => {
      throw new Error(reason);
    },
  });
  const take = async (message: Message): Promise<void> => {
    expect(sequencer.offer(recordOf(message), 0, 0)).toBe(0);
    await sequencer.settled();
  };
  const head = { publisher: 1, publisherSequence: 0 };
  await take({ type: 'LogicActivated', ...head, logicVersion: LATEST_LOGIC });
  await take({ type: 'CurrencyListed', ...head, name: 'USD', minorDigits: 2 });
  for (const name of ['A', 'B']) await take({ ...perpetual, ...head, name });
  for (const instrument of [1, 2]) {
    clock.timeUs += 3_000_000;
    const price = { instrument, priceTicks: 100, observedAt: 0, confidencePpm: 0 };
    await take({ type: 'PriceObserved', ...head, ...price });
  }
  clock.timeUs += seconds * 1_000_000;
  sequencer.tick();
  await sequencer.settled();
  const events: { type: string; timeUs: number }[] = [];
  for await (const frame of log.read(1)) {
    for (const { message } of eventsOf(frame)) {
      events.push({ type: message.type, timeUs: frame.frameTimeUs - START_US });
    }
  }
  return events.slice(6);
}

describe('a node that was held up', () => {
  it('fires each deadline at its own time, as one that was not', async () => {
    const staleAt = (timeUs: number) => [
      { type: 'DeadlineReached', timeUs },
      { type: 'MarketStateChanged', timeUs },
    ];
    expect(await heldUp(12)).toEqual([...staleAt(13_000_000), ...staleAt(16_000_000)]);
    expect(await heldUp(8)).toEqual(staleAt(13_000_000));
  });

  it('still refuses a jump that nobody has accepted', async () => {
    await expect(heldUp(21)).rejects.toThrow(TimeJumpPending);
  });
});

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

describe('something that is thrown while frames are stored', () => {
  const head = { publisher: 1, publisherSequence: 0 };
  const currency = (name: string): DataView =>
    recordOf({ type: 'CurrencyListed', ...head, name, minorDigits: 2 });
  const engine = recordOf({ type: 'EngineDeclared', durability: 3, engine: 'memory' });

  /** A sequencer with a currency in its first frame, which is handed to the log at `flush`. */
  async function started(onReleased: () => void = () => undefined) {
    const log = new MemoryEventLog();
    const { epoch } = await log.claim();
    const released: number[] = [];
    const reasons: string[] = [];
    const sequencer = new Sequencer({
      house: new ClearingHouse(new HouseState(), sharedFrame()),
      ...{ log, epoch, time: 'input', timeStepMaxUs: 1_000_000 },
      onReleased: (frame) => {
        released.push(frame.head.sequence);
        onReleased();
      },
      onStopped: (reason) => reasons.push(reason),
    });
    const logic: Message = { type: 'LogicActivated', ...head, logicVersion: LATEST_LOGIC };
    sequencer.offer(recordOf(logic), 0, START_US);
    sequencer.offer(currency('USD'), 0, START_US);
    return { log, sequencer, released, reasons };
  }

  /** Whatever is asked of it: it stays stopped, says so once, throws nothing and writes nothing. */
  async function staysStopped(of: Awaited<ReturnType<typeof started>>): Promise<void> {
    const { log, sequencer, reasons } = of;
    const before = await log.head();
    expect(sequencer.offer(currency('JPY'), 0, START_US + 1)).toBe(BUSY);
    expect(sequencer.advanceTo(START_US + 1)).toBe(false);
    sequencer.recordLog([new Uint8Array(engine.buffer)]);
    sequencer.recordTime();
    sequencer.flush();
    await sequencer.settled();
    await sequencer.drain();
    expect(await log.head()).toEqual(before);
    expect(reasons.length).toBe(1);
  }

  it('stops the node with its reason when a frame is released', async () => {
    const node = await started(() => {
      throw new Error('the desk is gone');
    });
    await node.sequencer.settled();
    expect(node).toMatchObject({ released: [2], reasons: ['Error: the desk is gone'] });
    await staysStopped(node);
  });

  it('stops the node before a frame is stored whose money is not conserved', async () => {
    const node = await started();
    const { log, sequencer } = node;
    sequencer.flush();
    expect(sequencer.offer(currency('EUR'), 0, START_US)).toBe(0);
    sequencer.house.state.house.add(1, L.fees, amountMinor(1));
    await sequencer.settled();
    const reasons = [expect.stringContaining('cash is conserved')];
    expect(node).toMatchObject({ released: [2], reasons });
    expect(await log.head()).toMatchObject({ sequence: 2 });
    await staysStopped(node);
  });

  it('does so behind log records too, when no frame is under way', async () => {
    const node = await started();
    const { log, sequencer } = node;
    await sequencer.settled();
    sequencer.recordLog([new Uint8Array(engine.buffer)]);
    expect(sequencer.offer(currency('EUR'), 0, START_US)).toBe(0);
    sequencer.house.state.house.add(1, L.fees, amountMinor(1));
    await sequencer.settled();
    expect(node.reasons).toEqual([expect.stringContaining('cash is conserved')]);
    expect(await log.head()).toMatchObject({ sequence: 2 });
    await staysStopped(node);
  });

  it('does so where the frame would be cut by whoever flushes', async () => {
    const node = await started();
    const { sequencer } = node;
    await sequencer.settled();
    expect(sequencer.offer(currency('EUR'), 0, START_US)).toBe(0);
    sequencer.house.state.house.add(1, L.fees, amountMinor(1));
    sequencer.flush();
    expect(node.reasons).toEqual([expect.stringContaining('cash is conserved')]);
    await staysStopped(node);
  });

  it('stops the node when an assertion fails half way through an input, and stores nothing of it', async () => {
    const node = await started();
    const { log, sequencer } = node;
    await sequencer.settled();
    const { house } = sequencer;
    const submit = house.submit.bind(house);
    house.submit = (...input) => {
      submit(...input);
      throw new InvariantViolation('a fault of the house');
    };
    expect(sequencer.offer(currency('EUR'), 0, START_US)).toBe(BUSY);
    expect(node.reasons).toEqual([expect.stringContaining('a fault of the house')]);
    house.submit = submit;
    await staysStopped(node);
    expect(await log.head()).toMatchObject({ sequence: 2 });
  });
});
