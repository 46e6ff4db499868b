import { recordLengthOf, writeRecord, type MessageNamed } from '#libs/events';
import {
  LogCorruption,
  MAX_BODY_BYTES,
  ZERO_HASH,
  openFrame,
  sealFrame,
  isFault,
  type AppendOutcome,
  type EventLog,
  type Frame,
  type FrameDraft,
  type LogRecord,
} from '#libs/event-log';

/** What an engine can be asked to show. What it cannot is printed by a test of its own. */
export interface EventLogCapabilities {
  /** A closed log opened again has the same content. */
  readonly isPersistent: boolean;
  /** Two writers may have the log open at once, so that one can become a zombie. */
  readonly allowsTwoWriters: boolean;
  /** `loseAnswer` works. */
  readonly canLoseAnswers: boolean;
  /** `damage` works. */
  readonly canBeDamaged: boolean;
}

/** One log under test, on a medium of its own. */
export interface EventLogSubject {
  /** Opens the log; called again after a close, or beside the first when two writers may be. */
  open(): Promise<EventLog>;
  /** The answer of the next append is lost; the frame is stored or is not. */
  loseAnswer?(variant: 'stored' | 'lost'): void;
  /** Opens the log anew after a lost answer, where the engine needs that before it can resolve. */
  recover?(log: EventLog): Promise<EventLog>;
  /** Flips one bit in the stored form of the n-th event frame (from 1). */
  damage?(log: EventLog, frameNumber: number): Promise<void>;
  /** Stops everything and removes what is stored. */
  dispose(): Promise<void>;
}

const START_US = 1_700_000_000_000_000;
const MAX_RECORDS = 50;

/** A draft whose bytes follow from its sequence alone. */
export function draftAt(epoch: number, firstSequence: number, count = 1): FrameDraft {
  const records = new Uint8Array(count * 100);
  for (let n = 0; n < records.length; n += 1) records[n] = (firstSequence * 31 + n * 7) % 251;
  return { epoch, firstSequence, count, frameTimeUs: START_US + firstSequence * 1000, records };
}

/** A log record as the catalogue lays it out. */
export function rootRecord(sequence: number): Uint8Array {
  const message: MessageNamed<'RootRecorded'> = {
    type: 'RootRecorded',
    sequence,
    stateRoot: new Uint8Array(32).fill(sequence % 256),
    businessRoot: new Uint8Array(32).fill(7),
  };
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export function kinds(outcomes: readonly AppendOutcome[]): string[] {
  return outcomes.map((outcome) => outcome.kind);
}

/** Appends frames of the given sizes behind the head; every one must be committed. */
export async function appendSchedule(
  log: EventLog,
  epoch: number,
  counts: readonly number[],
): Promise<FrameDraft[]> {
  const drafts: FrameDraft[] = [];
  for (const count of counts) {
    const { sequence } = await log.head();
    const draft = draftAt(epoch, sequence + 1, count);
    const outcome = await log.append(draft, sequence);
    expect(outcome).toMatchObject({ kind: 'committed' });
    drafts.push(draft);
  }
  return drafts;
}

/**
 * The promises of the event log port, run against an engine. `factory` gives a fresh, empty log.
 */
export function describeEventLogContract(
  name: string,
  factory: () => Promise<EventLogSubject>,
  capabilities: EventLogCapabilities,
): void {
  describe(`event log contract: ${name}`, () => {
    let subject: EventLogSubject;
    let log: EventLog;
    const opened: EventLog[] = [];

    const open = async (): Promise<EventLog> => {
      const another = await subject.open();
      opened.push(another);
      return another;
    };
    const context: Context = { subject: () => subject, log: () => log, open };

    beforeEach(async () => {
      subject = await factory();
      log = await open();
    });
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close().catch(() => undefined);
      await subject.dispose();
    });

    describeAppending(context);
    describeReading(context);
    describeFencing(context, capabilities);
    describeStops(context, capabilities);
    describeFaults(context, capabilities);
  });
}

interface Context {
  readonly subject: () => EventLogSubject;
  readonly log: () => EventLog;
  readonly open: () => Promise<EventLog>;
}

/** A test that runs when the engine can; otherwise one that prints that it cannot. */
function itIf(can: boolean, title: string, run: () => Promise<void>): void {
  if (can) it(title, run);
  else {
    it(`CANNOT: ${title}`, () => {
      process.stdout.write(`${expect.getState().currentTestName ?? title}\n`);
    });
  }
}

