import { getInt64, invariant } from '#libs/units';
import { isCanonicalObject } from './canonical-json.js';
import { MalformedRecord, UnknownRecord } from './errors.js';
import {
  GROUP_HEADER_BYTES,
  layoutByTemplate,
  RECORD_HEADER_BYTES,
  SCHEMA_ID,
  VARIABLE_HEADER_BYTES,
  type FixedLayout,
  type GroupLayout,
  type MessageLayout,
  type VariableLayout,
} from './layout.js';
import type { Measured } from './messages.js';
import {
  blockLengthAt,
  recordLengthAt,
  schemaIdAt,
  templateIdAt,
  versionAt,
} from './record-header.js';
import { getUtf8 } from './utf8-text.js';

type Item = Record<string, number>;
type Values = Record<string, number | string | Uint8Array | Item[]>;

/**
 * Reads the record at `at`, of any version ever written: a field that its version did not have gets
 * its default. Throws UnknownRecord for a schema, template or version this program does not know,
 * and MalformedRecord for bytes that no writer produced (truncated, damaged, another encoding of
 * the same content). Never reads outside the view. The result shares no memory with it.
 */
export function readRecord(view: DataView, at: number): Measured {
  invariant(Number.isInteger(at), 'a record stands at a whole number of bytes');
  const end = endOfRecord(view, at);
  const layout = knownLayout(view, at);
  const version = versionAt(view, at);
  const blockLength = layout.blockLengths[version] ?? 0;
  if (blockLengthAt(view, at) !== blockLength || at + RECORD_HEADER_BYTES + blockLength > end) {
    throw new MalformedRecord(at, `a block of ${layout.name} is ${String(blockLength)} bytes`);
  }
  const values: Values = { type: layout.name };
  readFields(view, at, layout.fields, version, values as Item);
  let from = at + RECORD_HEADER_BYTES + blockLength;
  for (const group of layout.groups) {
    if (group.since > version) values[group.name] = [];
    else from = readGroup(view, from, end, group, version, values);
  }
  for (const variable of layout.variables) {
    if (variable.since > version) values[variable.name] = emptyOf(variable);
    else from = readVariable(view, from, end, variable, values);
  }
  if (from !== end) throw new MalformedRecord(at, `${layout.name} is followed by other bytes`);
  return values as unknown as Measured;
}

function endOfRecord(view: DataView, at: number): number {
  if (at < 0 || at + RECORD_HEADER_BYTES > view.byteLength) {
    throw new MalformedRecord(at, 'the header is cut off');
  }
  const end = at + recordLengthAt(view, at);
  if (end < at + RECORD_HEADER_BYTES || end > view.byteLength) {
    throw new MalformedRecord(at, 'the record length points outside');
  }
  return end;
}

function knownLayout(view: DataView, at: number): MessageLayout {
  const schemaId = schemaIdAt(view, at);
  const templateId = templateIdAt(view, at);
  const version = versionAt(view, at);
  const layout = layoutByTemplate(templateId);
  if (schemaId !== SCHEMA_ID || layout === undefined || version === 0 || version > layout.version) {
    throw new UnknownRecord(schemaId, templateId, version, at);
  }
  return layout;
}

function readFields(
  view: DataView,
  at: number,
  fields: readonly FixedLayout[],
  version: number,
  values: Item,
): void {
  for (const field of fields) {
    values[field.name] =
      field.since > version ? field.absent : readFixed(view, at + field.offset, field);
  }
}

function readFixed(view: DataView, at: number, field: FixedLayout): number {
  if (field.size === 4) return view.getUint32(at, true);
  if (field.size === 2) return view.getUint16(at, true);
  if (field.size === 1) {
    const value = view.getUint8(at);
    if (value > field.max) throw new MalformedRecord(at, `${field.name} has no such value`);
    return value;
  }
  // The high word alone tells |x| <= 2^53; the one value of that set that is not safe is below.
  const high = view.getInt32(at + 4, true);
  if (
    high > 0x1fffff ||
    high < -0x200000 ||
    (high === -0x200000 && view.getUint32(at, true) === 0)
  ) {
    throw new MalformedRecord(at, `${field.name} is beyond 2^53`);
  }
  return getInt64(view, at);
}

function readGroup(
  view: DataView,
  at: number,
  end: number,
  group: GroupLayout,
  version: number,
  values: Values,
): number {
  if (at + GROUP_HEADER_BYTES > end) throw new MalformedRecord(at, `${group.name} is cut off`);
  const blockLength = group.blockLengths[version] ?? 0;
  const count = view.getUint16(at + 2, true);
  let from = at + GROUP_HEADER_BYTES;
  if (
    view.getUint16(at, true) !== blockLength ||
    count > group.field.maxItems ||
    from + count * blockLength > end
  ) {
    throw new MalformedRecord(at, `${group.name} is cut off, too long or of another block length`);
  }
  const items: Item[] = [];
  for (let i = 0; i < count; i += 1) {
    const item: Item = {};
    readFields(view, from, group.fields, version, item);
    items.push(item);
    from += blockLength;
  }
  invariant(from <= end, 'a group ends inside its record');
  values[group.name] = items;
  return from;
}

function readVariable(
  view: DataView,
  at: number,
  end: number,
  variable: VariableLayout,
  values: Values,
): number {
  const from = at + VARIABLE_HEADER_BYTES;
  if (from > end) throw new MalformedRecord(at, `${variable.name} is cut off`);
  const length = view.getUint16(at, true);
  if (length > variable.field.maxBytes || from + length > end) {
    throw new MalformedRecord(at, `${variable.name} is cut off or too long`);
  }
  if (variable.field.type === 'bytes') {
    values[variable.name] = new Uint8Array(view.buffer, view.byteOffset + from, length).slice();
    return from + length;
  }
  const text = getUtf8(view, from, length);
  if (variable.field.type === 'object' && text !== '' && !isCanonicalObject(text)) {
    throw new MalformedRecord(at, `${variable.name} is not the canonical JSON of an object`);
  }
  values[variable.name] = text;
  return from + length;
}

function emptyOf(variable: VariableLayout): string | Uint8Array {
  return variable.field.type === 'bytes' ? new Uint8Array(0) : '';
}
