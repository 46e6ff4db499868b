/** Limits of the publishers' stream: what a connection may cost, and how long it may be silent. */
export interface StreamLimits {
  /** Connections served at once. */
  readonly connections: number;
  /** Of them, connections that have not said hello. */
  readonly handshakes: number;
  /** Seconds until the hello must have come. */
  readonly handshakeS: number;
  /** Seconds after which a side that has nothing to say sends a heartbeat. */
  readonly heartbeatS: number;
  /** Seconds of silence after which a connection is ended. */
  readonly silenceS: number;
  /** Seconds that a connection that was ended may stay half open. */
  readonly lingerS: number;
  /** Bytes sent and not yet read; beyond, the connection is ended. */
  readonly unreadBytes: number;
  /** Events behind the head in which acknowledgements are looked up again. */
  readonly ackWindow: number;
}

export const STREAM_LIMITS: StreamLimits = {
  connections: 128,
  handshakes: 32,
  handshakeS: 5,
  heartbeatS: 10,
  silenceS: 30,
  lingerS: 5,
  unreadBytes: 16 * 1024 * 1024,
  ackWindow: 1_000_000,
};

/** Calls an action every second until it is cancelled; a simulation brings its own. */
export type EverySecond = (action: () => void) => () => void;

export const everySecond: EverySecond = (action) => {
  const timer = setInterval(action, 1_000);
  timer.unref();
  return () => clearInterval(timer);
};
