import type { EventLog } from '#libs/event-log';
import type { FileSystemPort } from './file-system.js';
import type { FrameIndex } from './frame-index.js';

export interface FileLogOptions {
  readonly directory: string;
  /** The real disk by default. */
  readonly fs?: FileSystemPort;
  /** A segment is closed before it would grow beyond this; 64 MiB by default. */
  readonly segmentBytes?: number;
  /** Takes no lock and changes nothing; may be open while another process writes. */
  readonly readOnly?: boolean;
  /** For a reader: damage that a second copy makes good is damage all the same. */
  readonly strict?: boolean;
  /** `os-cache` leaves fdatasync out: for measuring, a power failure may ruin the log. */
  readonly durability?: 'fsync' | 'os-cache';
  /** 1 to 32 bytes, in every segment, so that segments of two logs are never mixed. */
  readonly logName?: string;
  /** HEAD is written at most this long after an acknowledged frame; 1,000 by default. */
  readonly headIntervalMs?: number;
  /** How often a read-only follower looks; 20 by default. */
  readonly pollMs?: number;
  /** For a reader in the writer's process: how far the log is durable, before the files prove it. */
  readonly durable?: DurableSignal;
  /** For a reader that keeps no frame of `follow` when it asks for the next: all share one buffer. */
  readonly isTransient?: boolean;
  /** For readers of one process: a follower notes places in it, so that others find theirs at once. */
  readonly index?: FrameIndex;
  /** 16 bytes that no other claimant has; random by default. */
  readonly claimant?: () => Uint8Array;
  /** Calls `action` later; answers what cancels it. The process's timer by default. */
  readonly schedule?: Schedule;
}

/** The writer's own word on its durable head. */
export interface DurableSignal {
  /** Last sequence that is certainly durable. */
  sequence(): number;
  /** Resolves when it is beyond `since`, when `signal` aborts, or after `patienceMs`. */
  changed(since: number, patienceMs: number, signal: AbortSignal): Promise<void>;
}

export type Schedule = (delayMs: number, action: () => void) => () => void;

/** The file log, whichever way it was opened. */
export interface FileLog extends EventLog {
  /** What opening found and put right: a torn tail, a torn slot of HEAD. For the operator. */
  readonly notices: readonly string[];
}

export const ENGINE = 'file 1';
export const SEGMENT_BYTES_DEFAULT = 64 * 1024 * 1024;
export const HEAD_INTERVAL_MS_DEFAULT = 1000;
export const POLL_MS_DEFAULT = 20;

export const processTimer: Schedule = (delayMs, action) => {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
};
