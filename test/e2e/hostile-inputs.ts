import { layouts, type MessageNamed, offsetsOf, recordLengthOf, writeRecord } from '#libs/events';
import type { PublisherInput } from '#libs/sdk';
import { encodeBatchHead, encodeHello, PROTOCOL_VERSION, REFUSED } from '#libs/wire';
import { inFirstVersion } from '../support/first-version.js';
import { tradeOf } from '../support/stream-world.js';

const T = offsetsOf('TradeReported');
const P = offsetsOf('PriceObserved');
const BEYOND = 0x7fff_ffff;

/** What is sent, and how the node must answer: with a refused code, or with a numbered rejection. */
export interface HostileInput {
  readonly name: string;
  /** Code of `refused`; 0 when the connection goes on. */
  readonly code: number;
  /** Reason with which the next number is acknowledged; none when it is not. */
  readonly reason?: number;
  /** What is sent on a welcome connection of this publisher whose next number is this. */
  readonly bytes: (publisher: number, next: number) => Uint8Array;
}

export function recordOf(input: PublisherInput, publisher: number, number: number): Buffer {
  const message = { ...input, publisher, publisherSequence: number };
  const record = Buffer.alloc(recordLengthOf(message));
  writeRecord(new DataView(record.buffer, record.byteOffset), 0, message, 0);
  return input.type === 'TradeReported' ? inFirstVersion(record) : record;
}

export function batchOf(...records: readonly Uint8Array[]): Buffer {
  const all = Buffer.concat(records);
  return Buffer.concat([encodeBatchHead(all.length, 0), all]);
}

function u32(at: number, value: number): (record: Buffer) => unknown {
  return (record) => record.writeUInt32LE(value, at);
}

function u16(at: number, value: number): (record: Buffer) => unknown {
  return (record) => record.writeUInt16LE(value, at);
}

function u8(at: number, value: number): (record: Buffer) => unknown {
  return (record) => record.writeUInt8(value, at);
}

function i64(at: number, value: bigint): (record: Buffer) => unknown {
  return (record) => record.writeBigInt64LE(value, at);
}

const sound = tradeOf(1);
const price: PublisherInput = {
  ...{ type: 'PriceObserved', instrument: 1, priceTicks: 400_000 },
  ...{ observedAt: 1_621_382_400_000_000, confidencePpm: 1_000_000 },
};

type SurfacePoint = MessageNamed<'VolatilitySurfaceObserved'>['points'][number];
const strike: SurfacePoint = { expiryPlace: 0, strikeTicks: 300_000, volatilityPpm: 600_000 };
const surface: PublisherInput = {
  ...{ type: 'VolatilitySurfaceObserved', instrument: 1, confidencePpm: 1_000_000 },
  observedAt: price.observedAt,
  expiries: [{ expiry: 1_900_000_000_000_000, forwardTicks: 400_000 }],
  points: [strike, { ...strike, strikeTicks: 400_000 }],
};
const arbitrage = [
  { ...strike, volatilityPpm: 9_000_000 },
  { ...strike, strikeTicks: 400_000 },
];

/** A sound input in which something is changed. */
function changed(
  name: string,
  expected: { code: number } | { reason: number },
  change: (record: Buffer) => unknown,
  input: PublisherInput = sound,
): HostileInput {
  const bytes = (publisher: number, next: number): Buffer => {
    const record = recordOf(input, publisher, next);
    change(record);
    return batchOf(record);
  };
  return 'code' in expected
    ? { name, code: expected.code, bytes }
    : { name, code: 0, reason: expected.reason, bytes };
}

/** An input that is sound as bytes and breaks a rule of the house. */
function refused(name: string, reason: number, fields: object, from = sound): HostileInput {
  return changed(name, { reason }, () => undefined, { ...from, ...fields });
}

/** Bytes that are no batch of records. */
function framing(
  name: string,
  code: number,
  bytes: (publisher: number, next: number) => Uint8Array,
): HostileInput {
  return { name, code, bytes };
}

