import { catalogue } from './catalogue/index.js';
import { layoutOf, type MessageLayout } from './layout.js';
import type { DetailField, Field, MessageDefinition, MessageKind } from './schema.js';

const kinds: Readonly<Record<MessageKind, string>> = {
  input: 'Inputs: proposed from outside, recorded as they are when accepted.',
  trade:
    'Trade reports: an accepted one is recorded as `TradeNovated`, a refused one as `TradeRejected`.',
  decision: 'Decisions: made by the clearing house, in the frame of their cause.',
  log: 'Log records: about the log itself; hash-chained, without an event sequence.',
};

/** The event catalogue as a page for people, `docs/events.md`. */
export function catalogueMarkdown(): string {
  const definitions: readonly MessageDefinition[] = Object.values(catalogue);
  const lines = [...introduction];
  for (const [kind, text] of Object.entries(kinds)) {
    const ofKind = definitions
      .filter((definition) => definition.kind === kind)
      .sort((a, b) => a.templateId - b.templateId);
    lines.push('', `## ${text}`);
    for (const definition of ofKind) lines.push('', ...messageLines(definition));
  }
  return `${lines.join('\n')}\n`;
}

const introduction = [
  '# Event catalogue',
  '',
  'Generated from `libs/events/src/catalogue` by `npm run docs`; do not edit.',
  '',
  'A record is a 16-byte header, a fixed block, groups and variable data, little endian, as FIX Simple',
  'Binary Encoding lays them out:',
  '',
  '| at | type | header field |',
  '|---:|---|---|',
  '| 0 | u32 | length of the whole record, header included |',
  '| 4 | u32 | its sequence minus the sequence of its cause; 0: its own cause |',
  '| 8 | u16 | length of the fixed block |',
  '| 10 | u16 | template id |',
  '| 12 | u16 | schema id, 1 |',
  '| 14 | u16 | version of the message |',
  '',
  'A group is u16 item length, u16 number of items and the items; variable data is u16 length and the',
  'bytes. Groups stand before variable data, each in the order of the table.',
  '',
  '| type | bytes | JSON |',
  '|---|---:|---|',
  '| `u8` `u16` `u32` | 1 2 4 | number |',
  '| `i64` | 8 | decimal string; at most 2^53 - 1 either way |',
  '| `time` | 8 | microseconds since 1970; RFC 3339 UTC with microseconds; 0 is none: absent |',
  '| `date` | 2 | days since 1970; `YYYY-MM-DD`; 0 is none: absent |',
  '| `ref` | 4 | id; the name of the thing (`#id` when the id has no name); 0 is none: absent |',
  '| enum | 1 | place in the list, from 0; the text |',
  '| text | 2 + n | UTF-8; string |',
  '| bytes | 2 + n | base64 |',
  '| object | 2 + n | canonical JSON text (RFC 8785), at most 4 levels; an object; no text is none: absent |',
  '| group | 4 + n | array of objects |',
  '',
  'A field that is marked with a version came with it; in older records it stands for its default.',
];

function messageLines(definition: MessageDefinition): string[] {
  const layout = layoutOf(definition);
  const { name, templateId, version, doc } = definition;
  return [
    `### ${name}`,
    '',
    `Template ${String(templateId)}, version ${String(version)}, ${sizeOf(layout)}. ${doc}`,
    '',
    '| at | field | type | meaning | since |',
    '|---:|---|---|---|---:|',
    ...fieldRows(layout, definition.fields),
  ];
}

function sizeOf(layout: MessageLayout): string {
  const { recordBytesFixed, recordBytesMax } = layout;
  if (recordBytesFixed === recordBytesMax) return `${String(recordBytesFixed)} bytes`;
  return `at most ${String(recordBytesMax)} bytes`;
}

function fieldRows(layout: MessageLayout, fields: Readonly<Record<string, Field>>): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const at = layout.fields.find((fixed) => fixed.name === name)?.offset;
    const row = rowOf(at === undefined ? '' : String(at), name, field);
    if (field.type === 'object')
      return [row, ...detailRows(name, field.known ?? {}, field.since ?? 1)];
    if (field.type !== 'group') return [row];
    const items = Object.entries(field.fields).map(([n, f]) => rowOf('', `${name}[].${n}`, f));
    return [row, ...items];
  });
}

function rowOf(at: string, name: string, field: Field): string {
  const since = field.since ?? 1;
  const fallback = 'default' in field ? ` Default ${String(field.default)}.` : '';
  const meaning = (field.doc + fallback).replaceAll('|', '\\|');
  return `| ${at} | \`${name}\` | ${typeText(field)} | ${meaning} | ${String(since)} |`;
}

function detailRows(
  path: string,
  known: Readonly<Record<string, DetailField>>,
  since: number,
): string[] {
  return Object.entries(known).flatMap(([name, field]) => {
    const at = `${path}.${name}`;
    const row = `| | \`${at}\` | ${detailType(field)} | ${field.doc} | ${String(since)} |`;
    return field.type === 'object' ? [row, ...detailRows(at, field.fields, since)] : [row];
  });
}

function detailType(field: DetailField): string {
  switch (field.type) {
    case 'text':
      return `text, 1 to ${String(field.maxBytes)} bytes`;
    case 'enum':
      return field.values.map((value) => `\`${value}\``).join(', ');
    case 'date':
    case 'time':
    case 'object':
      return field.type;
  }
}

function typeText(field: Field): string {
  switch (field.type) {
    case 'ref':
      return `ref ${field.to}`;
    case 'enum':
      return field.values.map((value, index) => `${String(index)} \`${value}\``).join(', ');
    case 'text':
    case 'bytes':
    case 'object':
      return `${field.type}, at most ${String(field.maxBytes)} bytes`;
    case 'group':
      return `group, at most ${String(field.maxItems)} items`;
    case 'u8':
    case 'u16':
    case 'u32':
    case 'i64':
    case 'time':
    case 'date':
      return field.type;
  }
}
