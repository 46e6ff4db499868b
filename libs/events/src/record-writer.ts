import { invariant, putInt64 } from '#libs/units';
import { RecordTooLong } from './errors.js';
import {
  GROUP_HEADER_BYTES,
  layouts,
  SCHEMA_ID,
  VARIABLE_HEADER_BYTES,
  type FixedLayout,
  type GroupLayout,
  type MessageLayout,
  type VariableLayout,
} from './layout.js';
import type { Message } from './messages.js';
import { writeHeader } from './record-header.js';
import { putUtf8, utf8Length } from './utf8-text.js';

/** Field values by name: what a message is to code that is driven by its layout. */
export type Values = Readonly<Record<string, number | string | Uint8Array | readonly Item[]>>;
export type Item = Readonly<Record<string, number>>;

/**
 * Length in bytes of the record that `writeRecord` makes of a message. Throws RecordTooLong when a
 * text, bytes or a group is beyond its declared maximum.
 */
export function recordLengthOf(message: Message): number {
  const layout = layouts[message.type];
  return layout.groups.length + layout.variables.length === 0
    ? layout.recordBytesFixed
    : variableLength(layout, message);
}

/**
 * Writes `message` in its present version at `at` and returns the number of bytes written.
 * `causeDistance` is its sequence minus its cause's. Throws RecordTooLong, before anything is
 * written, when the record does not fit; a number outside its field's range is a bug and an
 * invariant violation.
 */
export function writeRecord(
  view: DataView,
  at: number,
  message: Message,
  causeDistance: number,
): number {
  const layout = layouts[message.type];
  const recordLength = recordLengthOf(message);
  if (at + recordLength > view.byteLength) {
    throw new RecordTooLong(layout.name, 'record', recordLength, Math.max(0, view.byteLength - at));
  }
  const values = message as unknown as Values;
  const { blockLength, templateId, version } = layout;
  writeHeader(view, at, {
    recordLength,
    causeDistance,
    blockLength,
    templateId,
    schemaId: SCHEMA_ID,
    version,
  });
  writeFields(view, at, layout.fields, message as unknown as Item);
  let to = at + layout.recordBytesFixed;
  for (const group of layout.groups) to = writeGroup(view, to, group, layout.version, values);
  for (const variable of layout.variables) to = writeVariable(view, to, variable, values);
  invariant(to - at === recordLength, 'a record is as long as its header says');
  return recordLength;
}

function variableLength(layout: MessageLayout, values: Values): number {
  let length = layout.recordBytesFixed;
  for (const { name, field, blockLengths } of layout.groups) {
    const items = (values[name] as readonly Item[]).length;
    if (items > field.maxItems) throw new RecordTooLong(layout.name, name, items, field.maxItems);
    length += GROUP_HEADER_BYTES + items * (blockLengths[layout.version] ?? 0);
  }
  for (const { name, field } of layout.variables) {
    const value = values[name] as string | Uint8Array;
    const bytes = typeof value === 'string' ? utf8Length(value) : value.length;
    invariant(bytes >= 0, 'text is well-formed Unicode', () => `${layout.name}.${name}`);
    if (bytes > field.maxBytes) throw new RecordTooLong(layout.name, name, bytes, field.maxBytes);
    length += VARIABLE_HEADER_BYTES + bytes;
  }
  return length;
}

export function writeFields(
  view: DataView,
  at: number,
  fields: readonly FixedLayout[],
  values: Item,
): void {
  for (const field of fields) {
    const value = values[field.name];
    // Also false for undefined and NaN.
    if (!(value !== undefined && value >= field.min && value <= field.max && isWhole(value))) {
      invariant(false, 'a value is within the range of its field', () => {
        return `${field.name} = ${String(value)}, ${String(field.min)} .. ${String(field.max)}`;
      });
    }
    const to = at + field.offset;
    if (field.size === 8) putInt64(view, to, value);
    else if (field.size === 4) view.setUint32(to, value, true);
    else if (field.size === 2) view.setUint16(to, value, true);
    else view.setUint8(to, value);
  }
}

function isWhole(value: number): boolean {
  return Math.floor(value) === value;
}

export function writeGroup(
  view: DataView,
  at: number,
  group: GroupLayout,
  version: number,
  values: Values,
): number {
  const items = values[group.name] as readonly Item[];
  const blockLength = group.blockLengths[version] ?? 0;
  invariant(items.length <= group.field.maxItems, 'a group is as long as was measured');
  view.setUint16(at, blockLength, true);
  view.setUint16(at + 2, items.length, true);
  let to = at + GROUP_HEADER_BYTES;
  for (const item of items) {
    writeFields(view, to, group.fields, item);
    to += blockLength;
  }
  return to;
}

function writeVariable(
  view: DataView,
  at: number,
  variable: VariableLayout,
  values: Values,
): number {
  const value = values[variable.name] as string | Uint8Array;
  const to = at + VARIABLE_HEADER_BYTES;
  let length: number;
  if (typeof value === 'string') {
    length = putUtf8(view, to, value);
  } else {
    length = value.length;
    new Uint8Array(view.buffer, view.byteOffset + to, length).set(value);
  }
  invariant(length <= variable.field.maxBytes, 'text and bytes are as long as was measured');
  view.setUint16(at, length, true);
  return to + length;
}