const malformed = { code: REFUSED.malformed };
const notPermitted = { code: REFUSED.notPermitted };

const lengths: HostileInput[] = [0, 1, 15, 27, 97, 99, 8_193, 0xffff, BEYOND, 0xffff_ffff].map(
  (length) => changed(`a record that says ${String(length)} bytes`, malformed, u32(0, length)),
);

const headers: HostileInput[] = [
  changed('a cause distance', malformed, u32(4, 1)),
  changed('a shorter block', malformed, u16(8, 81)),
  changed('a longer block', malformed, u16(8, 0xffff)),
  changed('template 0', malformed, u16(10, 0)),
  changed('a template nobody knows', malformed, u16(10, 9_999)),
  changed('template 65,535', malformed, u16(10, 0xffff)),
  changed('schema 0', malformed, u16(12, 0)),
  changed('another schema', malformed, u16(12, 2)),
  changed('version 0', malformed, u16(14, 0)),
  changed('a version of the future', malformed, u16(14, 2)),
  changed('a price under the schema of another', malformed, u16(12, 7), price),
  changed('a price of version 0', malformed, u16(14, 0), price),
  changed('a price of a version of the future', malformed, u16(14, 99), price),
  changed('a price with the block of its first version', malformed, u16(8, 32), price),
  changed('a trade that calls itself a price', malformed, u16(10, 40)),
  changed('a price that calls itself a trade', malformed, u16(10, 30), price),
];

const numbers: HostileInput[] = [
  changed('number 0', { code: REFUSED.unnumbered }, i64(16, 0n)),
  changed('a negative number', malformed, i64(16, -1n)),
  changed('the smallest i64 as number', malformed, i64(16, -(2n ** 63n))),
  changed('number 2^53', malformed, i64(16, 2n ** 53n)),
  changed('the largest i64 as number', malformed, i64(16, 2n ** 63n - 1n)),
  framing('a number that leaves a gap', REFUSED.sequenceGap, (publisher, next) =>
    batchOf(recordOf(sound, publisher, next + 1)),
  ),
  framing('the largest number', REFUSED.sequenceGap, (publisher) =>
    batchOf(recordOf(sound, publisher, 2 ** 53 - 1)),
  ),
  framing('the first number again, same content', REFUSED.sequenceRepeated, (publisher) =>
    batchOf(recordOf(sound, publisher, 1)),
  ),
  framing('the first number again, other content', REFUSED.sequenceRepeated, (publisher) =>
    batchOf(recordOf(tradeOf(7), publisher, 1)),
  ),
  framing('two numbers the wrong way round', REFUSED.sequenceGap, (publisher, next) =>
    batchOf(recordOf(sound, publisher, next + 1), recordOf(sound, publisher, next)),
  ),
  changed('publisher 0', { code: REFUSED.otherPublisher }, u32(24, 0)),
  changed('the operator as publisher', { code: REFUSED.otherPublisher }, u32(24, 1)),
  changed('a publisher nobody knows', { code: REFUSED.otherPublisher }, u32(24, BEYOND)),
];

