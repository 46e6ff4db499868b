import { MalformedMessage } from './malformed-message.js';
import { MessageSplitter } from './message-splitter.js';
import { REFUSED, refusalRules } from './refusals.js';
import { type Ack, decodeReleased, encodeReleased, forEachAck } from './released.js';
import {
  decodeHello,
  decodeRefused,
  decodeWelcome,
  encodeBatchHead,
  encodeHeartbeat,
  encodeHello,
  encodeRefused,
  encodeWelcome,
} from './stream-messages.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const hello = { protocol: 2, subscribeFrom: 0, ackFrom: 7, publisher: 'venue', token: 'secret' };
const welcome = {
  ...{ protocol: 2, publisher: 3, lastPublisherSequence: 9, headSequence: 70, ackFrom: 8 },
  ...{ heartbeatS: 10, silenceS: 30 },
};
const released = {
  ...{ frame: 5, firstSequence: 71, count: 4, frameTimeUs: 1_000, lastPublisherSequence: 12 },
  ...{ runs: [10, 71, 2, 12, 74, 1], refusals: [11, 110], records: Uint8Array.of(1, 2) },
};

describe('messages of the stream', () => {
  it.each([
    [
      'hello',
      encodeHello(hello),
      '240000000102000000000000000000070000000000000005' + '76656e756506736563726574',
    ],
    ['batch', encodeBatchHead(98, 0), '6f000000020000000000000000'],
    [
      'welcome',
      encodeWelcome(welcome),
      '27000000030200030000000900000000000000460000000000000008000000000000000a001e00',
    ],
    ['refused', encodeRefused({ code: 23, text: 'gap' }), '0a0000000517006761' + '70'],
    ['heartbeat', encodeHeartbeat(), '0500000006'],
    [
      'released',
      encodeReleased(released),
      '65000000040500000000000000470000000000000004000000e8030000000000000c00000000000000' +
        '02000000010000000a00000000000000470000000000000002000000' +
        '0c000000000000004a00000000000000010000000b000000000000006e000102',
    ],
  ])('%s has these bytes', (_name, bytes, expected) => {
    expect(hex(bytes)).toBe(expected);
  });

  it('say the same when they are read', () => {
    expect(decodeHello(encodeHello(hello))).toEqual(hello);
    expect(decodeWelcome(encodeWelcome(welcome))).toEqual(welcome);
    const refused = { code: 41, text: 'too slow' };
    expect(decodeRefused(encodeRefused(refused))).toEqual(refused);
    expect(decodeReleased(encodeReleased(released))).toEqual({
      ...released,
      runs: [
        { firstNumber: 10, firstSequence: 71, count: 2 },
        { firstNumber: 12, firstSequence: 74, count: 1 },
      ],
      refusals: [{ number: 11, reason: 110 }],
    });
  });

  it('acknowledge each input with its sequence and outcome', () => {
    const acks: Ack[] = [];
    forEachAck(decodeReleased(encodeReleased(released)), (ack) => acks.push(ack));
    const common = { frame: 5, timeUs: 1_000 };
    expect(acks).toEqual([
      { number: 10, sequence: 71, reason: 0, ...common },
      { number: 11, sequence: 72, reason: 110, ...common },
      { number: 12, sequence: 74, reason: 0, ...common },
    ]);
  });

  it.each([
    ['is cut off', hello, (bytes: Uint8Array) => bytes.subarray(0, 20)],
    ['has a name beyond its end', hello, (bytes: Uint8Array) => bytes.fill(200, 23, 24)],
    ['has a token beyond its end', hello, (bytes: Uint8Array) => bytes.fill(9, 29, 30)],
    ['goes on', hello, (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.of(1)])],
    ['has no name', { ...hello, publisher: '' }, (bytes: Uint8Array) => bytes],
    ['has a name that is not UTF-8', hello, (bytes: Uint8Array) => bytes.fill(0xff, 24, 25)],
    ['has a token that is not UTF-8', hello, (bytes: Uint8Array) => bytes.fill(0xc0, 30, 31)],
    ['wants a negative sequence', hello, (bytes: Uint8Array) => bytes.fill(0xff, 7, 15)],
    ['wants a number beyond 2^53', hello, (bytes: Uint8Array) => bytes.fill(0x7f, 15, 23)],
  ])('a hello that %s is none', (_name, from, change) => {
    expect(() => decodeHello(change(encodeHello(from)))).toThrow(MalformedMessage);
  });

  it('released that is cut off is none', () => {
    const bytes = encodeReleased(released);
    expect(() => decodeReleased(bytes.subarray(0, 30))).toThrow(MalformedMessage);
    expect(() => decodeReleased(bytes.subarray(0, 60))).toThrow(MalformedMessage);
  });

  it('are cut out of the stream wherever it is divided', () => {
    const stream = Buffer.concat([encodeHello(hello), encodeHeartbeat(), encodeReleased(released)]);
    for (let cut = 1; cut < stream.length; cut++) {
      const kinds: number[] = [];
      const splitter = new MessageSplitter(1000, (kind) => kinds.push(kind));
      splitter.push(stream.subarray(0, cut));
      splitter.push(stream.subarray(cut));
      expect(kinds).toEqual([1, 6, 4]);
    }
    const splitter = new MessageSplitter(50, () => undefined);
    expect(() => splitter.push(encodeReleased(released))).toThrow(RangeError);
  });

  it('have a rule for every code of a refusal, under names of their own', () => {
    const codes = Object.values(REFUSED).map(String);
    expect(Object.keys(refusalRules)).toEqual(codes);
    const names = Object.values(refusalRules).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