function describeAppending({ log }: Context): void {
  it('is empty at first', async () => {
    const head = await log().head();
    expect({ ...head, hash: Buffer.from(head.hash) }).toEqual({
      sequence: 0,
      frameNumber: 0,
      frameTimeUs: 0,
      epoch: 0,
      hash: Buffer.from(ZERO_HASH),
    });
    expect(await collect(log().read(1))).toEqual([]);
  });

  it('declares its durability and its name', () => {
    const classes = ['memory', 'os-cache', 'quorum-memory', 'fsync', 'fsync+quorum'];
    expect(classes).toContain(log().durability);
    expect(log().engine).toMatch(/\S+ \d/);
  });

  it('commits frames with dense sequences and gives back what was written', async () => {
    const { epoch } = await log().claim();
    const drafts = await appendSchedule(log(), epoch, [1, 3, 2]);
    const frames = await collect(log().read(1));
    expect(frames.map(({ firstSequence }) => firstSequence)).toEqual([1, 2, 5]);
    expect(frames.map(({ frameNumber }) => frameNumber)).toEqual([1, 2, 3]);
    frames.forEach((frame, n) => expectDraft(frame, drafts[n]));
    expect(await log().head()).toMatchObject({ sequence: 6, frameNumber: 3, epoch });
  });

  it('makes the frames that any other engine makes of this schedule', async () => {
    const { epoch } = await log().claim();
    expect(epoch).toBe(1);
    const drafts = await appendSchedule(log(), epoch, [2, 1]);
    await log().appendLogRecords([rootRecord(3)], epoch);
    drafts.push(...(await appendSchedule(log(), epoch, [4])));
    expect((await collect(log().read(1))).map(hex)).toEqual(referenceHashes(drafts));
  });

  it('answers conflict and writes nothing when the expected head is not the head', async () => {
    const { epoch } = await log().claim();
    await appendSchedule(log(), epoch, [1]);
    const outcome = await log().append(draftAt(epoch, 1), 0);
    expect(outcome).toMatchObject({ kind: 'conflict', head: { sequence: 1 } });
    expect(await log().append(draftAt(epoch, 6), 5)).toMatchObject({ kind: 'conflict' });
    expect(await collect(log().read(1))).toHaveLength(1);
  });

  it('rejects what breaks a rule of the port', async () => {
    expect(await log().append(draftAt(0, 1), 0)).toMatchObject({ kind: 'rejected' });
    const { epoch } = await log().claim();
    const good = draftAt(epoch, 1);
    const broken: FrameDraft[] = [
      { ...good, count: 0 },
      { ...good, records: new Uint8Array(0) },
      { ...good, records: new Uint8Array(MAX_BODY_BYTES + 1) },
      { ...good, firstSequence: 2 },
      { ...good, epoch: epoch + 1 },
      { ...good, frameTimeUs: 0.5 },
    ];
    for (const draft of broken) {
      expect(await log().append(draft, 0)).toMatchObject({ kind: 'rejected' });
    }
    await appendSchedule(log(), epoch, [1]);
    const early = { ...draftAt(epoch, 2), frameTimeUs: START_US };
    expect(await log().append(early, 1)).toMatchObject({ kind: 'rejected' });
    expect(await log().appendLogRecords([], epoch)).toMatchObject({ kind: 'rejected' });
    expect(await log().appendLogRecords([new Uint8Array(3)], epoch)).toMatchObject({
      kind: 'rejected',
    });
    expect(await log().head()).toMatchObject({ sequence: 1, frameNumber: 1 });
  });

  it('takes a frame of exactly the largest size', async () => {
    const { epoch } = await log().claim();
    const records = new Uint8Array(MAX_BODY_BYTES).fill(5);
    const outcome = await log().append({ ...draftAt(epoch, 1, 1000), records }, 0);
    expect(outcome).toMatchObject({ kind: 'committed', head: { sequence: 1000 } });
    const [frame] = await collect(log().read(1000));
    expect(Buffer.compare(frame?.records ?? ZERO_HASH, records)).toBe(0);
  });

  it('refuses a second append while one is pending', async () => {
    const { epoch } = await log().claim();
    const draft = draftAt(epoch, 1);
    const outcomes = await Promise.all([log().append(draft, 0), log().append(draft, 0)]);
    expect(kinds(outcomes)).toEqual(['committed', 'rejected']);
    await appendSchedule(log(), epoch, [1]);
    expect(await collect(log().read(1))).toHaveLength(2);
  });

  it('keeps no reference to the records after the outcome', async () => {
    const { epoch } = await log().claim();
    const draft = draftAt(epoch, 1);
    await log().append(draft, 0);
    draft.records.fill(0);
    const [frame] = await collect(log().read(1));
    expectDraft(frame, draftAt(epoch, 1));
  });
}