const values: HostileInput[] = [
  changed('a price beyond 2^53', malformed, i64(T.priceTicks, 2n ** 53n)),
  changed('a quantity below -2^53', malformed, i64(T.quantityLots, -(2n ** 60n))),
  changed('a time beyond 2^53', malformed, i64(T.executedAt, 2n ** 62n)),
  changed('a trade id beyond 2^53', malformed, i64(T.tradeId, 2n ** 63n - 1n)),
  changed('a match id beyond 2^53', malformed, i64(T.matchId, -(2n ** 63n))),
  changed('a liquidation order beyond 2^53', malformed, i64(T.liquidationOrder, 2n ** 54n)),
  changed('an unknown trade type', malformed, u8(T.tradeType, 3)),
  changed('an unknown aggressor', malformed, u8(T.aggressor, 255)),
  changed('an observed price beyond 2^53', malformed, i64(P.priceTicks, 2n ** 53n), price),
  refused('no lots', 110, { quantityLots: 0 }),
  refused('negative lots', 110, { quantityLots: -5 }),
  refused('more lots than there may be', 110, { quantityLots: 1_000_001 }),
  refused('the largest quantity', 110, { quantityLots: 2 ** 53 - 1 }),
  refused('price 0', 109, { priceTicks: 0 }),
  refused('a negative price', 109, { priceTicks: -400_000 }),
  refused('a price above the largest', 109, { priceTicks: 1_000_001 }),
  refused('a venue nobody knows', 102, { venue: 77 }),
  refused('venue 0', 102, { venue: 0 }),
  refused('an instrument nobody knows', 103, { instrument: 0xffff_ffff }),
  refused('instrument 0', 103, { instrument: 0 }),
  refused('a buyer nobody knows', 104, { buyer: 9_999 }),
  refused('buyer 0', 104, { buyer: 0 }),
  refused('a seller nobody knows', 105, { seller: 0xffff_ffff }),
  refused('a trade with oneself', 106, { buyer: 3, seller: 3 }),
  refused('a fill of an order that is not there', 114, { liquidationOrder: 4_097 }),
  refused('a negative liquidation order', 114, { liquidationOrder: -1 }),
  refused('an observed price of 0', 109, { priceTicks: 0 }, price),
  refused('an observed price of an unknown instrument', 103, { instrument: 5 }, price),
  refused('a surface on an unknown instrument', 103, { instrument: 5 }, surface),
  refused('a surface of nothing', 550, { expiries: [], points: [] }, surface),
  refused('a surface without volatilities', 550, { points: [] }, surface),
  refused('a surface that has expired', 550, { observedAt: 2 ** 51 }, surface),
  refused('volatilities of no expiry', 550, { points: [{ ...strike, expiryPlace: 255 }] }, surface),
  refused(
    'a volatility of 429,497 %',
    550,
    { points: [{ ...strike, volatilityPpm: 0xffff_ffff }] },
    surface,
  ),
  refused('a strike below 0', 550, { points: [{ ...strike, strikeTicks: -1 }] }, surface),
  refused('a put that costs more than a higher one', 551, { points: arbitrage }, surface),
];

const decisions: HostileInput[] = (
  [
    ...['TradeNovated', 'TradeRejected', 'InputRejected', 'MarginBreached', 'TimeAdvanced'],
    ...['LiquidationOrderIssued', 'RootRecorded', 'EngineDeclared', 'SweepContinued'],
    ...['CollateralDeposited', 'WithdrawalRequested', 'RulebookPublished', 'TimeJumpAccepted'],
    ...['PublisherRegistered', 'AccountOpened', 'LiquidationOrderAnswered', 'LogicActivated'],
  ] as const
).map((name) => {
  const { templateId } = layouts[name as keyof typeof layouts];
  return changed(`a ${name} of a publisher`, notPermitted, u16(10, templateId));
});

const hello = encodeHello({
  ...{ protocol: PROTOCOL_VERSION, subscribeFrom: 0, ackFrom: 0, publisher: 'venue', token: 'x' },
});
const header = (length: number, kind: number): Buffer => {
  const bytes = Buffer.alloc(Math.max(5, Math.min(length, 64)));
  bytes.writeUInt32LE(length, 0);
  bytes.writeUInt8(kind, 4);
  return bytes;
};

