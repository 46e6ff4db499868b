/**
 * The event log port. An engine (embedded file, JetStream, Kafka, KurrentDB, memory) stores frames
 * in one total order. What the port owns: atomic durable append at an expected head, fencing,
 * reading back exactly what was written. What it does not own: what records mean, when a frame is
 * cut, and who may write.
 */

/** A draft: what the sequencer hands over. The engine seals it (previous hash, hash) and stores it. */
export interface FrameDraft {
  /** Epoch of the writer that cut the frame. */
  readonly epoch: number;
  /** Sequence of the first record; the frame's records take first .. first + count - 1. */
  readonly firstSequence: number;
  /** Number of event records; at least 1. */
  readonly count: number;
  /** Log time of every record in it, microseconds since 1970 UTC; never below the head's. */
  readonly frameTimeUs: number;
  /** The records, back to back. The engine must not keep a reference after the outcome. */
  readonly records: Uint8Array;
}

/** A stored event frame, verified by the reader: chain, hash, epoch and sequence are right. */
export interface Frame extends FrameDraft {
  /** Dense number of the event frame, from 1. */
  readonly frameNumber: number;
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
  /** Opaque to everybody but the engine; `read` accepts it as a hint. */
  readonly cursor: number;
}

/** A stored log record (templates of kind `log`): in the chain, but without an event sequence. */
export interface LogRecord {
  readonly epoch: number;
  /** Last event sequence before it. */
  readonly headSequence: number;
  /** One record in the catalogue's layout. */
  readonly record: Uint8Array;
}

export interface Head {
  /** Last event sequence; 0 when empty. */
  readonly sequence: number;
  readonly frameNumber: number;
  readonly frameTimeUs: number;
  readonly epoch: number;
  /** Hash of the last event frame; 32 zero bytes when empty. */
  readonly hash: Uint8Array;
}

/** From the weakest promise to the strongest; the places are those of the EngineDeclared record. */
export const DURABILITIES = [
  'memory',
  'os-cache',
  'quorum-memory',
  'fsync',
  'fsync+quorum',
] as const;

export type Durability = (typeof DURABILITIES)[number];

/**
 * How an append ended.
 * - `committed`: the frame is stored as durably as the engine declares, once, and is the new head.
 * - `conflict`: the expected head is not the head; nothing was written. Re-read before going on.
 * - `fenced`: a later epoch exists; this writer must stop for good. Nothing that counts was written.
 * - `unknown`: it may or may not be stored. Nothing may be appended until `resolve` has told which.
 * - `rejected`: the draft breaks a rule of the port (too large, empty, sequence not dense); a bug.
 * - `unavailable`: certainly not written (disk full before the write, broker refused). The engine
 *   is closed to writing where a retry could hide a loss (any fsync error); `detail` says so.
 */
export type AppendOutcome =
  | { readonly kind: 'committed'; readonly head: Head }
  | { readonly kind: 'conflict'; readonly head: Head }
  | { readonly kind: 'fenced'; readonly epoch: number }
  | { readonly kind: 'unknown'; readonly detail: string }
  | { readonly kind: 'rejected'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly detail: string };

export interface EventLog {
  /** What a `committed` outcome means here. Declared, probed where it can be, and logged at start. */
  readonly durability: Durability;
  /** Name and version of the engine, for the EngineDeclared record. */
  readonly engine: string;

  /**
   * Appends one frame after `expectedHead` (a sequence). Resolves when the outcome is known; never
   * rejects. At most one append may be pending; the engine refuses a second one as `rejected`.
   */
  append(frame: FrameDraft, expectedHead: number): Promise<AppendOutcome>;

  /** Appends log records to the chain; same outcomes, no event sequence is used. */
  appendLogRecords(records: readonly Uint8Array[], epoch: number): Promise<AppendOutcome>;

  /**
   * After `unknown`: reads back and tells what happened to the frame (omit it when the unknown
   * append was of log records). `committed` or `unavailable` (certainly not stored and it never
   * will be); `unknown` again when the engine still cannot say. A new `claim` settles it: what has
   * not landed before the claim is inert.
   */
  resolve(frame?: FrameDraft): Promise<AppendOutcome>;

  /**
   * Claims the log for writing: the epoch becomes head's epoch + 1 and is recorded durably (as an
   * EpochOpened log record), so that every frame of an older writer that lands later is inert for
   * every reader. Needed once before the first append; throws LogUnavailable when it cannot.
   */
  claim(): Promise<{ readonly epoch: number; readonly head: Head }>;

  /**
   * Frames whose last sequence is >= `fromSequence`, in order, to the durable head at the time of
   * the call. Every frame is verified (hash, chain from the first one read, epoch, density). The
   * first wrong one throws LogCorruption, after the good ones before it were yielded.
   */
  read(fromSequence: number): AsyncIterable<Frame>;

  /** As `read`, then goes on with every frame that becomes durable, until `signal` aborts. */
  follow(fromSequence: number, signal: AbortSignal): AsyncIterable<Frame>;

  /** All log records, in order. */
  readLogRecords(): AsyncIterable<LogRecord>;

  /** The durable head. */
  head(): Promise<Head>;

  /** Finishes pending work, records a clean stop where the engine has one, releases the log. */
  close(): Promise<void>;
}

/** A stored byte is not what was written, or the order is wrong. Never repaired silently. */
export class LogCorruption extends Error {
  constructor(
    message: string,
    /** Where: file and byte offset, or stream and position. */
    readonly where: string,
    /** Last event sequence that is good. */
    readonly lastGoodSequence: number,
  ) {
    super(`${message} (${where}; good up to sequence ${String(lastGoodSequence)})`);
    this.name = 'LogCorruption';
  }
}

/** Another process holds the log. */
export class LogLocked extends Error {
  constructor(
    where: string,
    holder: string,
    remedy = 'stop that process or choose another --data-dir',
  ) {
    super(`${where} is in use by ${holder}; ${remedy}`);
    this.name = 'LogLocked';
  }
}

/** The URL names no log; the message says what is expected and never repeats a password. */
export class LogUrlError extends Error {
  override readonly name = 'LogUrlError';
}

/** The engine cannot do this now; nothing that counts was written. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}
