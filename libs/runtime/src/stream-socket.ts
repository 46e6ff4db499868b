/**
 * What the publishers' stream needs of a connection: bytes in order, both ways, with back pressure.
 * A `Socket` of node:net is one; a simulation brings its own.
 */
export interface StreamSocket {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'error' | 'close' | 'drain', listener: () => void): unknown;
  off(event: 'close' | 'drain', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
  isPaused(): boolean;
  write(bytes: Uint8Array): boolean;
  /** Sends the last bytes, then closes. */
  end(bytes: Uint8Array): unknown;
  /** Closes at once. */
  destroy(): unknown;
  /** A chunk of `data` was taken: its memory may go. Absent where chunks are somebody else's. */
  free?(chunk: Buffer): void;
  /** Bytes written and not yet taken by the other side. */
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
}
