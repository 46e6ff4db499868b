import { getInt64, invariant, putInt64 } from '#libs/units';
import { MalformedMessage } from './malformed-message.js';

/**
 * The publishers' binary stream, in both directions: messages of a 5-byte header (u32 length of the
 * whole message, u8 kind), little endian, without padding. Records inside are in the catalogue's
 * layout, so that what a publisher sends is what the log will hold. docs/binary-stream.md describes
 * it for other languages.
 */
export const STREAM = {
  /** Publisher, first: u16 protocol, i64 subscribeFrom, i64 ackFrom, u8 length and name, u8 length
   * and token. */
  hello: 1,
  /** Publisher: i64 log time (0: the node's clock), then input records back to back. Without
   * records it moves log time alone. */
  batch: 2,
  /** Node, first: u16 protocol, u32 publisher id, i64 last number, i64 durable head, i64 ackFrom,
   * u16 heartbeat and u16 silence in seconds. */
  welcome: 3,
  /** Node: what one durable frame says to this publisher; see released.ts. */
  released: 4,
  /** Node: u16 code, text. Nothing follows; the connection ends. */
  refused: 5,
  /** Both: nothing else. Says that the sender is there. */
  heartbeat: 6,
} as const;

export const PROTOCOL_VERSION = 2;
export const STREAM_HEADER_BYTES = 5;
/** Largest batch that a publisher may send. */
export const STREAM_MESSAGE_BYTES_MAX = 1 << 20;
export const BATCH_HEAD_BYTES = STREAM_HEADER_BYTES + 8;
/** Largest message that a node sends: one frame's decisions and what is around them. */
export const RELEASED_BYTES_MAX = 16 * 1024 * 1024;
export const PUBLISHER_NAME_BYTES_MAX = 64;
export const TOKEN_BYTES_MAX = 128;

const HELLO_BYTES_MIN = STREAM_HEADER_BYTES + 20;
/** Largest hello. */
export const HELLO_BYTES_MAX = HELLO_BYTES_MIN + PUBLISHER_NAME_BYTES_MAX + TOKEN_BYTES_MAX;
const WELCOME_BYTES = STREAM_HEADER_BYTES + 34;

export interface Hello {
  readonly protocol: number;
  /** First sequence from which decisions are wanted; 0 for acknowledgements only. */
  readonly subscribeFrom: number;
  /** First number whose acknowledgement is wanted again; 0 for new ones only. */
  readonly ackFrom: number;
  readonly publisher: string;
  /** Secret of the grant; empty where none is asked for. */
  readonly token: string;
}

export interface Welcome {
  readonly protocol: number;
  /** Id of the publisher, for its records. */
  readonly publisher: number;
  /** Last number of the session that is durable: go on with the next. */
  readonly lastPublisherSequence: number;
  readonly headSequence: number;
  /** First number whose acknowledgement follows. Above the one asked for: those before it are too
   * old to be told. */
  readonly ackFrom: number;
  /** Send something at least so often, seconds; so does the node. */
  readonly heartbeatS: number;
  /** A side that heard nothing for so long ends the connection, seconds. */
  readonly silenceS: number;
}

export interface Refused {
  /** A REFUSED code. */
  readonly code: number;
  readonly text: string;
}

/** A message of so many bytes with its header. */
export function startMessage(bytes: number, kind: number): DataView {
  const view = new DataView(new ArrayBuffer(bytes));
  view.setUint32(0, bytes, true);
  view.setUint8(4, kind);
  return view;
}

export function encodeHello(hello: Hello): Uint8Array {
  const encoder = new TextEncoder();
  const name = encoder.encode(hello.publisher);
  const token = encoder.encode(hello.token);
  invariant(name.length <= PUBLISHER_NAME_BYTES_MAX, 'a publisher name is short');
  invariant(token.length <= TOKEN_BYTES_MAX, 'a token is short');
  const view = startMessage(HELLO_BYTES_MIN + name.length + token.length, STREAM.hello);
  const bytes = bytesOf(view);
  view.setUint16(5, hello.protocol, true);
  putInt64(view, 7, hello.subscribeFrom);
  putInt64(view, 15, hello.ackFrom);
  view.setUint8(23, name.length);
  bytes.set(name, 24);
  view.setUint8(24 + name.length, token.length);
  bytes.set(token, 25 + name.length);
  return bytes;
}