function describeReading({ log }: Context): void {
  it('reads from the middle: from the frame that holds the sequence', async () => {
    const { epoch } = await log().claim();
    await appendSchedule(log(), epoch, [2, 3, 1, 4]);
    for (const [from, first] of [
      [0, 1],
      [2, 1],
      [3, 3],
      [5, 3],
      [6, 6],
      [10, 7],
    ] as const) {
      const frames = await collect(log().read(from));
      expect(frames[0]?.firstSequence).toBe(first);
      expect(frames.at(-1)?.firstSequence).toBe(7);
    }
    expect(await collect(log().read(11))).toEqual([]);
  });

  it('keeps log records apart from event sequences', async () => {
    const { epoch } = await log().claim();
    await appendSchedule(log(), epoch, [2]);
    const outcome = await log().appendLogRecords([rootRecord(2), rootRecord(9)], epoch);
    expect(outcome).toMatchObject({ kind: 'committed', head: { sequence: 2, frameNumber: 1 } });
    await appendSchedule(log(), epoch, [1]);
    expect((await collect(log().read(1))).map((frame) => frame.firstSequence)).toEqual([1, 3]);
    const records = await collect(log().readLogRecords());
    expect(records.slice(1).map(summary)).toEqual([
      { epoch, headSequence: 2, record: Buffer.from(rootRecord(2)).toString('hex') },
      { epoch, headSequence: 2, record: Buffer.from(rootRecord(9)).toString('hex') },
    ]);
  });

  it('records every claim as EpochOpened', async () => {
    const first = await log().claim();
    await appendSchedule(log(), first.epoch, [2]);
    const second = await log().claim();
    expect([first.epoch, second.epoch, second.head.sequence]).toEqual([1, 2, 2]);
    const records = await collect(log().readLogRecords());
    const places = records.map(({ epoch, headSequence }) => ({ epoch, headSequence }));
    expect(places).toEqual([
      { epoch: 1, headSequence: 0 },
      { epoch: 2, headSequence: 2 },
    ]);
    // Template id 2 is EpochOpened.
    expect(records.map(({ record }) => Buffer.from(record).readUInt16LE(10))).toEqual([2, 2]);
  });

  it('follows history and what comes later without gap or duplicate', async () => {
    const { epoch } = await log().claim();
    await appendSchedule(log(), epoch, [1, 2]);
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const frame of log().follow(2, stop.signal)) {
        seen.push(frame.firstSequence);
        if (seen.length === MAX_RECORDS) stop.abort();
      }
    })();
    for (let n = 0; n < MAX_RECORDS; n += 1) {
      await appendSchedule(log(), epoch, [1]);
      if (n % 9 === 0) await log().appendLogRecords([rootRecord(n)], epoch);
    }
    await following;
    expect(seen).toEqual([2, ...Array.from({ length: MAX_RECORDS - 1 }, (_, n) => n + 4)]);
  });

  it('follows an empty log, and ends when told and when the log closes', async () => {
    const stop = new AbortController();
    const stopped = collect(log().follow(1, stop.signal));
    const closed = collect(log().follow(1, new AbortController().signal));
    stop.abort();
    expect(await stopped).toEqual([]);
    const { epoch } = await log().claim();
    await appendSchedule(log(), epoch, [1]);
    await log().close();
    expect((await closed).length).toBeLessThanOrEqual(1);
  });
}

