/** Where time comes from. The core never sees it: only the sequencer turns it into log time. */
export interface Clock {
  /** Microseconds since 1970 UTC. */
  nowUs(): number;
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowUs: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
};
