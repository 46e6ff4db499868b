import { readFileSync, writeFileSync } from 'node:fs';
import { recordLengthOf, writeRecord } from '#libs/events';
import { STREAM_LIMITS } from '#libs/runtime';
import {
  encodeBatchHead,
  encodeHello,
  encodeReleased,
  encodeWelcome,
  HELLO_BYTES_MAX,
  refusalsMarkdown,
} from '#libs/wire';
import { inFirstVersion } from '../support/first-version.js';
import { tradeOf } from '../support/stream-world.js';

const PAGE = 'docs/binary-stream.md';
const TIME_US = 1_621_382_400_000_000;

/** Lines of `bytes` cut into fields: offset, hexadecimal, meaning. */
function fields(bytes: Uint8Array, ...parts: readonly (readonly [size: number, says: string])[]) {
  let at = 0;
  const lines = parts.map(([size, says]) => {
    const hex = Buffer.from(bytes.subarray(at, at + size)).toString('hex');
    const spaced = hex.replace(/..(?=.)/g, '$& ');
    at += size;
    return `${spaced.padEnd(24)}${says}`;
  });
  expect(at).toBe(bytes.length);
  return lines;
}

function trade(number: number, fieldsOf: object): Uint8Array {
  const message = { ...tradeOf(number), ...fieldsOf, publisher: 4, publisherSequence: number };
  const record = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(record.buffer), 0, message, 0);
  return inFirstVersion(record);
}

const TRADE_FIELDS: readonly (readonly [number, string])[] = [
  [4, 'record length 98'],
  [4, 'cause distance 0'],
  [2, 'block length 82'],
  [2, 'template 30, TradeReported'],
  [2, 'schema 1'],
  [2, 'version 1'],
  [8, 'number 1'],
  [4, 'publisher 4'],
  [4, 'venue 1'],
  [4, 'instrument 1'],
  [4, 'buyer, account 2'],
  [4, 'seller, account 3'],
  [2, 'trade date: none'],
  [2, 'business date: none'],
  [8, 'price 400,000 ticks'],
  [8, 'quantity 2 lots'],
  [8, 'executed at, microseconds'],
  [8, 'match id 1'],
  [8, 'trade id 1'],
  [8, 'liquidation order: none'],
  [1, 'trade type: regular'],
  [1, 'aggressor: none'],
];

function example(): string {
  const hello = { protocol: 2, subscribeFrom: 0, ackFrom: 1, publisher: 'venue', token: 'secret' };
  const welcome = {
    ...{ protocol: 2, publisher: 4, lastPublisherSequence: 0, headSequence: 53, ackFrom: 1 },
    heartbeatS: STREAM_LIMITS.heartbeatS,
    silenceS: STREAM_LIMITS.silenceS,
  };
  const records = [trade(1, {}), trade(2, { quantityLots: 0 }), trade(3, {})];
  const released = {
    ...{ frame: 12, firstSequence: 54, count: 3, frameTimeUs: TIME_US, lastPublisherSequence: 3 },
    ...{ runs: [1, 54, 3], refusals: [2, 110], records: new Uint8Array(0) },
  };
  const sections: readonly (readonly [string, string[]])[] = [
    [
      'Publisher: hello',
      fields(
        encodeHello(hello),
        ...([
          [4, 'length 36'],
          [1, 'hello'],
          [2, 'protocol 2'],
          [8, 'subscribeFrom: none'],
          [8, 'ackFrom 1'],
          [1, '5 bytes of name'],
          [5, 'venue'],
          [1, '6 bytes of token'],
          [6, 'secret'],
        ] as const),
      ),
    ],
    [
      'Node: welcome',
      fields(
        encodeWelcome(welcome),
        ...([
          [4, 'length 39'],
          [1, 'welcome'],
          [2, 'protocol 2'],
          [4, 'publisher 4'],
          [8, 'last number: none'],
          [8, 'head sequence 53'],
          [8, 'ackFrom 1'],
          [2, 'heartbeat 10 s'],
          [2, 'silence 30 s'],
        ] as const),
      ),
    ],
    [
      'Publisher: batch, its head',
      fields(encodeBatchHead(3 * 98, 0), [4, 'length 307'], [1, 'batch'], [8, "the node's clock"]),
    ],
    ['its first record', fields(records[0] ?? new Uint8Array(0), ...TRADE_FIELDS)],
    [
      'its second and third record (from the quantity on: 0 lots, 4 lots)',
      records.slice(1).map((record) => Buffer.from(record).toString('hex')),
    ],
    [
      'Node: released',
      fields(
        encodeReleased(released),
        ...([
          [4, 'length 79'],
          [1, 'released'],
          [8, 'frame 12'],
          [8, 'first sequence 54'],
          [4, '3 events'],
          [8, 'log time 2021-05-19T00:00:00Z'],
          [8, 'last number 3'],
          [4, '1 run'],
          [4, '1 refusal'],
          [8, 'run: from number 1'],
          [8, 'from sequence 54'],
          [4, '3 inputs'],
          [8, 'refused: number 2 (sequence 55)'],
          [2, 'reason 110, quantity-out-of-range'],
        ] as const),
      ),
    ],
  ];
  const text = sections.map(([title, lines]) =>
    [title, '', ...lines.map((l) => `  ${l}`), ''].join('\n'),
  );
  return `\`\`\`text\n${text.join('\n')}\`\`\``;
}

/** The page with what is generated put behind its marks, up to the next heading. */
function generated(page: string): string {
  let text = page;
  for (const [mark, content] of [
    ['refusals', refusalsMarkdown()],
    ['example', example()],
  ] as const) {
    const begin = `<!-- generated: ${mark} -->`;
    const from = text.indexOf(begin) + begin.length;
    const next = text.indexOf('\n## ', from);
    const rest = next < 0 ? '' : text.slice(next);
    text = `${text.slice(0, from)}\n\n${content}\n${rest}`;
  }
  return text;
}

describe('docs/binary-stream.md', () => {
  const page = readFileSync(PAGE, 'utf8');

  it('shows the bytes and codes that the code makes (WRITE_GOLDEN=1 writes them)', () => {
    if (process.env['WRITE_GOLDEN'] === '1') writeFileSync(PAGE, generated(page));
    expect(readFileSync(PAGE, 'utf8')).toBe(generated(page));
  });

  it('states the limits that are in force', () => {
    const { connections, handshakes, handshakeS, heartbeatS, silenceS } = STREAM_LIMITS;
    const { unreadBytes, ackWindow } = STREAM_LIMITS;
    expect(page).toContain(`| ${String(connections)}; ${String(handshakes)} |`);
    expect(page).toContain(`| hello after | ${String(handshakeS)} s |`);
    expect(page).toContain(`| ${String(heartbeatS)} s, ${String(silenceS)} s (the welcome says) |`);
    expect(page).toContain(`| ${String(HELLO_BYTES_MAX)} B, 1 MiB, 8,192 B |`);
    expect(page).toContain(`| ${String(unreadBytes / 2 ** 20)} MiB, then \`slow\``);
    expect(page).toContain(`of the last ${ackWindow.toLocaleString('en-US')} events |`);
  });
});
