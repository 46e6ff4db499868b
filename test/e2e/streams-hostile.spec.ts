import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { RawStream } from './raw-stream.js';
import { Feeder, FollowedNode } from './followed-node.js';
import { FallingMarket } from './falling-market.js';

const directory = new TemporaryDirectory();
const node = new FollowedNode(directory.in('data'));
let member = '';

beforeAll(async () => {
  ensureBuilt();
  await node.start();
  member = node.addToken({ name: 'm1', role: 'member', member: 'M1' });
  const feeder = new Feeder(node);
  await feeder.connect();
  feeder.send(new FallingMarket(5).genesis());
  await feeder.settled();
  feeder.close();
});
afterAll(async () => {
  await node.stop();
  directory.remove();
});

const sub = (fields: object): string =>
  JSON.stringify({ op: 'subscribe', channel: 'margin', account: 'A0001', ...fields });

/** What a member says, and the code with which it is refused. */
const refused: readonly (readonly [code: string, text: string])[] = [
  ...['', ' ', '{', '}', '{"op":', 'null', 'true', '0', '-1', '1e999', '"subscribe"', '[]'].map(
    (text) => ['not-json', text] as const,
  ),
  ['not-json', '[{"op":"ping"}]'],
  ['not-json', "{'op':'ping'}"],
  ['not-json', '{"op":"ping"}{"op":"ping"}'],
  ['not-json', '\u0000'],
  ['not-json', '<op>ping</op>'],
  ['not-json', '['.repeat(4000)],
  ['unknown-op', '{}'],
  ['unknown-op', '{"op":null}'],
  ['unknown-op', '{"op":1}'],
  ['unknown-op', '{"op":["subscribe"]}'],
  ['unknown-op', '{"op":{}}'],
  ['unknown-op', '{"op":"SUBSCRIBE"}'],
  ['unknown-op', '{"op":"__proto__"}'],
  ['unknown-op', '{"op":"constructor"}'],
  ['unknown-op', '{"op":"toString"}'],
  ['unknown-op', '{"op":"submit","type":"TradeReported"}'],
  ['unknown-field', '{"op":"ping","__proto__":1}'],
  ['unknown-field', '{"op":"ping","token":"x"}'],
  ['unknown-field', sub({ member: 'M2' })],
  ['unknown-field', sub({ to: '5' })],
  ['invalid-field', '{"op":"subscribe"}'],
  ['invalid-field', '{"op":"ping","nonce":1}'],
  ['invalid-field', `{"op":"ping","nonce":"${'x'.repeat(37)}"}`],
  ['invalid-field', sub({ channel: null })],
  ['invalid-field', sub({ channel: 7 })],
  ['invalid-field', sub({ channel: ['margin'] })],
  ['invalid-field', sub({ channel: 'x'.repeat(65) })],
  ['unknown-channel', sub({ channel: 'Margin' })],
  ['unknown-channel', sub({ channel: 'margin ' })],
  ['unknown-channel', sub({ channel: 'liquidation' })],
  ['unknown-channel', sub({ channel: '*' })],
  ['unknown-channel', sub({ channel: '__proto__' })],
  ['unknown-channel', sub({ channel: 'constructor' })],
  ['invalid-field', sub({ account: '' })],
  ['invalid-field', sub({ account: 5 })],
  ['invalid-field', sub({ account: { name: 'A0001' } })],
  ['invalid-field', sub({ account: 'A'.repeat(33) })],
  ['unknown-account', sub({ account: 'A0002' })],
  ['unknown-account', sub({ account: 'a0001' })],
  ['unknown-account', sub({ account: '__proto__' })],
  ['unknown-account', sub({ account: '1' })],
  ['unknown-account', sub({ account: '#1' })],
  ['unknown-account', sub({ account: "A0001' OR 1=1" })],
  ...['0', '-1', '01', '+1', '1.0', '1e3', '0x10', ' 1', '', 'HEAD', '9'.repeat(17)].map(
    (from) => ['invalid-field', sub({ from })] as const,
  ),
  ['invalid-field', sub({ from: 0 })],
  ['invalid-field', sub({ from: -5 })],
  ['invalid-field', sub({ from: 1.5 })],
  ['invalid-field', sub({ from: 1e300 })],
  ['invalid-field', sub({ from: null })],
  ['invalid-field', sub({ from: true })],
  ['invalid-field', sub({ from: ['1'] })],
  ['invalid-field', sub({ request: 5 })],
  ['invalid-field', sub({ request: 'r'.repeat(37) })],
  ['field-not-used', '{"op":"subscribe","channel":"status","account":"A0001"}'],
  ['field-not-used', sub({ publisher: 'operator' })],
  ['not-allowed', '{"op":"subscribe","channel":"acks"}'],
  ['not-allowed', '{"op":"subscribe","channel":"liquidations","account":"A0001"}'],
  ['invalid-field', '{"op":"unsubscribe"}'],
  ['invalid-field', '{"op":"unsubscribe","subscription":"1"}'],
  ['invalid-field', '{"op":"unsubscribe","subscription":-1}'],
  ['invalid-field', '{"op":"unsubscribe","subscription":0.5}'],
  ['unknown-subscription', '{"op":"unsubscribe","subscription":1}'],
  ['invalid-field', '{"op":"authenticate"}'],
  ['already-authenticated', '{"op":"authenticate","token":"x"}'],
];

/** What a client sees of a connection that ended without a reason. */
const CUT_OFF = 1006;

