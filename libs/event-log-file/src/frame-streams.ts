import {
  KIND_EVENT,
  LogCorruption,
  eventFrame,
  logRecords,
  ordinalOf,
  type ChainState,
  type Frame,
  type LogRecord,
  type StoredFrame,
} from '#libs/event-log';
import type { FrameIndex } from './frame-index.js';
import { LogWalker, isStop, type LogPlace } from './log-walker.js';
import { listSegments, segmentOf } from './segment-directory.js';

/** Knows how far the log is durable: the writer from memory, a reader by looking at the files. */
export interface DurableEnd {
  current(): Promise<ChainState>;
  /** Resolves when it may have grown beyond `since`, or when `signal` aborts. */
  changed(since: ChainState, signal: AbortSignal): Promise<void>;
  /** Last durable sequence on the writer's own word; undefined where only the files tell. */
  told?(): number | undefined;
  /** Places that are known, and are noted by whoever follows. */
  readonly index?: FrameIndex | undefined;
}

/** Event frames from a sequence to the durable end at the time of the call. */
export async function* readFrames(
  place: LogPlace,
  durable: DurableEnd,
  fromSequence: number,
): AsyncIterable<Frame> {
  const told = durable.told?.();
  const end = told === undefined ? await durable.current() : undefined;
  if ((told ?? end?.sequence ?? 0) < fromSequence) return;
  const mark = durable.index?.before(fromSequence);
  const walker =
    mark === undefined
      ? await walkerAt(place, fromSequence, false)
      : await LogWalker.resume(place, mark);
  if (walker === undefined) return;
  try {
    for await (const frame of walkWhile(walker, isBehind(end, told ?? 0))) {
      const view = asEventFrame(frame, walker, fromSequence);
      if (view !== undefined) yield view;
    }
  } finally {
    await walker.close();
  }
}

/**
 * As `readFrames`, then every frame that becomes durable, until `signal` aborts. What the writer tells
 * is walked to at once; otherwise the files are looked at first, which reads them twice.
 */
export async function* followFrames(
  place: LogPlace,
  durable: DurableEnd,
  fromSequence: number,
  signal: AbortSignal,
  isTransient = false,
): AsyncIterable<Frame> {
  let walker: LogWalker | undefined;
  try {
    for (;;) {
      const told = walker === undefined ? undefined : durable.told?.();
      let end = told === undefined ? await durable.current() : undefined;
      walker ??= await walkerAt(place, fromSequence, isTransient);
      if (walker !== undefined) {
        const isBefore = isBehind(end, told ?? 0);
        for await (const frame of walkWhile(walker, isBefore)) {
          const view = asEventFrame(frame, walker, fromSequence);
          if (durable.index !== undefined) walker.mark(durable.index);
          if (view !== undefined) yield view;
          if (signal.aborted) return;
        }
        end ??= walker.state;
      }
      if (signal.aborted) return;
      if (end !== undefined) await durable.changed(end, signal);
    }
  } finally {
    await walker?.close();
  }
}

/** Whether a walker at this state has not reached the end, or the sequence that was told. */
function isBehind(end: ChainState | undefined, told: number): (state: ChainState) => boolean {
  if (end === undefined) return ({ sequence }) => sequence < told;
  const ordinal = ordinalOf(end);
  return (state) => ordinalOf(state) < ordinal;
}

/** All log records, from the first frame to the durable end; every frame is verified on the way. */
export async function* readRecords(place: LogPlace, durable: DurableEnd): AsyncIterable<LogRecord> {
  const end = await durable.current();
  const first = (await listSegments(place)).at(0);
  if (first === undefined) return;
  const walker = await LogWalker.from(place, first);
  try {
    for await (const frame of walkTo(walker, end)) {
      if (frame.kind !== KIND_EVENT) yield* logRecords(frame, walker.where());
    }
  } finally {
    await walker.close();
  }
}

async function walkerAt(
  place: LogPlace,
  sequence: number,
  isTransient: boolean,
): Promise<LogWalker | undefined> {
  const start = await segmentOf(place, sequence);
  return start === undefined ? undefined : LogWalker.from(place, start, isTransient);
}

function walkTo(walker: LogWalker, end: ChainState): AsyncIterable<StoredFrame> {
  return walkWhile(walker, isBehind(end, 0));
}

/** Every frame up to a durable end must be there and good: it was acknowledged. */
async function* walkWhile(
  walker: LogWalker,
  isBefore: (state: ChainState) => boolean,
): AsyncIterable<StoredFrame> {
  while (isBefore(walker.state)) {
    const step = await walker.next();
    if (isStop(step)) throw new LogCorruption(step.stop, walker.where(), walker.state.sequence);
    yield step;
  }
}

function asEventFrame(
  frame: StoredFrame,
  walker: LogWalker,
  fromSequence: number,
): Frame | undefined {
  if (frame.kind !== KIND_EVENT || walker.state.sequence < fromSequence) return undefined;
  return eventFrame(frame, ordinalOf(walker.state));
}