function describeFencing({ log, open }: Context, capabilities: EventLogCapabilities): void {
  it('fences the old epoch after a claim', async () => {
    const old = await log().claim();
    await appendSchedule(log(), old.epoch, [1]);
    const now = await log().claim();
    expect(now.epoch).toBe(old.epoch + 1);
    const outcome = await log().append(draftAt(old.epoch, 2), 1);
    expect(outcome).toEqual({ kind: 'fenced', epoch: now.epoch });
    const late = await log().appendLogRecords([rootRecord(1)], old.epoch);
    expect(late).toEqual({ kind: 'fenced', epoch: now.epoch });
    await appendSchedule(log(), now.epoch, [1]);
    expect((await collect(log().read(1))).map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  itIf(
    capabilities.allowsTwoWriters,
    'two writers: nothing of the old one counts once the new one has claimed',
    async () => {
      const old = await log().claim();
      await appendSchedule(log(), old.epoch, [1]);
      const successor = await open();
      const now = await successor.claim();
      const outcome = await log().append(draftAt(old.epoch, 2), 1);
      expect(['fenced', 'conflict']).toContain(outcome.kind);
      await appendSchedule(successor, now.epoch, [2]);
      expect((await collect(log().read(1))).map(({ epoch }) => epoch)).toEqual([1, 2]);
      expect((await collect(successor.read(1))).map(hex)).toEqual(
        (await collect(log().read(1))).map(hex),
      );
    },
  );
}

function describeStops(context: Context, capabilities: EventLogCapabilities): void {
  const { log, open } = context;
  it('writes nothing after close', async () => {
    const { epoch } = await log().claim();
    await log().close();
    expect(await log().append(draftAt(epoch, 1), 0)).toMatchObject({ kind: 'unavailable' });
    await expect(log().claim()).rejects.toThrow();
  });

  itIf(capabilities.isPersistent, 'opened again it has the same head and goes on', async () => {
    const { epoch } = await log().claim();
    await appendSchedule(log(), epoch, [2, 2]);
    await log().appendLogRecords([rootRecord(4)], epoch);
    const head = await log().head();
    const hashes = (await collect(log().read(1))).map(hex);
    await log().close();
    const again = await open();
    expect(await again.head()).toEqual(head);
    expect((await collect(again.read(1))).map(hex)).toEqual(hashes);
    expect(await collect(again.readLogRecords())).toHaveLength(2);
    const claimed = await again.claim();
    expect(claimed.epoch).toBe(epoch + 1);
    await appendSchedule(again, claimed.epoch, [1]);
    expect((await collect(again.read(1))).slice(0, 2).map(hex)).toEqual(hashes);
  });
}

function describeFaults(context: Context, capabilities: EventLogCapabilities): void {
  const { log, subject } = context;
  for (const variant of ['stored', 'lost'] as const) {
    itIf(
      capabilities.canLoseAnswers,
      `a lost answer, the frame ${variant}: unknown, then resolved, then on`,
      async () => {
        const { epoch } = await log().claim();
        await appendSchedule(log(), epoch, [1]);
        const draft = draftAt(epoch, 2);
        subject().loseAnswer?.(variant);
        expect(await log().append(draft, 1)).toMatchObject({ kind: 'unknown' });
        const blocked = await log().append(draft, 1);
        expect(['rejected', 'unavailable']).toContain(blocked.kind);
        const recovered = (await subject().recover?.(log())) ?? log();
        const resolved = await recovered.resolve(draft);
        expect(resolved.kind).toBe(variant === 'stored' ? 'committed' : 'unavailable');
        const claimed = await recovered.claim();
        await appendSchedule(recovered, claimed.epoch, [1]);
        const firsts = (await collect(recovered.read(1))).map((frame) => frame.firstSequence);
        expect(firsts).toEqual(variant === 'stored' ? [1, 2, 3] : [1, 2]);
        await recovered.close();
      },
    );
  }

  itIf(capabilities.canBeDamaged, 'yields what is good, then throws at damage', async () => {
    const { epoch } = await log().claim();
    await appendSchedule(log(), epoch, [1, 1, 1, 1]);
    await subject().damage?.(log(), 3);
    const good: number[] = [];
    const reading = (async () => {
      for await (const frame of log().read(1)) good.push(frame.firstSequence);
    })();
    await expect(reading).rejects.toBeInstanceOf(LogCorruption);
    await expect(reading).rejects.toMatchObject({ lastGoodSequence: 2 });
    expect(good).toEqual([1, 2]);
  });
}

function expectDraft(frame: Frame | undefined, draft: FrameDraft | undefined): void {
  expect(frame).toBeDefined();
  expect(draft).toBeDefined();
  if (frame === undefined || draft === undefined) return;
  const { epoch, firstSequence, count, frameTimeUs } = draft;
  expect(frame).toMatchObject({ epoch, firstSequence, count, frameTimeUs });
  expect(Buffer.compare(frame.records, draft.records)).toBe(0);
}

/** The hashes that follow from the drafts by the format alone, with no engine. */
function referenceHashes(drafts: readonly FrameDraft[]): string[] {
  let previousHash: Uint8Array = ZERO_HASH;
  return drafts.map((draft, n) => {
    const frame = openFrame(sealFrame(draft, n + 1, previousHash));
    if (isFault(frame)) throw new Error(frame.detail);
    previousHash = frame.hash;
    return Buffer.from(frame.hash).toString('hex');
  });
}

function hex(frame: Frame): string {
  return Buffer.from(frame.hash).toString('hex');
}

function summary({ epoch, headSequence, record }: LogRecord): Record<string, unknown> {
  return { epoch, headSequence, record: Buffer.from(record).toString('hex') };
}