/** The node is as before: a new connection gets an answer. */
async function serves(): Promise<void> {
  const stream = await RawStream.open(node.http, member);
  expect(await stream.subscribe({ channel: 'status', from: 'head' })).toMatchObject({
    channel: 'status',
  });
  stream.close();
}

const shown = refused.map(([code, text]) => [code, text.slice(0, 60), text] as const);

it.each(shown)('refuses with %s: %j', async (code, _, text) => {
  const stream = await RawStream.open(node.http, member);
  stream.say(text);
  const error = await stream.take('error');
  expect(error).toMatchObject({ code });
  expect(error.rule.length * error.remedy.length).toBeGreaterThan(0);
  stream.say({ op: 'ping', nonce: 'still here' });
  expect(await stream.take('pong')).toMatchObject({ nonce: 'still here' });
  stream.close();
});

describe('a connection', () => {
  it.each([
    ['a binary message', 0, (one: RawStream) => one.socket.send(Buffer.from('{"op":"ping"}'))],
    ['a message that is too long', 1009, (one: RawStream) => one.say('x'.repeat(5000))],
    [
      'bytes that are not UTF-8',
      1007,
      (one: RawStream) => one.socket.send(Buffer.from([0xc3, 0x28]), { binary: false }),
    ],
    [
      '150 refused messages',
      4002,
      (one: RawStream) => {
        for (let k = 0; k < 150; k++) one.say('{');
      },
    ],
    [
      '300 messages at once',
      4002,
      (one: RawStream) => {
        for (let k = 0; k < 300; k++) one.say({ op: 'ping' });
      },
    ],
    [
      '300 pings at once',
      4002,
      (one: RawStream) => {
        for (let k = 0; k < 300; k++) one.socket.ping();
      },
    ],
  ])('of %s ends with %d (0: goes on)', async (_, code, act) => {
    const stream = await RawStream.open(node.http, member);
    act(stream);
    if (code === 0) expect(await stream.take('error')).toMatchObject({ code: 'not-text' });
    // One that sends on while it is told so may be cut off before it reads the reason.
    else expect([code, CUT_OFF]).toContain(await stream.untilClosed());
    stream.close();
    await serves();
  });

  it('has at most 64 subscriptions', async () => {
    const stream = await RawStream.open(node.http, member);
    for (let k = 0; k < 64; k++) {
      expect(await stream.subscribe({ channel: 'status' })).toMatchObject({ subscription: k + 1 });
    }
    expect(await stream.subscribe({ channel: 'status' })).toBe('too-many-subscriptions');
    stream.say({ op: 'unsubscribe', subscription: 7 });
    await stream.take('unsubscribed');
    expect(await stream.subscribe({ channel: 'status' })).toMatchObject({ channel: 'status' });
    stream.close();
  });

  it('without a token is ended at its first other message, and after the deadline', async () => {
    const [hasty, silent] = [await RawStream.open(node.http), await RawStream.open(node.http)];
    hasty.say({ op: 'ping' });
    expect(await hasty.take('error')).toMatchObject({ code: 'not-authenticated' });
    expect(await hasty.untilClosed()).toBe(4001);
    expect(await silent.untilClosed()).toBe(4001);
    const wrong = await RawStream.open(node.http);
    wrong.say({ op: 'authenticate', token: 'x'.repeat(43) });
    expect(await wrong.untilClosed()).toBe(4001);
    const right = await RawStream.open(node.http);
    right.say({ op: 'authenticate', token: member });
    expect(await right.take('welcome')).toMatchObject({ name: 'm1', role: 'member' });
    right.close();
  });

  it('is refused with a status when the upgrade is wrong', async () => {
    const status = async (token?: string, path?: string): Promise<number> => {
      const stream = await RawStream.open(node.http, token, path);
      return stream.closeCode;
    };
    expect(await status('x'.repeat(43))).toBe(401);
    expect(await status('short')).toBe(401);
    expect(await status(undefined, '/v1/streams')).toBe(404);
    expect(await status(undefined, `/v1/stream?token=${member}`)).toBe(400);
  });

  it('is refused when its token has 256 of them, and taken again when one has gone', async () => {
    const open = await Promise.all(
      Array.from({ length: 256 }, () => RawStream.open(node.http, member)),
    );
    expect((await RawStream.open(node.http, member)).closeCode).toBe(429);
    for (const one of open) one.close();
    await wait(200);
    await serves();
  });
});

it.each([
  'GET /v1/stream HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
  'POST /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 99\r\n\r\n',
])('answers a broken handshake: %j', async (bytes) => {
  const socket = connect(node.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const answer = new Promise<string>((resolve) => {
    socket.once('data', (data) => resolve(data.toString('latin1')));
  });
  socket.write(bytes);
  expect(await answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  socket.destroy();
  await serves();
});

it.each([
  ['a reserved opcode', [0x83, 0x80, 1, 2, 3, 4]],
  ['an unmasked frame', [0x81, 0x02, 0x7b, 0x7d]],
  ['a reserved bit', [0xc1, 0x80, 1, 2, 3, 4]],
  ['a continuation of nothing', [0x80, 0x80, 1, 2, 3, 4]],
  ['a length beyond all bounds', [0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255]],
  ['a long ping', [0x89, 0xfe, 0x01, 0x00, 1, 2, 3, 4]],
])('ends a connection with %s', async (_, bytes) => {
  const stream = await RawStream.open(node.http, member);
  const { _socket: socket } = stream.socket as unknown as {
    _socket: { write: (b: Buffer) => void };
  };
  socket.write(Buffer.from(bytes));
  expect([1002, 1009]).toContain(await stream.untilClosed());
  await serves();
});