const frames: HostileInput[] = [
  framing('a second hello', REFUSED.protocol, () => hello),
  framing('a batch of 12 bytes', REFUSED.protocol, () => header(12, 2)),
  framing('a batch of no length', REFUSED.protocol, () => header(0, 2)),
  framing('a batch over a mebibyte', REFUSED.protocol, () => header((1 << 20) + 1, 2)),
  framing('a batch of 4 GiB', REFUSED.protocol, () => header(0xffff_ffff, 2)),
  framing('a heartbeat with something in it', REFUSED.protocol, () => header(9, 6)),
  framing('a heartbeat of 4 GiB', REFUSED.protocol, () => header(0xffff_ffff, 6)),
  framing('a welcome from the wrong side', REFUSED.protocol, () => header(39, 3)),
  framing('a released from the wrong side', REFUSED.protocol, () => header(49, 4)),
  framing('a refused from the wrong side', REFUSED.protocol, () => header(7, 5)),
  framing('message kind 0', REFUSED.protocol, () => header(5, 0)),
  framing('message kind 255', REFUSED.protocol, () => header(5, 255)),
  framing('a request of HTTP', REFUSED.protocol, () => Buffer.from('GET / HTTP/1.1\r\n\r\n')),
  framing('zeros', REFUSED.protocol, () => Buffer.alloc(4_096)),
  framing('ones', REFUSED.protocol, () => Buffer.alloc(4_096, 0xff)),
  framing('a batch whose time is negative', REFUSED.malformed, (publisher, next) => {
    const batch = batchOf(recordOf(sound, publisher, next));
    batch.writeBigInt64LE(-1n, 5);
    return batch;
  }),
  framing('a batch whose time is beyond 2^53', REFUSED.malformed, (publisher, next) => {
    const batch = batchOf(recordOf(sound, publisher, next));
    batch.writeBigInt64LE(2n ** 61n, 5);
    return batch;
  }),
  framing('a record longer than its batch', REFUSED.malformed, (publisher, next) => {
    const batch = batchOf(recordOf(sound, publisher, next));
    batch.writeUInt32LE(13 + 90, 0);
    return batch;
  }),
  {
    ...{ name: 'a refused trade, then a rest that is no record', code: REFUSED.malformed },
    reason: 110,
    bytes: (publisher, next) => {
      const empty = { ...sound, quantityLots: 0 } as PublisherInput;
      return batchOf(recordOf(empty, publisher, next), Buffer.alloc(5));
    },
  },
];

export const hostileInputs: readonly HostileInput[] = [
  ...[lengths, headers, numbers, values, decisions, frames].flat(),
];

/** First bytes of a connection that are no hello, and the code with which it ends. */
export const hostileHellos: readonly (readonly [name: string, code: number, bytes: Buffer])[] = [
  ['zeros', REFUSED.protocol, Buffer.alloc(64)],
  ['ones', REFUSED.protocol, Buffer.alloc(64, 0xff)],
  ['a request of HTTP', REFUSED.protocol, Buffer.from('POST / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['a TLS handshake', REFUSED.protocol, Buffer.from('16030100c8010000c40303', 'hex')],
  ['a batch', REFUSED.protocol, batchOf(recordOf(sound, 4, 1))],
  ['a heartbeat', REFUSED.protocol, header(5, 6)],
  ['a hello of 4 GiB', REFUSED.protocol, header(0xffff_ffff, 1)],
  ['a hello of a header alone', REFUSED.protocol, header(5, 1)],
  ['a hello of protocol 1', REFUSED.protocol, changedHello((bytes) => bytes.writeUInt16LE(1, 5))],
  ['a hello of protocol 3', REFUSED.protocol, changedHello((bytes) => bytes.writeUInt16LE(3, 5))],
  ['a name beyond its end', REFUSED.protocol, changedHello((bytes) => bytes.writeUInt8(250, 23))],
  ['an empty name', REFUSED.protocol, changedHello((bytes) => bytes.writeUInt8(0, 23))],
  [
    'a name that is not UTF-8',
    REFUSED.protocol,
    changedHello((bytes) => bytes.writeUInt8(255, 24)),
  ],
  ['a token that is not UTF-8', REFUSED.protocol, changedHello((b) => b.writeUInt8(0xc3, 30))],
  ['subscribe from -1', REFUSED.protocol, changedHello((b) => b.writeBigInt64LE(-1n, 7))],
  [
    'acks from 2^63 - 1',
    REFUSED.protocol,
    changedHello((b) => b.writeBigInt64LE(2n ** 63n - 1n, 15)),
  ],
];

function changedHello(change: (bytes: Buffer) => unknown): Buffer {
  const bytes = Buffer.from(hello);
  change(bytes);
  return bytes;
}
