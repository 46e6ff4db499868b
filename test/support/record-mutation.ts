import {
  type InputMessage,
  type InputName,
  layouts,
  type MessageLayout,
  recordLengthOf,
  writeRecord,
} from '#libs/events';
import type { Random } from '#libs/simulator';
import { ACCOUNTS, PRICE_TICKS, tradeOf } from './stream-world.js';

/** Values at which something may turn: bounds, sizes, and what the world is made of. */
const AMOUNTS = [
  ...[0, 1, 2, 3, 5, 10, 100, 1_000, 10_000, PRICE_TICKS - 1_000, PRICE_TICKS, PRICE_TICKS + 500],
  ...[1_000_000, 1_000_001, 2 ** 31, 2 ** 32, 2 ** 52, 2 ** 53 - 1, -1, 1 - 2 ** 53],
];
const TEXTS = ['', 'a', 'PERP', 'venue', 'account-1', 'Ünï', '名前', '\u0000', 'x'.repeat(16)];

/** An input of a type with values out of its fields' ranges' insides and edges. */
export function drawInput(
  random: Random,
  type: InputName,
  publisher: number,
  publisherSequence: number,
): Buffer {
  const layout: MessageLayout = layouts[type];
  const values: Record<string, unknown> = { type };
  // Most trades are those of the world but for a field or two, so that some of them are accepted.
  const usual =
    type === 'TradeReported' && random.below(4) > 0 ? tradeOf(random.below(99) + 1) : {};
  for (const field of layout.fields) {
    const given = (usual as Record<string, unknown>)[field.name];
    const isKept = given !== undefined && random.below(30) > 0;
    values[field.name] = isKept ? given : drawFixed(random, field);
  }
  for (const group of layout.groups) {
    const items = Math.min(random.below(4), group.field.maxItems);
    values[group.name] = Array.from({ length: items }, () => {
      return Object.fromEntries(
        group.fields.map((field) => [field.name, drawFixed(random, field)]),
      );
    });
  }
  for (const { name, field } of layout.variables) {
    const text = TEXTS[random.below(TEXTS.length)] ?? '';
    values[name] = field.type === 'text' ? text : Buffer.from(text);
  }
  const message = { ...values, publisher, publisherSequence } as unknown as InputMessage;
  const record = Buffer.alloc(recordLengthOf(message));
  writeRecord(new DataView(record.buffer, record.byteOffset), 0, message, 0);
  return record;
}

function drawFixed(random: Random, { field, min, max }: MessageLayout['fields'][number]): number {
  if (field.type === 'ref') return random.below(field.to === 'account' ? ACCOUNTS + 3 : 3);
  if (field.type === 'enum') return random.below(max + 1);
  const drawn = AMOUNTS[random.below(AMOUNTS.length)] ?? 0;
  return Math.min(max, Math.max(min, drawn));
}

/** Damages a record in place, or cuts or lengthens it: one to three times. */
export function mutate(random: Random, record: Buffer): Buffer {
  let bytes = record;
  for (let times = 1 + random.below(3); times > 0; times--) bytes = mutateOnce(random, bytes);
  return bytes;
}

function mutateOnce(random: Random, record: Buffer): Buffer {
  const at = random.below(record.length);
  switch (random.below(8)) {
    case 0:
      record[at] = (record[at] ?? 0) ^ (1 << random.below(8));
      return record;
    case 1:
      record[at] = random.below(256);
      return record;
    case 2:
      // Into the body: heads are soon refused.
      record[Math.min(record.length - 1, 28 + random.below(80))] = random.below(256);
      return record;
    case 3:
      return record.fill(
        random.below(2) * 255,
        at,
        Math.min(record.length, at + 1 + random.below(8)),
      );
    case 4:
      record.writeUInt32LE(random.next(), Math.min(at, record.length - 4));
      return record;
    case 5:
      record.writeUInt8(random.below(64), 10);
      return record;
    case 6:
      return record.length > 40
        ? lengthened(record.subarray(0, record.length - random.below(9)))
        : record;
    default:
      return lengthened(Buffer.concat([record, Buffer.alloc(random.below(9), random.below(256))]));
  }
}

/** With a length that is true. */
function lengthened(record: Buffer): Buffer {
  const copy = Buffer.from(record);
  copy.writeUInt32LE(copy.length, 0);
  return copy;
}
