/** What the streams may cost. Memory for subscribers is at most connections x (bytes + a message). */
export interface StreamLimits {
  /** Connections in all. */
  readonly connections: number;
  /** Connections with one token. */
  readonly connectionsPerToken: number;
  readonly subscriptionsPerConnection: number;
  /** Bytes that wait for one subscriber; beyond, it is served out of the log at its own pace. */
  readonly bufferedBytes: number;
  /** Below so many waiting bytes a subscriber that is catching up gets more. */
  readonly drainedBytes: number;
  /** A subscriber that takes nothing for so long, with bytes waiting, is dropped. */
  readonly stallMs: number;
  /** So often within a minute the waiting bytes may go beyond the limit. */
  readonly overflowsPerMinute: number;
  /** Largest message of a client. */
  readonly messageBytes: number;
  /** Messages of a client a second, on average, and at once. */
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  /** Refused messages after which a connection is ended. */
  readonly faults: number;
  readonly authenticationMs: number;
  /** A connection that says nothing for so long, not even a pong, is ended. */
  readonly silenceMs: number;
  readonly heartbeatMs: number;
  /** Size of all snapshots that one subscription begins with. */
  readonly snapshotBytes: number;
  readonly snapshotAccounts: number;
  /** How long a subscription from beyond the head waits for the log to come there. */
  readonly headPatienceMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  connections: 512,
  connectionsPerToken: 256,
  subscriptionsPerConnection: 64,
  bufferedBytes: 512 * 1024,
  drainedBytes: 128 * 1024,
  stallMs: 10_000,
  overflowsPerMinute: 20,
  messageBytes: 4096,
  messagesPerSecond: 50,
  messageBurst: 200,
  faults: 100,
  authenticationMs: 5_000,
  silenceMs: 45_000,
  heartbeatMs: 5_000,
  snapshotBytes: 256 * 1024,
  snapshotAccounts: 200,
  headPatienceMs: 2_000,
};
