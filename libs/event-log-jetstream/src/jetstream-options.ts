import type { EventLog } from '#libs/event-log';
import type { ConnectionEnvironment } from './server-connection.js';

export interface JetStreamLogOptions {
  /** `nats://host:port/stream`, see jetstream-location.ts. */
  readonly url: string;
  /** Writes nothing, makes no stream; may be open while another process writes. */
  readonly readOnly?: boolean;
  /** Take the log from a writer that is alive; it is fenced by the claim. */
  readonly takeOver?: boolean;
  /** Where to remember how far the stream went; nowhere when absent. */
  readonly anchorDirectory?: string;
  /** Where credentials and certificates are; the process's environment by default. */
  readonly environment?: ConnectionEnvironment;
  /** How long one answer of the server may take; 5,000 by default. */
  readonly answerMs?: number;
  /** How long an outage may last before reading or resolving gives up; 30,000 by default. */
  readonly outageMs?: number;
  /** How often a follower looks; 20 by default. */
  readonly pollMs?: number;
  /** 16 bytes that no other claimant has; random by default. */
  readonly claimant?: () => Uint8Array;
}

/** A log on JetStream, whichever way it was opened. */
export interface JetStreamLog extends EventLog {
  /** For the operator: what its durability rests on. */
  readonly notices: readonly string[];
}

export const PATIENCE_DEFAULT = { answerMs: 5_000, outageMs: 30_000 };
export const POLL_MS_DEFAULT = 20;
/** Room for the headers that go with a frame; a server counts them as payload. */
export const HEADER_BYTES_MAX = 4 * 1024;
