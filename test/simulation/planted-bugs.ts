import { PUBLISHER } from '#libs/clearing';
import { ClearingHouse, type HouseState } from '#libs/clearing-house';
import type { AppendOutcome, EventLog, Frame, FrameDraft } from '#libs/event-log';
import type { FileHandlePort, FileSystemPort } from '#libs/event-log-file';
import { offsetsOf } from '#libs/events';
import { I, OPEN, STALE } from '#libs/market';
import { PublisherServer, sharedFrame } from '#libs/runtime';
import type { NodeParts } from '#libs/simulator';
import { getInt64 } from '#libs/units';

const HEAD = offsetsOf('PriceObserved');

/** A bug that somebody might make, in a part of the node, and how it must be noticed. */
export interface PlantedBug {
  readonly name: string;
  readonly parts: Partial<NodeParts>;
  readonly noticed: RegExp;
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'a frame is released before it is durable',
    parts: { log: releasingEarly },
    noticed: /released before it was durable/,
  },
  {
    name: 'fdatasync is left out',
    parts: { disk: (disk) => withHandles(disk, { fdatasync: () => Promise.resolve() }) },
    noticed: /released before it was durable|log is no log/,
  },
  {
    name: 'a failed fdatasync is taken for a success',
    parts: { log: trustingAfterFailure },
    noticed: /released before it was durable/,
  },
  {
    name: 'a new name in the directory is not synced',
    parts: { disk: (disk) => ({ ...portOf(disk), fsyncDirectory: () => Promise.resolve() }) },
    noticed: /no fault explains it|below what it had acknowledged|cannot be read/,
  },
  {
    name: 'a publisher session accepts its last number again',
    parts: { house: (state) => new RepeatingHouse(state, sharedFrame()) },
    noticed: /twice or out of order/,
  },
  {
    name: 'a restarted node resumes sessions one number too low',
    parts: { house: resumingLow },
    noticed: /below what it had acknowledged/,
  },
  {
    name: 'a consumer is caught up from a wrong sequence',
    parts: { server: catchingUpLate },
    noticed: /given a frame and not the one before it/,
  },
  {
    name: 'an acknowledgement that is told again names the next sequence',
    parts: { server: tellingWrongly },
    noticed: /acknowledgement says something else|acknowledged twice, and not alike/,
  },
  {
    name: 'a jump of time is taken without acceptance',
    parts: { timeStepMaxUs: Number.MAX_SAFE_INTEGER },
    noticed: /log time jumped/,
  },
  {
    name: 'stale markets are judged',
    parts: { house: (state) => new CarelessHouse(state, sharedFrame()) },
    noticed: /without a fresh price/,
  },
];

/** Takes a number that was handled as if it were the next. */
class RepeatingHouse extends ClearingHouse {
  override submit(view: DataView, at: number, messageId = ''): number {
    const publisher = view.getUint32(at + HEAD.publisher, true);
    const number = getInt64(view, at + HEAD.publisherSequence);
    const { publishers } = this.state;
    const isLast =
      publishers.has(publisher) && publishers.get(publisher, PUBLISHER.lastSequence) === number;
    if (number > 0 && isLast) publishers.set(publisher, PUBLISHER.lastSequence, number - 1);
    return super.submit(view, at, messageId);
  }
}

/** Opens stale markets by itself. */
class CarelessHouse extends ClearingHouse {
  override submit(view: DataView, at: number, messageId = ''): number {
    const { instruments } = this.state;
    for (let id = 1; id <= instruments.count; id++) {
      if (instruments.get(id, I.marketState) === STALE) instruments.set(id, I.marketState, OPEN);
    }
    return super.submit(view, at, messageId);
  }
}

function resumingLow(state: HouseState): ClearingHouse {
  const { publishers } = state;
  for (let id = 1; id <= publishers.count; id++) {
    const last = publishers.get(id, PUBLISHER.lastSequence);
    if (last > 0) publishers.set(id, PUBLISHER.lastSequence, last - 1);
  }
  return new ClearingHouse(state, sharedFrame());
}

function catchingUpLate(
  ...[sequencer, log, everySecond]: Parameters<NodeParts['server']>
): PublisherServer {
  const late = {
    ...logOf(log),
    follow: (from: number, signal: AbortSignal) => log.follow(from + 6, signal),
  };
  return new PublisherServer(sequencer, late, { everySecond });
}

function tellingWrongly(
  ...[sequencer, log, everySecond]: Parameters<NodeParts['server']>
): PublisherServer {
  const wrong = {
    ...logOf(log),
    follow: async function* (from: number, signal: AbortSignal): AsyncIterable<Frame> {
      for await (const frame of log.follow(from, signal)) {
        yield { ...frame, firstSequence: frame.firstSequence + 1 };
      }
    },
  };
  return new PublisherServer(sequencer, wrong, { everySecond });
}

/** Answers at once and stores in the background. */
function releasingEarly(log: EventLog): EventLog {
  let stored: Promise<unknown> = Promise.resolve();
  return {
    ...logOf(log),
    append: (frame: FrameDraft, expectedHead: number): Promise<AppendOutcome> => {
      const { epoch, firstSequence, count, frameTimeUs } = frame;
      const copy = { ...frame, records: frame.records.slice() };
      stored = stored.then(() => log.append(copy, expectedHead));
      const sequence = firstSequence + count - 1;
      const head = { sequence, frameNumber: 0, frameTimeUs, epoch, hash: new Uint8Array(32) };
      return Promise.resolve({ kind: 'committed', head });
    },
    appendLogRecords: async (records, epoch) => {
      await stored;
      return log.appendLogRecords(records, epoch);
    },
  };
}

function trustingAfterFailure(log: EventLog): EventLog {
  return {
    ...logOf(log),
    append: async (frame, expectedHead): Promise<AppendOutcome> => {
      const outcome = await log.append(frame, expectedHead);
      if (outcome.kind !== 'unknown') return outcome;
      const sequence = frame.firstSequence + frame.count - 1;
      return { kind: 'committed', head: { ...(await log.head()), sequence } };
    },
  };
}

/** The log as plain functions, so that single ones can be replaced. */
function logOf(log: EventLog): EventLog {
  return {
    durability: log.durability,
    engine: log.engine,
    append: (frame, expectedHead) => log.append(frame, expectedHead),
    appendLogRecords: (records, epoch) => log.appendLogRecords(records, epoch),
    resolve: (frame) => log.resolve(frame),
    claim: () => log.claim(),
    read: (from) => log.read(from),
    follow: (from, signal) => log.follow(from, signal),
    readLogRecords: () => log.readLogRecords(),
    head: () => log.head(),
    close: () => log.close(),
  };
}

function portOf(disk: FileSystemPort): FileSystemPort {
  return {
    makeDirectory: (path) => disk.makeDirectory(path),
    list: (directory) => disk.list(directory),
    open: (path, mode) => disk.open(path, mode),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    fsyncDirectory: (path) => disk.fsyncDirectory(path),
    lock: (path) => disk.lock(path),
  };
}

function withHandles(disk: FileSystemPort, replaced: Partial<FileHandlePort>): FileSystemPort {
  return {
    ...portOf(disk),
    open: async (path, mode) => ({ ...(await disk.open(path, mode)), ...replaced }),
  };
}
