import { getInt64, invariant, putInt64 } from '#libs/units';

/**
 * The publishers' binary stream, in both directions: messages of a 5-byte header (u32 length of the
 * whole message, u8 kind), little endian. Records inside are in the catalogue's layout, so that what
 * a publisher sends is what the log will hold.
 */
export const STREAM = {
  /** Publisher: u16 protocol, i64 subscribeFrom (0: acknowledgements only), name. */
  hello: 1,
  /** Publisher: i64 log time (0: the node's clock), then input records back to back. Without
   * records it moves log time alone. */
  batch: 2,
  /** Node: u32 publisher id, i64 its last sequence, i64 durable head. */
  welcome: 3,
  /** Node: i64 firstSequence, u32 count, i64 frameTime, i64 lastPublisherSequence, then pairs of
   * i64 sequence and record: refusals of this publisher, and, when subscribed, all decisions and
   * withdrawal requests. */
  released: 4,
  /** Node: u16 code, text. The connection ends. */
  refused: 5,
} as const;

export const PROTOCOL_VERSION = 1;
export const STREAM_HEADER_BYTES = 5;
/** Largest message that a publisher may send. */
export const STREAM_MESSAGE_BYTES_MAX = 1 << 20;
export const BATCH_HEAD_BYTES = STREAM_HEADER_BYTES + 8;
export const RELEASED_HEAD_BYTES = STREAM_HEADER_BYTES + 28;

export interface Hello {
  readonly protocol: number;
  /** First sequence from which decisions are wanted; 0 for acknowledgements only. */
  readonly subscribeFrom: number;
  readonly publisher: string;
}

export interface Welcome {
  readonly publisher: number;
  readonly lastPublisherSequence: number;
  readonly headSequence: number;
}

/** What became durable, as one frame. */
export interface Released {
  readonly firstSequence: number;
  readonly count: number;
  readonly frameTimeUs: number;
  readonly lastPublisherSequence: number;
  /** Pairs of i64 sequence and record, back to back. */
  readonly records: Uint8Array;
}

function start(bytes: number, kind: number): DataView {
  const view = new DataView(new ArrayBuffer(bytes));
  view.setUint32(0, bytes, true);
  view.setUint8(4, kind);
  return view;
}

function asBytes(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

export function encodeHello(hello: Hello): Uint8Array {
  const name = new TextEncoder().encode(hello.publisher);
  const view = start(STREAM_HEADER_BYTES + 10 + name.length, STREAM.hello);
  view.setUint16(5, hello.protocol, true);
  putInt64(view, 7, hello.subscribeFrom);
  asBytes(view).set(name, 15);
  return asBytes(view);
}

export function decodeHello(message: Uint8Array): Hello {
  const view = viewOf(message);
  invariant(message.length >= 16, 'a hello names its publisher');
  return {
    protocol: view.getUint16(5, true),
    subscribeFrom: getInt64(view, 7),
    publisher: new TextDecoder('utf-8', { fatal: true }).decode(message.subarray(15)),
  };
}

/** Head of a batch of so many bytes of records, which follow it on the stream. */
export function encodeBatchHead(recordBytes: number, timeUs: number): Uint8Array {
  const view = start(BATCH_HEAD_BYTES, STREAM.batch);
  view.setUint32(0, BATCH_HEAD_BYTES + recordBytes, true);
  putInt64(view, 5, timeUs);
  return asBytes(view);
}

export function encodeWelcome(welcome: Welcome): Uint8Array {
  const view = start(STREAM_HEADER_BYTES + 20, STREAM.welcome);
  view.setUint32(5, welcome.publisher, true);
  putInt64(view, 9, welcome.lastPublisherSequence);
  putInt64(view, 17, welcome.headSequence);
  return asBytes(view);
}

export function decodeWelcome(message: Uint8Array): Welcome {
  const view = viewOf(message);
  return {
    publisher: view.getUint32(5, true),
    lastPublisherSequence: getInt64(view, 9),
    headSequence: getInt64(view, 17),
  };
}

export function encodeReleased(released: Released): Uint8Array {
  const view = start(RELEASED_HEAD_BYTES + released.records.length, STREAM.released);
  putInt64(view, 5, released.firstSequence);
  view.setUint32(13, released.count, true);
  putInt64(view, 17, released.frameTimeUs);
  putInt64(view, 25, released.lastPublisherSequence);
  asBytes(view).set(released.records, RELEASED_HEAD_BYTES);
  return asBytes(view);
}

export function decodeReleased(message: Uint8Array): Released {
  const view = viewOf(message);
  return {
    firstSequence: getInt64(view, 5),
    count: view.getUint32(13, true),
    frameTimeUs: getInt64(view, 17),
    lastPublisherSequence: getInt64(view, 25),
    records: message.subarray(RELEASED_HEAD_BYTES),
  };
}

export function encodeRefused(code: number, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const view = start(STREAM_HEADER_BYTES + 2 + bytes.length, STREAM.refused);
  view.setUint16(5, code, true);
  asBytes(view).set(bytes, 7);
  return asBytes(view);
}

export function decodeRefused(message: Uint8Array): { code: number; text: string } {
  const text = new TextDecoder().decode(message.subarray(7));
  return { code: viewOf(message).getUint16(5, true), text };
}

function viewOf(message: Uint8Array): DataView {
  return new DataView(message.buffer, message.byteOffset, message.byteLength);
}