/** Version that a hello of any protocol asks for; 0 when it is too short to say. */
export function protocolOfHello(message: Uint8Array): number {
  return message.length < 7 ? 0 : viewOf(message).getUint16(5, true);
}

/** @throws MalformedMessage */
export function decodeHello(message: Uint8Array): Hello {
  const view = viewOf(message);
  if (message.length < HELLO_BYTES_MIN) throw new MalformedMessage('a hello is cut off');
  const nameEnd = 24 + view.getUint8(23);
  if (nameEnd + 1 > message.length) throw new MalformedMessage('its name is cut off');
  if (nameEnd === 24) throw new MalformedMessage('a hello names its publisher');
  const tokenEnd = nameEnd + 1 + view.getUint8(nameEnd);
  if (tokenEnd !== message.length) throw new MalformedMessage('its token is cut off, or goes on');
  return {
    protocol: view.getUint16(5, true),
    subscribeFrom: countAt(view, 7, 'subscribeFrom'),
    ackFrom: countAt(view, 15, 'ackFrom'),
    publisher: textOf(message.subarray(24, nameEnd), 'its name'),
    token: textOf(message.subarray(nameEnd + 1), 'its token'),
  };
}

/** Head of a batch of so many bytes of records, which follow it on the stream. */
export function encodeBatchHead(recordBytes: number, timeUs: number): Uint8Array {
  const view = startMessage(BATCH_HEAD_BYTES, STREAM.batch);
  view.setUint32(0, BATCH_HEAD_BYTES + recordBytes, true);
  putInt64(view, 5, timeUs);
  return bytesOf(view);
}

export function encodeWelcome(welcome: Welcome): Uint8Array {
  const view = startMessage(WELCOME_BYTES, STREAM.welcome);
  view.setUint16(5, welcome.protocol, true);
  view.setUint32(7, welcome.publisher, true);
  putInt64(view, 11, welcome.lastPublisherSequence);
  putInt64(view, 19, welcome.headSequence);
  putInt64(view, 27, welcome.ackFrom);
  view.setUint16(35, welcome.heartbeatS, true);
  view.setUint16(37, welcome.silenceS, true);
  return bytesOf(view);
}

export function decodeWelcome(message: Uint8Array): Welcome {
  const view = viewOf(message);
  return {
    protocol: view.getUint16(5, true),
    publisher: view.getUint32(7, true),
    lastPublisherSequence: getInt64(view, 11),
    headSequence: getInt64(view, 19),
    ackFrom: getInt64(view, 27),
    heartbeatS: view.getUint16(35, true),
    silenceS: view.getUint16(37, true),
  };
}

export function encodeRefused({ code, text }: Refused): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const view = startMessage(STREAM_HEADER_BYTES + 2 + bytes.length, STREAM.refused);
  view.setUint16(5, code, true);
  bytesOf(view).set(bytes, 7);
  return bytesOf(view);
}

export function decodeRefused(message: Uint8Array): Refused {
  const text = new TextDecoder().decode(message.subarray(7));
  return { code: viewOf(message).getUint16(5, true), text };
}

export function encodeHeartbeat(): Uint8Array {
  return bytesOf(startMessage(STREAM_HEADER_BYTES, STREAM.heartbeat));
}

export function viewOf(message: Uint8Array): DataView {
  return new DataView(message.buffer, message.byteOffset, message.byteLength);
}

export function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Whether 8 bytes are an i64 from 0 to 2^53 - 1, told without throwing. */
export function isCountAt(view: DataView, at: number): boolean {
  const high = view.getInt32(at + 4, true);
  return high >= 0 && high <= 0x1fffff;
}

function countAt(view: DataView, at: number, name: string): number {
  if (!isCountAt(view, at)) throw new MalformedMessage(`${name} is not in 0..2^53 - 1`);
  return getInt64(view, at);
}

function textOf(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new MalformedMessage(`${what} is not UTF-8`);
  }
}
